"""Writers that take their time, and readers that must neither miss them nor wait for others."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import psycopg
from hypothesis import strategies as st
from hypothesis.stateful import rule
from integration.chassis.store.conftest import Store
from integration.chassis.store.waiting import SOON, wait_until_somebody_sleeps
from unit.chassis.store.exam import command, happened
from unit.chassis.store.machine import StoreMachine
from unit.chassis.store.model_machine import limits, places, sizes, streams

from synergy_chassis.store.append import APPEND, Batch, record
from synergy_chassis.store.events import RecordedEvent

OWN = 10
"""Streams from this number on are those of slow writers, one each."""


class SlowMachine(StoreMachine):
    """Needs `self.real`, the store with all its ways in."""

    real: Store

    @rule(
        slow=st.lists(st.tuples(sizes, st.booleans()), min_size=1, max_size=3),
        fast=streams,
        place=places,
        limit=limits,
    )
    def a_reader_reads_while_writers_take_their_time(
        self, slow: list[tuple[int, bool]], fast: int, place: int, limit: int
    ) -> None:
        """Some of the slow writers commit, some roll back; a quick one overtakes them all."""
        cursor, name = self.model.position(place), self.name(fast)
        written: list[tuple[RecordedEvent, ...]] = []
        with ThreadPoolExecutor(1) as aside, ExitStack() as sessions:
            writers = [sessions.enter_context(psycopg.connect(self.real.url)) for _ in slow]
            for number, (writer, (size, commits)) in enumerate(zip(writers, slow, strict=True), start=OWN):
                batch = self._batch(self.name(number), size)
                rows = writer.execute(APPEND, batch.parameters()).fetchall()
                written += [tuple(batch.written(rows))] * commits
            reading = aside.submit(self.store.log.after, cursor, limit)
            wait_until_somebody_sleeps(self.real)
            assert not reading.done()
            written.append(tuple(self.store.appender.append(name, [happened()], command()).events))
            for writer, (_, commits) in zip(writers, slow, strict=True):
                (writer.commit if commits else writer.rollback)()
            page = reading.result(SOON)
        for events in sorted(written, key=lambda events: events[0].position or 0):
            stream = events[0].stream
            at = self.model.now(self.clock.now(), stream)
            self.model.written(events, at=at, streams=[stream] * len(events))
        self._complete(cursor, page.read_to, page.events)

    def _batch(self, stream: str, size: int) -> Batch:
        context, at = command(), self.clock.now()
        events = record([happened(n) for n in range(size)], stream=stream, after=0, at=at, meta=context.meta())
        return Batch(
            stream=stream, mode="any", expected=None, command_id=context.command_id, outcome={}, recorded_at=at,
            meta=context.meta(), events=events,
        )  # fmt: skip
