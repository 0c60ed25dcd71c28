"""The next generation of a model's tables, and the follower that fills it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, func, select

from synergy_chassis.follower import Follower, Owner, Patience
from synergy_chassis.generations.model import FollowingModel
from synergy_chassis.store import checkpoints, parking, positions
from synergy_chassis.store.checkpoints import Begun, Work
from synergy_chassis.store.engine import translated
from synergy_chassis.store.errors import StoreUnavailable
from synergy_chassis.store.fold_version import fold_version
from synergy_chassis.store.parking import ParkedEvent
from synergy_chassis.store.positions import Held, Place
from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally

SCHEMA: Final = "generation"
SERVED: Final = "public"
ONCE: Final = Patience(first=timedelta(milliseconds=1), total=timedelta(milliseconds=1))
"""A page that fails is tried event by event at once."""
Progress = Callable[[int, int], None]


class HeldBack(Exception):
    """The one that serves has parked this event: it is left out here too, until it is replayed there."""


class Generation:
    """
    Filled by the owner's events from the first one on, never beyond the place of the generation that serves: its
    `follower` has a place of its own, so an interrupted rebuild goes on there.
    """

    def __init__(self, engine: Engine, model: FollowingModel, progress: Progress) -> None:
        self.model = model
        self._owner = _Behind(model.owner, progress)
        self.place = Place(consumer=f"{model.place.consumer}: next {model.name}", source=model.place.source)
        self._engine = engine
        self.follower = Follower(
            engine.execution_options(schema_translate_map={None: SCHEMA}),
            consumer=self.place.consumer,
            source=self.place.source,
            owner=self._owner,
            apply=self._apply,
            patience=ONCE,
        )

    def begin(self, *, anew: bool) -> Begun:
        """Make the tables, or go on with those that an interrupted rebuild by the same code has left."""
        work = Work(model=self.model.name, fold=fold_version(self.model.apply))
        with translated(), self._engine.begin() as connection:
            because = checkpoints.outdated(connection, work)
        if anew or because:
            self.drop()
        with translated(), self._engine.begin() as connection:
            made = bool(connection.execute(select(func.store.generation_begin(self.model.name))).scalar_one())
            if made:
                self._forget(connection)
                checkpoints.begin_whole(connection, work)
        if made:
            return Begun(because=None if anew else because)
        return Begun(resumed=(self.held().taken, 0))

    def drop(self) -> None:
        """Give it up."""
        with translated(), self._engine.begin() as connection:
            connection.execute(select(func.store.generation_drop(self.model.name)))
            self._forget(connection)

    def held(self) -> Held:
        """Up to where it is filled."""
        with translated(), self._engine.connect() as connection:
            return positions.read(connection, self.place)

    def served(self) -> Held:
        """Up to where the generation that serves is filled."""
        with translated(), self._engine.connect() as connection:
            return positions.read(connection, self.model.place)

    def catch_up(self, served: Held | None = None) -> None:
        """
        Fill it up to where the one that serves is, or was. Raises what the owner raises when it does not answer.
        """
        self._owner.goal = served = served or self.served()
        if self.held().position > served.position:  # that one began at the first event again
            self.follower.follow_anew()
        self.follower.take([])
        if self._parked() != self._parked_there():
            self.follower.replay()

    def analyze(self) -> None:
        """Let the planner know what is in it."""
        with translated(), self._engine.begin() as connection:
            connection.execute(select(func.store.generation_analyze(self.model.name)))

    def poisoned(self) -> list[ParkedEvent]:
        """The first event of each stream that it cannot take, and that the one that serves has taken."""
        with translated(), self._engine.connect() as connection:
            parked = parking.everything(connection)
        there = {one.event.position for one in parked if _is_of(one, self.model.place)}
        here = [one for one in parked if _is_of(one, self.place) and one.event.position not in there]
        return list({one.event.stream: one for one in reversed(here)}.values())

    def swap(self, connection: Connection) -> None:
        """Put it in the place of the one that serves, whose place `connection` holds locked."""
        connection.execute(select(func.store.generation_swap(self.model.name)))
        self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        positions.forget(connection, self.place)
        parking.clear(connection, self.place)
        checkpoints.end_whole(connection, self.model.name)

    def _parked(self) -> set[int]:
        with translated(), self._engine.connect() as connection:
            return {event.position for event in parking.listed(connection, self.place)}

    def _parked_there(self) -> set[int]:
        with translated(), self._engine.connect() as connection:
            return {event.position for event in parking.listed(connection, self.model.place)}

    def _apply(self, events: Sequence[StoredEvent], connection: Connection) -> None:
        if positions.lock(connection, self.place).position == 0:
            for table in reversed(self.model.tables):
                connection.execute(delete(table))
        question, parameters = parking.streams(self.model.place, {event.stream for event in events})
        streams = parking.streams_from(question.rows(connection, parameters))
        parked = {one.position for name in streams for one in parking.listed(connection, self.model.place, name)}
        if parked & {event.position for event in events}:
            raise HeldBack("It is parked where these rows are served.")
        self.model.apply(events, connection)


def _is_of(parked: ParkedEvent, place: Place) -> bool:
    return (parked.consumer, parked.source) == (place.consumer, place.source)


class _Behind:
    """The owner, as far as the generation that serves has come: `goal`."""

    def __init__(self, owner: Owner, progress: Progress) -> None:
        self._owner = owner
        self._progress = progress
        self.goal = Held(0, None)

    def head(self) -> Head:
        """Where the generation that serves is."""
        return Head(position=self.goal.position, epoch=self.goal.epoch or "")

    def events_after(self, position: int, limit: int) -> EventsPage:
        """The owner's events up to there. Raises StoreUnavailable when its store is another by now."""
        upto = self.goal.position
        self._progress(position, upto)
        page = self._owner.events_after(position, limit)
        if self.goal.epoch is not None and page.epoch not in (None, self.goal.epoch):
            raise StoreUnavailable("The followed store was restored meanwhile; rebuild once its follower has noticed.")
        events = [event for event in page.events if event.position <= upto]
        return EventsPage(events=events, read_to=min(page.read_to, upto))

    def tally(self, position: int) -> Tally:
        """What the owner's store holds up to and with `position`."""
        return self._owner.tally(position)
