"""Starting, watching and ending programs, and ending those a killed run left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeAlias

from synergy_local import leash
from synergy_local.account import private_folder
from synergy_local.program import Program, leashed
from synergy_local.trouble import Trouble, failed

BLINK = 0.05
"""Seconds between two looks at a condition."""


class Watched(Protocol):
    """A program that somebody waits for."""

    @property
    def program(self) -> Program: ...
    def alive(self) -> bool:
        """Whether there is still hope."""
        ...

    def last_words(self) -> str:
        """The end of its log."""
        ...


class Process(Protocol):
    """A child of this process, as `subprocess.Popen` gives it."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None:
        """Its exit code, once it has ended."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired."""
        ...

    def send_signal(self, sig: int) -> None:
        """Send it a signal, if it still runs."""
        ...


def on_a_leash(program: Program, room: Path, out: int) -> Process:
    """Start `program` in a session of its own, with the descriptor `out` for its output."""
    return subprocess.Popen(
        leashed(program, room), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
    )


Begin: TypeAlias = Callable[[Program, Path, int], Process]


class Child:
    """A running program whose output goes to `<room>/logs/<name>.log`. `begin` is what starts it."""

    def __init__(self, program: Program, room: Path, *, begin: Begin = on_a_leash) -> None:
        self.program = program
        self.log = private_folder(room / "logs") / f"{program.name}.log"
        with self.log.open("ab") as out:
            self.process = begin(program, room, out.fileno())

    @property
    def pid(self) -> int:
        return self.process.pid

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send its stop signal; returns at once."""
        if self.alive():
            self.process.send_signal(self.program.stop_signal)

    def stop(self) -> None:
        """End it: politely, and after `stop_seconds` by force."""
        self.ask_to_stop()
        try:
            self.process.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would, with whatever it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self) -> str:
        """The end of its log, for an error message."""
        return last_lines(self.log.read_text("utf-8", "replace"), 8)


def wait_until(condition: Callable[[], object], *, seconds: float, what: str, children: Iterable[Watched] = ()) -> None:
    """
    Wait until `condition` is truthy, for at most `seconds`.

    Raises Trouble when time is up, or as soon as one of `children` has ended instead.
    """
    children = list(children)
    end = time.monotonic() + seconds
    while True:
        asked = time.monotonic()
        if condition():
            return
        pause = max(BLINK, time.monotonic() - asked)  # who waits takes little from what is waited for
        for child in children:
            if not child.alive():
                raise failed(f"{child.program.name} ended instead of starting. Its last words", child.last_words())
        if time.monotonic() > end:
            lines = 8 if len(children) < 3 else 1
            told = "".join(f"\n{c.program.name}: {last_lines(c.last_words(), lines)}" for c in children)
            raise Trouble(f"{what} did not happen within {seconds:.0f} s.{told}")
        time.sleep(pause)


def last_lines(text: str, count: int) -> str:
    """The end of a program's output."""
    return "\n".join(text.strip().splitlines()[-count:])


def left_behind(room: Path) -> Iterator[tuple[str, int, int]]:
    """Programs of an earlier run that still live: name, pid, stop signal. Never a stranger with a reused pid."""
    for path in sorted((room / "pids").glob("*")):
        pid, started, stop_signal = path.read_text("ascii").split() or ("0", "-", "15")
        if leash.start_time(int(pid)) == started != "-":
            yield path.name, int(pid), int(stop_signal)


def sweep(room: Path, *, seconds: float = 20, first: str = "supervisor") -> list[str]:
    """End what an earlier, killed run left behind; returns the names. `first` gets time to end the others itself."""
    found = [name for name, _, _ in left_behind(room)]
    for turn in ([first], None):
        end = time.monotonic() + seconds
        asked: set[int] = set()
        while here := [(n, pid, sig) for n, pid, sig in left_behind(room) if turn is None or n in turn]:
            late = time.monotonic() > end
            for _, pid, stop_signal in here:
                if late or pid not in asked:
                    tell(pid, signal.SIGKILL if late else stop_signal)
                    asked.add(pid)
            time.sleep(BLINK)
    for path in (room / "pids").glob("*"):
        path.unlink(missing_ok=True)
    return found


def tell(pid: int, number: int) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
