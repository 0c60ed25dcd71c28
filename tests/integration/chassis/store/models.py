"""A read model for tests: a row for every event of the streams `thing-…`, with a name made of stream and version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store, happened

from synergy_chassis.store.models import Fact


def identity(stream: str, version: int) -> int:
    """The key of the row of an event."""
    return int(stream.partition("-")[2]) * 100_000 + version


@dataclass
class Names:
    """`poison` is the number of an event's data that cannot be folded; `stop_at` a stream where the power fails."""

    poison: int | None = None
    stop_at: str | None = None
    folded: list[str] = field(default_factory=list)

    name = "names"
    category = "thing"
    tables = (NAMES,)
    keys: Mapping[str, str] = field(default_factory=lambda: {"names": "stream"})

    def key(self, stream: str) -> str:
        return stream

    def stream(self, key: str) -> str:
        return key

    def fold(self, facts: Iterable[Fact]) -> dict[str, Sequence[tuple[Any, ...]]]:
        rows = []
        for stream, version, _, _, data, _ in facts:
            if f'"number": {self.poison}' in data:
                raise ValueError(f"{self.poison} is too much")
            rows.append((identity(stream, version), stream, f"{stream} {version}"))
        if rows and self.stop_at == rows[0][1]:
            raise KeyboardInterrupt
        self.folded += [row[1] for row in rows[:1]]
        return {"names": rows}


def fill(store: Store, streams: Iterable[int], events: int) -> None:
    """Streams thing-<n> with so many events each, and the rows that they say."""
    for number in streams:
        recorded = store.append(f"thing-{number}", *(happened(n) for n in range(events)))
        write(store, [(event.stream, event.version) for event in recorded])


def write(store: Store, events: Iterable[tuple[str, int]]) -> None:
    """The rows of these events."""
    rows = [{"id": identity(*event), "stream": event[0], "name": f"{event[0]} {event[1]}"} for event in events]
    with store.uow.writing() as connection:
        connection.execute(sa.insert(NAMES), rows)


def held(store: Store) -> list[Any]:
    """The rows, each with the transaction that wrote it."""
    with store.uow.reading() as rows:
        return list(rows.execute(sa.select(NAMES, sa.literal_column("xmin::text")).order_by(NAMES.c.id)))
