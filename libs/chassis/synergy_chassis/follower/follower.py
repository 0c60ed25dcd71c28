"""
Follows another service's store by position.

The position and what applying an event does are written in one transaction, which is all the dedupe there is. What the
bus brings only makes it faster: a gap is fetched from the owner, and so is everything when the bus brings nothing.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from sqlalchemy import Connection, Engine

from synergy_chassis.follower.linking import Linked, chained, joins, reaches, unheard
from synergy_chassis.follower.owner import Owner
from synergy_chassis.follower.patience import Patience, passes
from synergy_chassis.follower.progress import Progress
from synergy_chassis.store import parking, poison, positions
from synergy_chassis.store.engine import translated
from synergy_contracts.envelope import Head, StoredEvent

Apply = Callable[[Sequence[StoredEvent], Connection], None]
Lost = Callable[[int, Connection], None]

PAGE: Final = 500
"""How many events are fetched and applied at a time."""

_log = structlog.get_logger()


class Follower:
    """
    One consumer of one source.

    `apply` gets events in order, and the connection of the transaction that also moves the position. After a restore of
    the owner's store to an earlier time (a new epoch) `lost` is told the last position that is still what it was, to
    take back what later events did; then the whole log is applied again, so `apply` must do nothing for what it has
    done already: upsert, or insert under a key made of the event's id. Up to `Held.taken_before` it is what was taken.

    An event that `apply` cannot take is retried in place for as long as `patience` says; then it is parked with the
    later events of its stream, and the position moves on. What may pass by itself (StoreUnavailable, RpcUnavailable,
    RpcTimeout, OSError, Refused "unavailable", "too_late", "too_many") is never parked: it is raised, and the caller
    tries again later. A statement that takes too long (StatementTooSlow) is no such thing: it is parked.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        consumer: str,
        source: str,
        owner: Owner,
        apply: Apply,
        lost: Lost = lambda after, connection: None,
        patience: Patience = Patience(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self.place = positions.Place(consumer=consumer, source=source)
        self.owner = owner
        self._apply = apply
        self._lost = lost
        self._patience = patience
        self._sleep = sleep
        self.consumer = consumer
        self.source = source
        self.progress = Progress()

    def position(self) -> int:
        """Up to where everything is applied or parked."""
        with translated(), self._engine.connect() as connection:
            self.progress.position = positions.read(connection, self.place).position
        return self.progress.position

    def parked(self) -> int:
        """How many events wait in the parking table."""
        with translated(), self._engine.connect() as connection:
            self.progress.parked = parking.count(connection, self.place)
        return self.progress.parked

    def take(self, events: Sequence[StoredEvent]) -> None:
        """
        Apply `events` (in order) and what lies between them and the position held; without any, ask the owner.

        Raises what may pass by itself; the same events may then be given again.
        """
        if not events:
            self._catch_up()
            return
        self.progress.head = max(self.progress.head, events[-1].position)
        if not self._apply_batch(events, joins):
            self.progress.gaps += 1
            self._catch_up()

    def replay(self, stream: str | None = None) -> int:
        """
        Apply parked events again, in order (of one stream, or all); answer how many were done.

        A stream whose event fails again stays parked from there on.
        """
        done = 0
        stuck: set[str] = set()
        while waiting := [event for event in self._parked_events(stream) if event.stream not in stuck]:
            for event in waiting:
                if event.stream in stuck:
                    continue
                applied = self._apply_parked(event)
                if applied is None:
                    stuck.add(event.stream)
                done += applied or 0
        self.parked()
        return done

    def follow_anew(self) -> None:
        """Begin at the owner's first event again, at the next look; `apply` does nothing for what it has done."""
        with translated(), self._engine.begin() as connection:
            positions.lock(connection, self.place)
            self._restart(connection)

    def _restart(self, connection: Connection, taken_before: int = 0) -> None:
        """What is parked comes again too, or is no more."""
        positions.restart(connection, self.place, taken_before=taken_before)
        parking.clear(connection, self.place)

    def _resynchronise(self, connection: Connection, held: positions.Held, head: Head) -> None:
        """
        The owner's store was restored to an earlier time: take back what is no more, then begin again.

        Positions jump ahead in a new epoch, so the last event that the owner has up to what we hold is one that both
        have. In an old epoch nobody said that a store was restored; positions may mean other events than before.
        """
        told = held.epoch != head.epoch
        kept = self._last_of_both(held, head) if told else head.position
        unparked = (parking.first(connection, self.place) or held.position + 1) - 1
        _log.warning("the followed store was restored: following anew", kept=kept, told=told, **self.place.fields())
        self._lost(kept, connection)
        self._restart(connection, taken_before=min(kept, unparked) if told else 0)

    def _last_of_both(self, held: positions.Held, head: Head) -> int:
        """The last event that the owner has up to what is held: the one before the first beyond."""
        beyond = self.owner.events_after(held.position, 1).events
        return beyond[0].previous_position if beyond else min(head.position, held.position)

    def _catch_up(self) -> None:
        """
        Compare the position with the owner's head, and fetch what lies between.

        A store in another epoch was restored to an earlier time, and so was one that ends before what is held.
        """
        head = self.owner.head()
        self.progress.head = head.position
        with translated(), self._engine.begin() as connection:
            held = positions.lock(connection, self.place)
            if _beyond(held, head):  # perhaps another of our name moved on meanwhile; now that it cannot, we ask again
                head = self.owner.head()
            if _beyond(held, head):
                self._resynchronise(connection, held, head)
            if held.epoch != head.epoch:
                positions.enter(connection, self.place, head.epoch)
            self.progress.parked = parking.count(connection, self.place)
            self.progress.unfolded = poison.count(connection)
        self._fetch_to(head)

    def _fetch_to(self, goal: Head) -> None:
        """Fetch and apply from the owner until `goal` is reached, the owner has no more, or its store is another."""
        held = self.position()
        while held < goal.position:
            page = self.owner.events_after(held, PAGE)
            if page.epoch not in (None, goal.epoch):
                _log.warning("the followed store was restored while it was asked", held=held, **self.place.fields())
                return
            self.progress.fetched += len(page.events)
            if page.events and not self._apply_batch(page.events, reaches):
                _log.warning("the position moved while the owner was asked", held=held, **self.place.fields())
                return
            if page.read_to <= held:
                return
            held = page.read_to

    def _apply_batch(self, events: Sequence[StoredEvent], linked: Linked) -> bool:
        """Apply what is not held yet; False when it is not `linked`. Retries, then goes one by one and parks."""
        for pause in self._patience.pauses():
            try:
                return self._attempt(events, linked)
            except Exception as error:
                if passes(error):
                    raise
                _log.warning("applying events failed: trying again", error=repr(error), **self.place.fields())
                self._sleep(pause)
        return all(self._apply_or_park(event, linked) for event in events)

    def _apply_or_park(self, event: StoredEvent, linked: Linked) -> bool:
        try:
            return self._attempt([event], linked)
        except Exception as error:
            if passes(error):
                raise
            _log.error(
                "an event is parked with the later ones of its stream",
                event_id=str(event.event_id), type=event.type, position=event.position, stream=event.stream,
                error=repr(error), **self.place.fields(),
            )  # fmt: skip
            return self._park(event, error, linked)

    def _park(self, event: StoredEvent, error: Exception, linked: Linked) -> bool:
        with translated(), self._engine.begin() as connection:
            held = positions.lock(connection, self.place)
            if held.position < event.position:
                if not linked(event, held):
                    return False
                parking.park(connection, self.place, event, repr(error))
                positions.move(connection, self.place, event.position, taken=1)
            parked = parking.count(connection, self.place)
        self.progress.position, self.progress.parked = max(held.position, event.position), parked
        return True

    def _attempt(self, events: Sequence[StoredEvent], linked: Linked) -> bool:
        """One transaction: lock the position, skip what is held, apply, move. False, and nothing done, at a gap."""
        parked = 0
        with translated(), self._engine.begin() as connection:
            stuck = parking.streams(self.place, {event.stream for event in events})
            held, (found,) = positions.lock_and_ask(connection, self.place, stuck)
            fresh = list(unheard(events, held))
            if fresh and not chained(fresh, held, linked):
                return False
            if fresh:
                parked = self._apply_unparked(fresh, parking.streams_from(found), connection)
                positions.move(connection, self.place, fresh[-1].position, taken=len(fresh))
        self.progress.position = fresh[-1].position if fresh else held.position
        self.progress.parked += parked
        self.progress.duplicates += len(events) - len(fresh)
        return True

    def _apply_unparked(self, fresh: Sequence[StoredEvent], stuck: set[str], connection: Connection) -> int:
        """Apply what is of no parked stream, park the rest; tells how many."""
        if wanted := [event for event in fresh if event.stream not in stuck]:
            self._apply(wanted, connection)
        later = [event for event in fresh if event.stream in stuck]
        for event in later:
            parking.park(connection, self.place, event, "an earlier event of its stream is parked")
        return len(later)

    def _parked_events(self, stream: str | None) -> list[StoredEvent]:
        with translated(), self._engine.connect() as connection:
            return parking.listed(connection, self.place, stream)

    def _apply_parked(self, event: StoredEvent) -> bool | None:
        """Whether it was applied; False when it is parked no more, None when it failed again."""
        try:
            with translated(), self._engine.begin() as connection:
                positions.lock(connection, self.place)
                parked = parking.take_out(connection, self.place, event.position)
                if parked:
                    self._apply([event], connection)
            return parked
        except Exception as error:
            if passes(error):
                raise
            _log.error("a parked event fails again", position=event.position, error=repr(error), **self.place.fields())
            return None


def _beyond(held: positions.Held, head: Head) -> bool:
    """Whether what is held is not of the log that ends there."""
    return held.epoch not in (None, head.epoch) or held.position > head.position
