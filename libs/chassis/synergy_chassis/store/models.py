"""What a read model says of itself, so that its rows can be made of its events again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import msgspec
from sqlalchemy import Table

from synergy_chassis.store.events import RecordedEvent

Fact: TypeAlias = tuple[str, int, str, int, str, datetime]
"""What a fold needs of an event: stream, version, type, schema version, its data as JSON, and when it was recorded."""

Row: TypeAlias = tuple[Any, ...]
"""A row, with all columns in the order of its table; arrays are tuples."""


class InlineModel(Protocol):
    """
    Rows that are written in the append's transaction and follow from one stream's events alone.

    A rebuild with several jobs hands the model to other processes: it can be pickled.
    """

    @property
    def name(self) -> str:
        """The model's name, for reports and for going on after an interruption."""
        ...

    @property
    def category(self) -> str:
        """Its streams are called "<category>-…"."""
        ...

    @property
    def tables(self) -> Sequence[Table]:
        """In the order in which rows may be inserted; rows are deleted in reverse."""
        ...

    @property
    def keys(self) -> Mapping[str, str]:
        """Table name → the column that tells whose stream a row is."""
        ...

    def key(self, stream: str) -> Any:
        """The value of that column in the rows of a stream."""
        ...

    def stream(self, key: Any) -> str:
        """The stream whose rows have this value in that column."""
        ...

    def fold(self, facts: Iterable[Fact]) -> Mapping[str, Iterable[Row]]:
        """Table name → all rows of one stream, which these are all facts of. Whatever it raises parks the stream."""
        ...


def facts(events: Iterable[RecordedEvent]) -> Iterable[Fact]:
    """Events as a fold takes them."""
    for event in events:
        data = msgspec.json.encode(event.data).decode()
        yield event.stream, event.version, event.type, event.schema_version, data, event.recorded_at
