"""Seals in the database."""

from collections.abc import Iterator
from typing import Any, Final, cast

import psycopg

from synergy_chassis.seals.seal import Seal

_SELECT: Final = (
    "SELECT store, number, after_position, upto_position, events, root, previous, sealed_at, hash FROM store.seals "
)
_ADD: Final = """
    SELECT store.add_seal(%s::text, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s::bytea, %s::bytea,
                          %s::timestamptz, %s::bytea)
"""
_NEW: Final = """
    SELECT position, stream, version, hash FROM store.events
     WHERE position > %s AND position <= %s ORDER BY position LIMIT %s
"""

Connection = psycopg.Connection[Any]
Place = tuple[int, str, int, bytes]
"""Position, stream, version and chain hash of an event: what its leaf is made of."""


def newest(connection: Connection) -> Seal | None:
    """The last seal."""
    return _one(connection, "ORDER BY number DESC LIMIT 1", ())


def numbered(connection: Connection, number: int) -> Seal | None:
    """The seal of this number."""
    return _one(connection, "WHERE number = %s", (number,))


def beyond(connection: Connection, number: int) -> Iterator[Seal]:
    """The seals after this one, in order."""
    while page := connection.execute(_SELECT + "WHERE number > %s ORDER BY number LIMIT 1000", (number,)).fetchall():
        yield from (found := list(map(_seal, page)))
        number = found[-1].number


def add(connection: Connection, seal: Seal) -> bool:
    """Store it; False when another came first, so that it does not follow the last one any more."""
    parameters = (
        seal.store, seal.number, seal.after, seal.upto, seal.events, seal.root, seal.previous, seal.sealed_at, seal.hash
    )  # fmt: skip
    row = connection.execute(_ADD, parameters).fetchone()
    return bool(row and row[0])


def complete_to(connection: Connection) -> int:
    """The position up to which nothing is missing any more. Waits for writers; needs READ COMMITTED."""
    row = connection.execute("SELECT read_to FROM store.barrier()").fetchone()
    return int(row[0]) if row else 0


def places(connection: Connection, after: int, upto: int, limit: int) -> list[Place]:
    """The first `limit` events at these positions, in order."""
    return cast("list[Place]", connection.execute(_NEW, (after, upto, limit), binary=True).fetchall())


def _one(connection: Connection, where: str, parameters: tuple[Any, ...]) -> Seal | None:
    row = connection.execute(_SELECT + where, parameters).fetchone()
    return None if row is None else _seal(row)


def _seal(row: tuple[Any, ...]) -> Seal:
    names = ("store", "number", "after", "upto", "events", "root", "previous", "sealed_at", "hash")
    return Seal(**dict(zip(names, row, strict=True)))
