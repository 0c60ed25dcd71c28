"""Events that could not be applied, with the later ones of their streams, until somebody replays them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Connection, Text, and_, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store.constant import Constant, Question, Rows
from synergy_chassis.store.positions import Place
from synergy_chassis.store.tables import parked
from synergy_contracts.envelope import StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEvent:
    """One parked event, why it is there, and since when."""

    consumer: str
    source: str
    event: StoredEvent
    error: str
    parked_at: datetime


_LONGEST_ERROR = 2_000


def _of(place: Place) -> ColumnElement[bool]:
    return and_(parked.c.consumer == place.consumer, parked.c.source == place.source)


_AMONG: Final = Constant(
    select(parked.c.stream)
    .distinct()
    .where(
        parked.c.consumer == bindparam("consumer"),
        parked.c.source == bindparam("source"),
        parked.c.stream == any_(bindparam("streams", type_=ARRAY(Text))),
    )
)


def streams(place: Place, among: Collection[str]) -> Question:
    """What asks which of these streams are parked; `streams_from` takes its rows."""
    return _AMONG, place.fields() | {"streams": sorted(among)}


def streams_from(rows: Rows) -> set[str]:
    """The streams that the rows of `streams` tell."""
    return {row["stream"] for row in rows}


def park(connection: Connection, place: Place, event: StoredEvent, error: str) -> None:
    """Put an event aside."""
    row = {
        "position": event.position,
        "stream": event.stream,
        "event": msgspec.to_builtins(event),
        "error": error[:_LONGEST_ERROR].replace("\x00", "�"),
    }
    connection.execute(insert(parked).values(**place.fields(), **row).on_conflict_do_nothing())


def listed(connection: Connection, place: Place, stream: str | None = None) -> list[StoredEvent]:
    """The parked events of one consumer (of one stream, or all) in position order."""
    chosen = select(parked.c.event).where(_of(place)).order_by(parked.c.position)
    if stream is not None:
        chosen = chosen.where(parked.c.stream == stream)
    return [msgspec.convert(row, StoredEvent) for row in connection.execute(chosen).scalars()]


def everything(connection: Connection) -> list[ParkedEvent]:
    """All that is parked in this database, with the reasons."""
    chosen = select(parked).order_by(parked.c.consumer, parked.c.source, parked.c.position)
    return [
        ParkedEvent(
            consumer=row.consumer,
            source=row.source,
            event=msgspec.convert(row.event, StoredEvent),
            error=row.error,
            parked_at=row.parked_at,
        )
        for row in connection.execute(chosen)
    ]


def take_out(connection: Connection, place: Place, position: int) -> bool:
    """Remove one event from the parking table; False when it is not there any more."""
    return connection.execute(delete(parked).where(_of(place), parked.c.position == position)).rowcount == 1


def by_stream(connection: Connection, place: Place) -> dict[str, int]:
    """How many events of which streams this consumer has parked, the stream that was parked first before the others."""
    counted = select(parked.c.stream, func.count()).where(_of(place)).group_by(parked.c.stream)
    rows = connection.execute(counted.order_by(func.min(parked.c.position)))
    return {row.stream: row[1] for row in rows}


def clear(connection: Connection, place: Place) -> None:
    """Forget what this consumer has parked: its source is followed anew."""
    connection.execute(delete(parked).where(_of(place)))


def first(connection: Connection, place: Place) -> int | None:
    """The position of the first parked event, if there is one."""
    position: int | None = connection.execute(select(func.min(parked.c.position)).where(_of(place))).scalar_one()
    return position


def count(connection: Connection, place: Place) -> int:
    """How many events of this consumer are parked."""
    return connection.execute(select(func.count()).select_from(parked).where(_of(place))).scalar_one()
