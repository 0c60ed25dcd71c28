"""What goes wrong: a part is killed, wiped, flushed, frozen or told to stop; and how it is made good again."""

import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

import redis
from system.steps import until

from synergy_local.ports import LOOPBACK
from synergy_local.processes import Child
from synergy_local.testing import RunningStack

SERVERS = ("rabbitmq", "postgres", "redis")
PARTS = ("auth", "projects", "webhooks", "relay-auth", "relay-projects", "relay-webhooks", "sender", "gateway")
DOOR = "gateway"
FOLLOWING = ("auth", "projects", "webhooks")
"""Services that follow another's events."""
UNNOTICED = frozenset({"redis", "sender", "relay-auth", "relay-projects", "relay-webhooks"})
"""Parts without which every request is answered all the same."""


class Fault(ABC):
    """Something that happens to `part`."""

    outage: float | None = None
    """Seconds it lasts, where that is part of it."""

    def __init__(self, part: str) -> None:
        self.part = part

    @property
    @abstractmethod
    def name(self) -> str:
        """As the table calls it."""

    @property
    def parts(self) -> tuple[str, ...]:
        """All that something is done to."""
        return (self.part,)

    @abstractmethod
    def strike(self, stack: RunningStack) -> list[str]:
        """Let it happen; returns breaches."""

    def mend(self, stack: RunningStack) -> None:
        """Begin to make it good, and return at once."""
        start(stack, self.part)


class Kill(Fault):
    """kill -9."""

    @property
    def name(self) -> str:
        return f"kill {self.part}"

    def strike(self, stack: RunningStack) -> list[str]:
        kill_all_of(stack.among(self.part).pop(self.part))
        return []


class Away(Kill):
    """kill -9, and it stays away longer than any request may wait."""

    def __init__(self, part: str, seconds: float) -> None:
        super().__init__(part)
        self.outage = seconds

    @property
    def name(self) -> str:
        return f"{self.part} away {self.outage:.0f} s"


class Wipe(Kill):
    """kill -9 of the broker, and nothing is left of its data."""

    @property
    def name(self) -> str:
        return f"wipe {self.part}"

    def strike(self, stack: RunningStack) -> list[str]:
        super().strike(stack)
        shutil.rmtree(Path(stack.servers.rabbitmq.home) / "mnesia")
        return []


class KillYoung(Wipe):
    """
    It loses its data, comes back, and is killed again as soon as the followers have declared their queues anew: within
    some 4 s of that RabbitMQ 3.10 has not written down who the members of a quorum queue are (docs/adr/0002).
    """

    @property
    def name(self) -> str:
        return f"kill {self.part}, queues young"

    def strike(self, stack: RunningStack) -> list[str]:
        before = {service: followers_connected(stack, service) for service in FOLLOWING}
        super().strike(stack)
        start(stack, self.part)
        for service in FOLLOWING:
            until(
                lambda service=service: followers_connected(stack, service) > before[service],
                seconds=60,
                what=f"{service} following again",
            )
        return Kill.strike(self, stack)


class Flush(Fault):
    """FLUSHALL."""

    outage = 0.0

    @property
    def name(self) -> str:
        return f"flush {self.part}"

    def strike(self, stack: RunningStack) -> list[str]:
        with redis.Redis.from_url(stack.servers.redis.url) as client:
            client.flushall()
        return []

    def mend(self, stack: RunningStack) -> None:
        """There is nothing to start."""


class Freeze(Fault):
    """SIGSTOP for so many seconds, then SIGCONT."""

    def __init__(self, part: str, seconds: float) -> None:
        super().__init__(part)
        self.outage = seconds

    @property
    def name(self) -> str:
        return f"freeze {self.part} {self.outage:.0f} s"

    def strike(self, stack: RunningStack) -> list[str]:
        os.killpg(stack.among(self.part)[self.part].pid, signal.SIGSTOP)
        return []

    def mend(self, stack: RunningStack) -> None:
        go_on(stack.among(self.part)[self.part])


class Terminate(Fault):
    """SIGTERM: what is in flight finishes, and it exits 0 within its grace period."""

    @property
    def name(self) -> str:
        return f"term {self.part}"

    def strike(self, stack: RunningStack) -> list[str]:
        child = stack.among(self.part).pop(self.part)
        child.ask_to_stop()
        grace = child.program.stop_seconds
        try:
            code = child.process.wait(grace)
        except subprocess.TimeoutExpired:
            child.kill()
            return [f"{self.part} had not ended {grace} s after SIGTERM"]
        return [] if code == 0 else [f"{self.part} exited {code} after SIGTERM: {child.last_words()[-300:]}"]


def start(stack: RunningStack, part: str) -> None:
    """
    Start a part again, and return at once. Call it in the main thread: a program on the leash ends with the thread that
    started it.
    """
    if part == "rabbitmq":
        stack.servers.rabbitmq.prepare()
    stack.start(part)


def go_on(child: Child) -> None:
    """SIGCONT to a program and all it has started."""
    os.killpg(child.pid, signal.SIGCONT)


def wait_open(stack: RunningStack, part: str) -> None:
    """Return when a server, or the door, accepts connections; for other parts at once."""
    if part in SERVERS:
        server = getattr(stack.servers, part)
        until(server.answers, seconds=60, what=f"{part} accepting connections")
    elif part == DOOR:
        until(lambda: accepts(stack.parts.port), seconds=30, what="the door accepting connections")


def followers_connected(stack: RunningStack, service: str) -> int:
    """How often a service's followers have connected to the broker and declared their queues."""
    return sum("broker-connected" in line and ": follows" in line for line in stack.log(service).splitlines())


def accepts(port: int) -> bool:
    """Whether somebody listens there."""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def kill_all_of(child: Child) -> None:
    """
    kill -9 of a program and all it has started, as a machine that loses its power would: PostgreSQL's sessions, each in
    a process group of its own, would otherwise finish what they are at.
    """
    family = [child.pid, *descendants(child.pid)]
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    child.kill()
    end = time.monotonic() + 5
    while any(alive(pid) for pid in family) and time.monotonic() < end:
        time.sleep(0.01)


def descendants(pid: int) -> list[int]:
    """The processes that a process has started, and those these have started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for one in map(int, task.read_text("ascii").split()):
                found += [one, *descendants(one)]
    return found


def alive(pid: int) -> bool:
    """Whether it runs; one that ended and was not waited for does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
