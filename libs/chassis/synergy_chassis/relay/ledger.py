"""The relay's side of the store: the lease, the checkpoint, and the log read behind the barrier."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

import msgspec
import psycopg
from psycopg.adapt import Loader

from synergy_chassis.barrier import BarrierWaits
from synergy_chassis.conninfo import conninfo

READ: Final = """
    SELECT r.*, (SELECT e.epoch::text FROM store.epoch e) FROM store.read_after(%s::bigint, %s::integer) r
"""
OPTIONS: Final = "-c timezone=UTC -c statement_timeout=20s -c jit=off"
QUERY_PATIENCE: Final = 15.0
"""Seconds a query may take; the barrier waits for the writers in flight."""


class OutgoingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`contracts.StoredEvent`, with `data` and `meta` left as the JSON they are."""

    position: int
    previous_position: int
    stream: str
    version: int
    event_id: UUID
    type: str
    schema_version: int
    entity: str
    data: msgspec.Raw
    meta: msgspec.Raw
    recorded_at: datetime
    hash: str
    epoch: str


@dataclass(frozen=True, slots=True)
class Lease:
    """Leadership: `token` fences out whoever led before, `position` is published to."""

    token: int
    position: int


class _RawJson(Loader):
    def load(self, data: Any) -> msgspec.Raw:
        return msgspec.Raw(bytes(data))


class Ledger:
    """
    One database connection of the relay. Use as an async context manager.

    Raises psycopg.Error or TimeoutError when the database is away.
    """

    def __init__(self, url: str, *, application_name: str, waits: BarrierWaits | None = None) -> None:
        self._conninfo = conninfo(url, options=OPTIONS, connect_timeout=5, application_name=application_name)
        self._waits = waits or BarrierWaits()
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def __aenter__(self) -> Self:
        async with asyncio.timeout(QUERY_PATIENCE):
            connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True, prepare_threshold=1)
        connection.adapters.register_loader("jsonb", _RawJson)
        self._connection = connection
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def acquire(self, holder: str, seconds: float) -> Lease | None:
        """Take the lease for `seconds` if it is free, expired or ours already; None while another holds it."""
        rows = await self._rows("SELECT token, position FROM store.relay_acquire(%s, %s)", (holder, seconds))
        return Lease(*rows[0]) if rows else None

    async def renew(self, lease: Lease, seconds: float, *, patience: float) -> bool:
        """Keep the lease; False when another has taken it."""
        return await self._true("SELECT store.relay_renew(%s, %s)", (lease.token, seconds), patience)

    async def advance(self, lease: Lease, was: int, to: int) -> bool:
        """Move the checkpoint by compare-and-set; False when we lead no more."""
        return await self._true("SELECT store.relay_advance(%s, %s, %s)", (lease.token, was, to))

    async def release(self, lease: Lease) -> bool:
        """Give the lease up."""
        return await self._true("SELECT store.relay_release(%s)", (lease.token,), 3)

    async def last_handed_out(self) -> int:
        """The newest position any writer was given, committed or not; cheap."""
        rows = await self._rows("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM store.events_position", ())
        return int(rows[0][0])

    async def listen(self) -> None:
        """From now on be told when events are stored."""
        async with asyncio.timeout(QUERY_PATIENCE):
            await self._open().execute("LISTEN store_events")

    async def heard(self, seconds: float) -> None:
        """Return when we are told, or were since the last time; else after so many seconds."""
        async for _ in self._open().notifies(timeout=seconds, stop_after=1):
            pass

    async def after(self, position: int, limit: int) -> tuple[list[OutgoingEvent], int]:
        """Events after `position`, in order, and the position up to which nothing is missing."""
        rows = await self._rows(READ, (position, limit))
        self._waits.add(*rows[0][-3:-1])
        fields = OutgoingEvent.__struct_fields__
        found = [(*row[1:-3], row[-1]) for row in rows if row[1] is not None]
        events = [OutgoingEvent(**dict(zip(fields, values, strict=True))) for values in found]
        return events, int(rows[0][0])

    async def _true(self, query: str, parameters: tuple[Any, ...], patience: float = QUERY_PATIENCE) -> bool:
        rows = await self._rows(query, parameters, patience)
        return bool(rows[0][0])

    async def _rows(
        self, query: str, parameters: tuple[Any, ...], patience: float = QUERY_PATIENCE
    ) -> list[tuple[Any, ...]]:
        async with asyncio.timeout(patience):
            cursor = await self._open().execute(query, parameters)
            rows: list[tuple[Any, ...]] = await cursor.fetchall()
            return rows

    def _open(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None:
            raise psycopg.OperationalError("the connection is not open")
        return self._connection
