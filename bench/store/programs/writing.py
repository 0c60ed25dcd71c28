"""Appending to the store."""

from typing import get_args

from bench.store.payload import TYPE, payload
from bench.store.protocol import Run, repeated, timed
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, BulkAppender, CommandContext, NewEvent, UnitOfWork, engine
from synergy_chassis.store.append import Mode

_CLOCK = SystemClock()


def _events(first: int, size: int) -> list[NewEvent]:
    return [
        NewEvent(type=TYPE, schema_version=1, entity="task-1", data=payload(number))
        for number in range(first, first + size)
    ]


def _context() -> CommandContext:
    return CommandContext(command_id=new_id(), actor_id=7, request_id="request-1")


def appender(*, url: str, stream: str, seconds: float, size: int = 1, mode: str = "exact") -> Run:
    """One call of the SQL function, with the version that is expected, the command kept with its outcome."""
    store, written = Appender(engine(url, pool_size=2, application_name="bench"), _CLOCK), 0
    chosen: Mode = next(one for one in get_args(Mode) if one == mode)

    def once() -> int:
        nonlocal written
        expected = written if mode == "exact" else None
        store.append(stream, _events(written, size), _context(), mode=chosen, expected=expected)
        written += size
        return size

    return repeated(once, seconds=seconds, warm=20 if size == 1 else 8)


def unit_of_work(*, url: str, stream: str, seconds: float, size: int = 1) -> Run:
    """A whole command: lock, decide nothing, append, commit."""
    uow, written = UnitOfWork(engine(url, pool_size=2, application_name="bench"), _CLOCK), 0

    def once() -> int:
        nonlocal written
        with uow.stream(stream, _context(), creates=not written) as locked:
            locked.append(_events(written, size), outcome={}, rows=lambda events, writer: None)
        written += size
        return size

    return repeated(once, seconds=seconds, warm=20 if size == 1 else 8)


def bulk(*, url: str, stream: str, size: int) -> Run:
    """`size` events of one command by COPY, in portions."""
    store = BulkAppender(engine(url, pool_size=2, application_name="bench"), _CLOCK)
    events = _events(0, size)
    store.append(stream, events[:500], _context())

    def work() -> int:
        return store.append(stream, events, _context()).appended

    return timed(work)
