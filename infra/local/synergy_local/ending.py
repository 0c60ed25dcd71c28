"""
`stop` and `clean`, with nothing but the standard library: `python -m synergy_local.ending stop | clean`.

They work however far a set-up came, also where .venv is half made or gone.
"""

import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synergy_local import journal
from synergy_local.places import ROOM, system_home
from synergy_local.processes import sweep, wait_until
from synergy_local.trouble import Trouble, told_plainly

SET_UP_LOCK = "setup.lock"
"""infra/bootstrap.py holds it while it works; its process and what it works for stand in it."""


def stop() -> None:
    """Stop what runs, is starting or being set up, and what a killed run left. Raises Trouble when it does not end."""
    if running := journal.noted(ROOM):
        say("Stopping everything")
        signal_to(running.pid)
        wait_until(lambda: not running.alive(), seconds=90, what="Stopping")
        say("Stopped.")
    elif (under_way := set_up_under_way()) and under_way[1] == "run":
        end_set_up()
        say("Ended the set-up of a run.")
    elif swept := sweep(ROOM):
        say(f"Ended what a killed run had left: {', '.join(swept)}")
    else:
        say("Nothing runs.")


def clean() -> None:
    """Stop, and delete all data and state of this clone. Raises Trouble."""
    if ROOM.exists():
        stop()
        with no_set_up(), journal.alone(ROOM):
            if os.geteuid() == 0:
                shutil.rmtree(system_home(), ignore_errors=True)
            for path in ROOM.glob("*"):
                if path.name != SET_UP_LOCK:
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    say("All data of this clone is deleted.")


def signal_to(pid: int) -> None:
    """Tell a process of ours to end. Raises Trouble when it is another user's."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    except PermissionError:
        raise Trouble(f"Process {pid} belongs to another user: stop it as that user.") from None


def set_up_under_way() -> tuple[int, str] | None:
    """The process that sets up this clone now, and the verb it works for; None when there is none."""
    path = ROOM / SET_UP_LOCK
    if not path.exists():
        return None
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, verb = [*lock.read().split(), "", ""][:2]
            return (int(pid), verb) if pid.isdecimal() else None
    return None


def end_set_up() -> None:
    """End the set-up that is under way; the next one goes on from there. Raises Trouble."""
    if under_way := set_up_under_way():
        signal_to(under_way[0])
        wait_until(lambda: set_up_under_way() is None, seconds=90, what="Ending the set-up")


@contextmanager
def no_set_up() -> Iterator[None]:
    """Within the block nobody sets up this clone; a set-up that is under way is ended. Raises Trouble."""
    end_set_up()
    with Path(ROOM / SET_UP_LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """The command line; Trouble is told in its own words."""
    try:
        with told_plainly():
            {"stop": stop, "clean": clean}[sys.argv[1]]()
    except Trouble as trouble:
        sys.exit(f"✗ {trouble}")
    except KeyboardInterrupt:
        sys.exit("Interrupted.")


if __name__ == "__main__":
    main()
