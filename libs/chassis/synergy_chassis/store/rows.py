"""Reads events out of rows."""

from collections.abc import Sequence
from typing import Any, Final

from synergy_chassis.store.events import RecordedEvent
from synergy_contracts.envelope import StoredEvent

SELECT: Final = (
    "SELECT position, stream, version, event_id, type, schema_version, entity, data, meta, recorded_at, "
    "encode(hash, 'hex') FROM store.events "
)
"""The beginning of a query whose rows `recorded` reads."""


def recorded(row: Sequence[Any]) -> RecordedEvent:
    """The event in a row of SELECT."""
    return RecordedEvent(
        position=row[0],
        stream=row[1],
        version=row[2],
        event_id=row[3],
        type=row[4],
        schema_version=row[5],
        entity=row[6],
        data=row[7],
        meta=row[8],
        recorded_at=row[9],
        hash=row[10],
    )


def stored(row: Sequence[Any]) -> StoredEvent:
    """The event in a row of store.read_after or store.read_matching, as it travels."""
    return StoredEvent(
        position=row[1],
        previous_position=row[2],
        stream=row[3],
        version=row[4],
        event_id=row[5],
        type=row[6],
        schema_version=row[7],
        entity=row[8],
        data=row[9],
        meta=row[10],
        recorded_at=row[11],
        hash=row[12],
    )
