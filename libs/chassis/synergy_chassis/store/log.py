"""The owner's reader: the log in position order, and single streams."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import psycopg
from sqlalchemy import Engine

from synergy_chassis.barrier import BarrierWaits
from synergy_chassis.store.engine import driver, translated
from synergy_chassis.store.events import RecordedEvent
from synergy_chassis.store.listening import Listener
from synergy_chassis.store.only import Only
from synergy_chassis.store.rows import SELECT, recorded, stored
from synergy_contracts.envelope import EventsPage, Head

_PAGE: Final = 1000
_ENDLESS: Final = 2**63 - 1
WAITING: Final = 8
"""Readers of a process that may wait at once; another one is answered at once, for it may hold up calls."""
FIRST_LOOK: Final = 0.1
LAST_LOOK: Final = 1.0
"""Seconds after which a reader that waits looks by itself, for notifications get lost: doubling up to the second."""
_SELECT: Final = "SELECT r.*, (SELECT e.epoch::text FROM store.epoch e) FROM "
_AFTER: Final = _SELECT + "store.read_after(%s::bigint, %s::integer) r"
_MATCHING: Final = _SELECT + "store.read_matching(%s::bigint, %s::integer, %s::text, %s::text[], %s::text) r"


class EventLog:
    """
    Reads a service's own store.

    What `after` answers is complete: it waits for the writers that could still commit below the position it reads to
    (those that hold the store's lock, not those that queue for a stream, and no stranger), so a cursor that moves with
    `read_to` misses nothing. `barrier` tells how long it waited.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._listener = Listener(engine)
        self._seats = threading.BoundedSemaphore(WAITING)
        self.barrier = BarrierWaits()

    def head(self) -> Head:
        """The position of the last stored event and the store's epoch. Does not wait."""
        query = "SELECT coalesce((SELECT max(position) FROM store.events), 0), (SELECT epoch FROM store.epoch)"
        position, epoch = self._rows(query, ())[0]
        return Head(position=position, epoch=str(epoch))

    def settled(self) -> int:
        """The position up to which every event is committed, or never will be: those who read from now on see all."""
        read_to, waited, held_by = self._rows("SELECT read_to, waited, held_by FROM store.barrier()", ())[0]
        self.barrier.add(waited, held_by)
        return int(read_to)

    def after(self, position: int, limit: int = 500, *, wait: float = 0.0, only: Only | None = None) -> EventsPage:
        """
        At most `limit` events after `position`, in order, and the position up to which nothing is missing: nothing of
        what is wanted, if `only` some is.

        Without any it waits up to `wait` seconds for the first, and holds no connection of the pool meanwhile. At most
        8 readers of a process wait at once; a further one is answered at once.
        """
        if wait <= 0 or not self._seats.acquire(blocking=False):
            return self._page(position, limit, only)
        try:
            with self._listener.attended():
                return self._awaited(position, limit, only, time.monotonic() + wait)
        finally:
            self._seats.release()

    def _awaited(self, position: int, limit: int, only: Only | None, give_up: float) -> EventsPage:
        look = FIRST_LOOK
        while True:
            heard = self._listener.count  # before reading: what is stored in between is heard
            page = self._page(position, limit, only)
            left = give_up - time.monotonic()
            if page.events or left <= 0:
                return page
            position = max(position, page.read_to)
            self._listener.wait(heard, min(left, look))
            look = min(look * 2, LAST_LOOK)

    def _page(self, position: int, limit: int, only: Only | None) -> EventsPage:
        if only is None:
            rows = self._rows(_AFTER, (position, limit))
        else:
            types = None if only.types is None else list(only.types)
            rows = self._rows(_MATCHING, (position, limit, only.category, types, only.stream))
        read_to, *_, waited, held_by, epoch = rows[0]
        self.barrier.add(waited, held_by)
        return EventsPage(events=[stored(row) for row in rows if row[1] is not None], read_to=read_to, epoch=epoch)

    def stream(self, name: str, *, upto: int | None = None) -> Iterator[RecordedEvent]:
        """The events of one stream in order, up to and including version `upto`. Memory stays flat."""
        with self._driver() as connection:
            yield from events_of(connection, name, upto=upto)

    def at(self, positions: Sequence[int]) -> list[RecordedEvent]:
        """The events at these positions, in position order; a position without an event is left out."""
        query = SELECT + "WHERE position = ANY(%s::bigint[]) ORDER BY position"
        return list(map(recorded, self._rows(query, (list(positions),))))

    def _rows(self, query: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self._driver() as connection:
            return connection.execute(query, parameters, prepare=True).fetchall()

    @contextmanager
    def _driver(self) -> Iterator[psycopg.Connection[Any]]:
        with translated(), self._engine.connect() as connection:
            yield driver(connection)


def version_at(connection: psycopg.Connection[Any], stream: str, at: datetime) -> int:
    """The last version of a stream that was recorded by then; 0 where there was none yet."""
    row = connection.execute("SELECT store.version_at(%s, %s)", (stream, at)).fetchone()
    return int(row[0]) if row else 0


_STREAM: Final = SELECT + "WHERE stream = %s AND version > %s AND version <= %s ORDER BY version LIMIT %s"


def events_of(connection: psycopg.Connection[Any], stream: str, *, upto: int | None = None) -> Iterator[RecordedEvent]:
    """The events of one stream in order, in pages, in the transaction of `connection` if there is one."""
    version = 0
    while True:
        parameters = (stream, version, _ENDLESS if upto is None else upto, _PAGE)
        page = connection.execute(_STREAM, parameters, prepare=True).fetchall()
        yield from map(recorded, page)
        if len(page) < _PAGE:
            return
        version = page[-1][2]
