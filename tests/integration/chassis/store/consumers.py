"""A consumer of the store that tests can poison, and the events it follows."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store, happened

from synergy_chassis.follower import Follower, Patience
from synergy_chassis.store import EventLog, positions
from synergy_chassis.store.tally import tally
from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally

AT_ONCE = Patience(total=timedelta(0))


class Owner:
    """The owner, asked without a bus in between."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.asked: list[int] = []

    def head(self) -> Head:
        return self.log.head()

    def events_after(self, position: int, limit: int) -> EventsPage:
        self.asked.append(position)
        return self.log.after(position, limit)

    def tally(self, position: int) -> Tally:
        return tally(self.log._engine, position)


class Consumer:
    """Writes a name for each event, once; fails on those that it is told to fail on."""

    def __init__(self, store: Store, *, patience: Patience = AT_ONCE) -> None:
        self.store = store
        self.owner = Owner(store.log)
        self.poison: set[int] = set()
        self.error: Callable[[], Exception] = lambda: ValueError("poisoned")
        self.pauses: list[float] = []
        self.place = positions.Place(consumer="consumer", source="things")
        self.follower = Follower(
            store.engine, consumer="consumer", source="things", owner=self.owner, apply=self.apply,
            patience=patience, sleep=self.pauses.append,
        )  # fmt: skip

    def apply(self, events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        done = [event for event in events if event.position not in self.poison]
        if done:
            names = [{"stream": event.stream, "name": f"{event.position}"} for event in done]
            rows.execute(sa.insert(NAMES).inline().values(names))
        if len(done) < len(events):
            raise self.error()

    def names(self) -> list[int]:
        with self.store.uow.reading() as rows:
            return [int(name) for name in rows.execute(sa.select(NAMES.c.name).order_by(NAMES.c.id)).scalars()]


@pytest.fixture(name="events")
def six_events(store: Store) -> list[StoredEvent]:
    for number in range(6):
        store.append(f"thing-{number % 2}", happened(number))
    return store.log.after(0).events


@pytest.fixture(name="consumer")
def a_consumer(store: Store, events: list[StoredEvent]) -> Consumer:
    return Consumer(store)
