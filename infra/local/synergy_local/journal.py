"""What a running stack notes about itself, for the commands given in other terminals."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from synergy_local import leash
from synergy_local.account import private_file
from synergy_local.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A running stack: the process that holds it, its door, its supervisor's socket (empty while it is starting)."""

    pid: int
    started: str
    url: str
    socket: str

    def alive(self) -> bool:
        """Whether that very process lives, not another one with its number."""
        return self.started == leash.start_time(self.pid) != "-"


def note(room: Path, *, url: str, socket: Path | None = None) -> None:
    """Note that this process runs the stack, or, without a `socket`, that it is about to."""
    told = str(socket) if socket else ""
    running = Running(pid=os.getpid(), started=leash.start_time(os.getpid()), url=url, socket=told)
    private_file(room / "run.json", json.dumps(asdict(running)))


def noted(room: Path) -> Running | None:
    """The stack that runs now, or None."""
    try:
        running = Running(**json.loads((room / "run.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return running if running.alive() else None


@contextmanager
def alone(room: Path) -> Iterator[None]:
    """Hold the stack of this room. Raises Trouble when another process holds it; the system lets go when we die."""
    with (room / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = noted(room)
            if running is None:
                raise Trouble("A `make run` or `make clean` is at work here. Try again when it is done.") from None
            raise Trouble(
                f"SynergyOS already runs at {running.url}. `make stop` stops it, `make logs` shows what it does."
            ) from None
        try:
            yield
        finally:
            (room / "run.json").unlink(missing_ok=True)
