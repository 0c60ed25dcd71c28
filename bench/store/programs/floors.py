"""What PostgreSQL and psycopg take without a store."""

from typing import Any

import msgspec
import psycopg
from psycopg.types.json import set_json_loads

from bench.store.payload import TYPE, payload
from bench.store.protocol import Run, repeated, timed
from synergy_chassis.clock import SystemClock, new_id

_COLUMNS = "stream, version, event_id, type, schema_version, entity, data, meta, recorded_at, content_hash, hash"
_META = '{"actor_id":7,"command_id":"0190a1b2-0000-7000-8000-000000000000","request_id":"request-1","traceparent":null}'
INSERT = (
    f"INSERT INTO floor ({_COLUMNS}) VALUES "
    "(%s::text, %s::bigint, %s::uuid, %s::text, %s::integer, %s::text, %s::jsonb, %s::jsonb, %s::timestamptz, "
    "%s::bytea, %s::bytea)"
)
INSERT_MANY = (
    f"INSERT INTO floor ({_COLUMNS}) SELECT * FROM unnest("
    "%s::text[], %s::bigint[], %s::uuid[], %s::text[], %s::integer[], %s::text[], %s::jsonb[], %s::jsonb[], "
    "%s::timestamptz[], %s::bytea[], %s::bytea[])"
)


class _Rows:
    """Rows as the floor writes them, for one stream."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.version = 0
        self.now = SystemClock().now()

    def next(self) -> tuple[Any, ...]:
        self.version += 1
        data = msgspec.json.encode(payload(self.version)).decode()
        hash_ = bytes(32)
        return (self.stream, self.version, new_id(), TYPE, 1, "task-1", data, _META, self.now, hash_, hash_)


def insert(*, url: str, stream: str, seconds: float) -> Run:
    """A prepared INSERT of one row in autocommit."""
    connection, rows = psycopg.connect(url, autocommit=True), _Rows(stream)

    def once() -> int:
        connection.execute(INSERT, rows.next(), prepare=True)
        return 1

    return repeated(once, seconds=seconds)


def insert_many(*, url: str, stream: str, seconds: float, size: int) -> Run:
    """A prepared INSERT … SELECT FROM unnest of `size` rows in autocommit."""
    connection, rows = psycopg.connect(url, autocommit=True), _Rows(stream)

    def once() -> int:
        columns = list(map(list, zip(*(rows.next() for _ in range(size)), strict=True)))
        connection.execute(INSERT_MANY, columns, prepare=True)
        return size

    return repeated(once, seconds=seconds, warm=8)


def copy(*, url: str, stream: str, size: int) -> Run:
    """COPY of `size` rows in one transaction."""
    connection, rows = psycopg.connect(url, autocommit=True), _Rows(stream)
    ready = [rows.next() for _ in range(size)]

    def work() -> int:
        with connection.cursor().copy(f"COPY floor ({_COLUMNS}) FROM STDIN") as writer:
            for row in ready:
                writer.write_row(row)
        return size

    return timed(work)


_SAME = (
    "SELECT position, stream, version, event_id, type, schema_version, entity, data, meta, recorded_at, "
    "encode(hash, 'hex') FROM store.events "
)


def _reader(url: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(url, autocommit=True)
    set_json_loads(msgspec.json.decode, connection)
    return connection


def load(*, url: str, streams: list[str], seconds: float) -> Run:
    """One SELECT of a whole stream, its JSON decoded, and a fold over the rows."""
    connection = _reader(url)
    turn = iter(streams * 100_000)

    def once() -> int:
        rows = connection.execute(_SAME + "WHERE stream = %s ORDER BY version", (next(turn),), prepare=True).fetchall()
        total = done = 0
        for row in rows:
            total, done = fold(total, done, row[4], row[7])
        return len(rows)

    return repeated(once, seconds=seconds, warm=2)


def fold(total: int, done: int, type: str, data: dict[str, Any]) -> tuple[int, int]:
    """Progress as two sums, the fold of every measurement."""
    if type == "task.created":
        return total + data["impact"], done
    if type == "task.completed":
        return total, done + data["impact"]
    return total, done


def pages(*, url: str, limit: int, most: int) -> Run:
    """SELECTs of pages of the log in position order, from its beginning, without a barrier."""
    connection = _reader(url)

    def work() -> int:
        events = position = 0
        while events < most:
            query = _SAME + "WHERE position > %s ORDER BY position LIMIT %s"
            rows = connection.execute(query, (position, limit), prepare=True).fetchall()
            if not rows:
                break
            events, position = events + len(rows), rows[-1][0]
        return events

    return timed(work)
