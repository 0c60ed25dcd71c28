"""Readers of every kind between the commands."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, rule
from unit.chassis.store.model import same
from unit.chassis.store.model_machine import limits, places, streams
from unit.chassis.store.writing_machine import WritingMachine

from synergy_chassis.store.events import RecordedEvent
from synergy_chassis.store.only import Only
from synergy_chassis.store.subscription import Subscription
from synergy_contracts.envelope import StoredEvent


class Reader:
    """Follows the log by a subscription, keeps its checkpoint, and what it has seen up to there."""

    def __init__(self, after: int, only: Only | None) -> None:
        self.only = only
        self.begin = self.checkpoint = after
        self.seen: list[int] = []
        self.subscription: Subscription | None = None
        self.pages: Any = iter(())


class StoreMachine(WritingMachine):
    """Adds pages from anywhere, whole streams, and readers that stop, crash and go on."""

    readers: Bundle[Reader] = Bundle("readers")

    @rule(place=places, limit=limits)
    def a_page_is_read_from_anywhere(self, place: int, limit: int) -> None:
        cursor = self.model.position(place)
        page = self.store.log.after(cursor, limit)
        self._complete(cursor, page.read_to, page.events, limit=limit)

    @rule(place=places, limit=limits, number=streams)
    def a_page_of_one_stream_is_read_from_anywhere(self, place: int, limit: int, number: int) -> None:
        cursor, name = self.model.position(place), self.name(number)
        page = self.store.log.after(cursor, limit, only=Only(stream=name))
        self._complete(cursor, page.read_to, page.events, limit=limit, only=Only(stream=name))

    @rule(number=streams, upto=st.none() | st.integers(0, 9))
    def a_stream_is_read(self, number: int, upto: int | None) -> None:
        name = self.name(number)
        assert list(self.store.log.stream(name, upto=upto)) == self.model.of(name)[:upto]

    @rule(chosen=st.lists(places, max_size=5))
    def events_are_read_by_position(self, chosen: list[int]) -> None:
        positions = {self.model.position(place) for place in chosen} - {self.model.begin}
        expected = [event for event in self.model.log if event.position in positions]
        assert self.store.log.at([*positions, 2**62]) == expected

    @rule(target=readers, place=places, number=st.none() | streams)
    def a_reader_begins_anywhere(self, place: int, number: int | None) -> Reader:
        return Reader(self.model.position(place), None if number is None else Only(stream=self.name(number)))

    @rule(reader=readers, limit=limits, pages=st.integers(1, 3), crash=st.booleans())
    def a_reader_goes_on_for_some_pages(self, reader: Reader, limit: int, pages: int, crash: bool) -> None:
        """Keeps its checkpoint after each page, but for the last one before a crash; then it begins there again."""
        if crash or reader.subscription is None:
            reader.subscription = Subscription(self.store.log, after=reader.checkpoint, only=reader.only, limit=limit)
            reader.pages = iter(reader.subscription)
        for number in range(pages):
            if not self._wanted(reader.checkpoint, reader.only, upto=self.model.end):
                return  # it would wait
            page = next(reader.pages)
            self._complete(reader.checkpoint, page.read_to, page.events, only=reader.only)
            if crash and number == pages - 1:
                reader.subscription = None
                return
            reader.seen += [event.position for event in page.events]
            reader.checkpoint = page.read_to
            seen = self._wanted(reader.begin, reader.only, upto=reader.checkpoint)
            assert reader.seen == [event.position for event in seen]

    def _wanted(self, after: int, only: Only | None, *, upto: int) -> list[RecordedEvent]:
        return [
            event for event in self.model.after(after)
            if event.position <= upto and (only is None or event.stream == only.stream)
        ]  # fmt: skip

    def _complete(
        self, after: int, read_to: int, events: Sequence[StoredEvent], *, limit: int | None = None,
        only: Only | None = None,
    ) -> None:  # fmt: skip
        """A page holds all that is wanted up to where it says that nothing is missing, and goes as far as it can."""
        wanted = self._wanted(after, only, upto=read_to)
        assert list(map(same, events)) == list(map(same, wanted))
        before = dict(pairwise([self.model.begin, *(event.position for event in self.model.log)]))
        assert {event.previous_position: event.position for event in events}.items() <= before.items()
        if limit is not None:
            assert len(events) <= limit
            assert len(events) == limit or read_to >= self.model.end
