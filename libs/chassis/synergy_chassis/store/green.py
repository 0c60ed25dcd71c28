"""
Makes psycopg wait cooperatively in a process that eventlet has patched.

psycopg waits for the server in C and would stop every greenlet of the process; its `wait_selector` goes through the
patched `selectors`. The choice is read from the environment once, when psycopg is imported, so this module is imported
before psycopg (synergy_chassis.store does that).

`wait` stands in for it: a pipeline asks before each of its commands whether it may write, a dozen times an append, and
nearly always it may. To go through the hub for that costs a third of a command's processor time.
"""

import os
import select
import sys
from collections.abc import Generator
from functools import cache
from typing import Any, Final

_VARIABLE = "PSYCOPG_WAIT_FUNC"
READ: Final = 1
WRITE: Final = 2
"""Of psycopg.waiting: what a generator waits for, and what it is told is ready."""
NOTHING: Final = 0
MOST_AT_ONCE: Final = 32
"""After so many times others get their turn, however ready the socket is: a long pipeline must not stop them."""
_in_a_row: Final = [0]
"""How often nobody else had a turn since somebody last had."""


def patched() -> bool:
    """Whether eventlet has replaced the blocking calls of this process."""
    patcher = sys.modules.get("eventlet.patcher")
    return patcher is not None and bool(patcher.is_monkey_patched("select"))


def prepare() -> None:
    """Choose psycopg's way of waiting. Raises RuntimeError when it was imported before and would block greenlets."""
    if not patched():
        return
    waiting = sys.modules.get("psycopg.waiting")
    if waiting is None:
        os.environ.setdefault(_VARIABLE, "wait_selector")
    elif getattr(waiting.wait, "__name__", "") != "wait_selector":
        raise RuntimeError("psycopg was imported before eventlet patched the process: patch first, import after.")
    else:
        waiting.wait = wait_selector  # type: ignore[attr-defined]


def wait_selector(
    work: Generator[Any, int, Any], fileno: int, interval: float = 0.0, timeout: float | None = None
) -> Any:
    """What psycopg's function of this name does, through the hub only where the socket is not ready at once."""
    from psycopg import waiting

    if timeout is not None:
        return waiting.wait_selector(work, fileno, interval, timeout)
    try:
        wanted = next(work)
        while True:
            ready = _at_once(fileno, wanted) if wanted & WRITE else NOTHING
            wanted = work.send(ready or _in_turn(fileno, wanted, interval))
    except StopIteration as done:
        return done.value


def _at_once(fileno: int, wanted: int) -> int:
    """What the socket is ready for now, but nothing when others must have their turn."""
    _in_a_row[0] += 1
    if _in_a_row[0] >= MOST_AT_ONCE:
        return NOTHING
    unpatched = _unpatched()
    look = unpatched.poll()
    look.register(fileno, unpatched.POLLOUT | (unpatched.POLLIN if wanted & READ else 0))
    for _, seen in look.poll(0):
        readable = READ if seen & ~unpatched.POLLOUT and wanted & READ else NOTHING
        return readable | (WRITE if seen & unpatched.POLLOUT else NOTHING)
    return NOTHING


@cache
def _unpatched() -> Any:
    """The module `select` as it was before eventlet."""
    from eventlet.patcher import original

    return original("select")


def _in_turn(fileno: int, wanted: int, seconds: float) -> int:
    """The same within `seconds`, while others run. Raises OperationalError when the connection was closed meanwhile."""
    _in_a_row[0] = 0
    if wanted == READ:
        ready = READ if _readable(fileno, seconds) else NOTHING
    else:
        one = [fileno]
        readable, writable, _ = select.select(one if wanted & READ else (), one, (), seconds)
        ready = (READ if readable else NOTHING) | (WRITE if writable else NOTHING)
    if not ready:
        from psycopg import OperationalError

        try:
            os.fstat(fileno)
        except OSError as error:
            raise OperationalError("The connection's socket is closed.") from error
    return ready


def _readable(fileno: int, seconds: float) -> bool:
    """Whether there is something to read within `seconds`: what `select` does, for the one thing that is waited for."""
    from eventlet import getcurrent
    from eventlet.hubs import get_hub

    hub, me = get_hub(), getcurrent()
    late = hub.schedule_call_global(seconds, me.switch, False)
    try:
        waiting = hub.add(hub.READ, fileno, lambda _: me.switch(True), me.throw, _nothing)
        try:
            return bool(hub.switch())
        finally:
            hub.remove(waiting)
    finally:
        late.cancel()


def _nothing() -> None:
    """For whoever closes the socket meanwhile."""
