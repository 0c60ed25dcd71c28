"""Three ways to write and to follow a log: the store's barrier, and two that are often met."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, Protocol

import psycopg

from synergy_chassis.clock import new_id
from synergy_chassis.store import EventLog, NewEvent, engine
from synergy_chassis.store.append import Batch, record

PAGE = 500
AT = datetime(2040, 1, 1, tzinfo=UTC)

Connection = psycopg.Connection[Any]
Event = tuple[str, int]
"""Stream and version."""
Read = Callable[[Any], tuple[list[Event], Any]]
"""The events after a cursor in the order of the technique, and the cursor after them."""


class Technique(Protocol):
    """How events are written and followed."""

    name: str
    start: Any
    """The cursor before the first event; cursors are JSON."""
    table: str

    def append(self, connection: Connection, stream: str) -> int:
        """One event more in a stream, in the transaction of `connection`; its version."""
        ...

    def lock(self, connection: Connection, stream: str) -> None:
        """Hold up the writers of a stream until the transaction of `connection` ends."""
        ...

    def reader(self, url: str) -> AbstractContextManager[Read]:
        """Reads through a connection of its own."""
        ...


class Barrier:
    """
    The store: a shared lock held from nextval to COMMIT, and readers that wait for those who hold it.

    Every second event is of a command, and goes in by store.append_one; the others by store.append.
    """

    name = "shared-lock barrier"
    start: Any = 0
    table = "store.events"

    def __init__(self) -> None:
        self._commands = cycle((True, False))

    def append(self, connection: Connection, stream: str) -> int:
        happened = NewEvent(type="thing.happened", schema_version=1, entity="thing-1", data={})
        events = record([happened], stream=stream, after=0, at=AT, meta={})
        command_id = new_id() if next(self._commands) else None
        batch = Batch(stream=stream, mode="any", expected=None, command_id=command_id, outcome={}, recorded_at=AT,
                      meta={}, events=events)  # fmt: skip
        return int(connection.execute(*batch.call()).fetchall()[0][0])

    def lock(self, connection: Connection, stream: str) -> None:
        connection.execute("SELECT FROM store.lock(%s, NULL)", (stream,))

    @contextmanager
    def reader(self, url: str) -> Iterator[Read]:
        pool = engine(url, application_name="ordering reader", pool_size=1)
        log = EventLog(pool)

        def read(cursor: int) -> tuple[list[Event], int]:
            page = log.after(cursor, PAGE)
            return [(event.stream, event.version) for event in page.events], page.read_to

        yield read
        pool.dispose()


class Naive:
    """A sequence, and a cursor: whatever lies beyond the last position seen."""

    name = "naive cursor"
    start: Any = 0
    table = "ordering.events"
    query = "SELECT stream, version, position FROM ordering.events WHERE position > %s ORDER BY position LIMIT 500"

    def append(self, connection: Connection, stream: str) -> int:
        row = connection.execute("SELECT ordering.append(%s)", (stream,)).fetchone()
        assert row
        return int(row[0])

    def lock(self, connection: Connection, stream: str) -> None:
        connection.execute("SELECT FROM ordering.streams WHERE stream = %s FOR UPDATE", (stream,))

    @contextmanager
    def reader(self, url: str) -> Iterator[Read]:
        connection = psycopg.connect(url, autocommit=True, application_name="ordering reader")

        def read(cursor: Any) -> tuple[list[Event], Any]:
            rows = connection.execute(self.query, cursor if isinstance(cursor, list) else [cursor]).fetchall()
            return [(row[0], row[1]) for row in rows], self.cursor(rows[-1]) if rows else cursor

        yield read
        connection.close()

    def cursor(self, row: Any) -> Any:
        return row[2]


class Watermark(Naive):
    """The order of transaction ids, up to the oldest transaction still open."""

    name = "xid watermark"
    start: Any = ["0", 0]
    query = """
        SELECT stream, version, xid::text, position FROM ordering.events
         WHERE (xid, position) > (%s::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY xid, position LIMIT 500
    """

    def cursor(self, row: Any) -> Any:
        return [row[2], row[3]]


TECHNIQUES: dict[str, Technique] = {"barrier": Barrier(), "naive": Naive(), "watermark": Watermark()}
