"""Streams that a rebuild could not fold: their rows stay as they were until a rebuild with mended code folds them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store.folding import Poisoned
from synergy_chassis.store.tables import parked_streams

_LONGEST_ERROR: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedStream:
    """A stream that `model` cannot fold: `error` at its event of this version and type, first met at `parked_at`."""

    model: str
    stream: str
    version: int
    type: str
    error: str
    parked_at: datetime


def park(connection: Connection, model: str, found: Sequence[Poisoned]) -> None:
    """Name these streams, in place of what was said of them before."""
    if not found:
        return
    statement = insert(parked_streams)
    said = {name: statement.excluded[name] for name in ("version", "type", "error")}
    rows = [
        {
            "model": model,
            "stream": one.stream,
            "version": one.version,
            "type": one.type,
            "error": one.error[:_LONGEST_ERROR].replace("\x00", "�"),
        }
        for one in found
    ]
    connection.execute(statement.on_conflict_do_update(index_elements=["model", "stream"], set_=said), rows)


def clear(connection: Connection, model: str, streams: Collection[str]) -> None:
    """These streams can be folded."""
    connection.execute(
        delete(parked_streams).where(parked_streams.c.model == model, parked_streams.c.stream.in_(streams))
    )


def replace(connection: Connection, model: str, found: Sequence[Poisoned]) -> None:
    """These streams of a model cannot be folded, and no others."""
    clear(connection, model, streams(connection, model) - {one.stream for one in found})
    park(connection, model, found)


def streams(connection: Connection, model: str) -> set[str]:
    """The parked streams of a model."""
    return set(connection.execute(select(parked_streams.c.stream).where(parked_streams.c.model == model)).scalars())


def everything(connection: Connection) -> list[ParkedStream]:
    """All parked streams, of all models."""
    chosen = select(parked_streams).order_by(parked_streams.c.model, parked_streams.c.stream)
    return [ParkedStream(**row) for row in connection.execute(chosen).mappings()]


def count(connection: Connection) -> int:
    """How many streams are parked."""
    return connection.execute(select(func.count()).select_from(parked_streams)).scalar_one()
