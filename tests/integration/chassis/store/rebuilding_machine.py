"""A read model that falls behind and is damaged, rebuilds that are interrupted, streams that cannot be folded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from integration.chassis.store.conftest import Store
from unit.chassis.store.model_machine import ModelMachine, streams

from synergy_chassis.store.models import Fact
from synergy_chassis.store.rebuild import rebuild

TALLIES = sa.Table(
    "tallies",
    sa.MetaData(),
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("events", sa.BigInteger, nullable=False),
    sa.Column("last_recorded", sa.DateTime(timezone=True), nullable=False),
)
CREATE = """
    CREATE TABLE IF NOT EXISTS tallies (
        stream text PRIMARY KEY, events bigint NOT NULL, last_recorded timestamptz NOT NULL
    );
    GRANT ALL ON tallies TO PUBLIC;
    TRUNCATE tallies, store.rebuilds, store.parked_streams
"""


@dataclass(frozen=True)
class Tallies:
    """One row a stream. The power fails at the fold of `stop_at`; `poison` cannot be folded."""

    category: str
    stop_at: str | None = None
    poison: str | None = None
    name: str = "tallies"
    tables: Sequence[sa.Table] = (TALLIES,)

    @property
    def keys(self) -> Mapping[str, str]:
        return {"tallies": "stream"}

    def key(self, stream: str) -> str:
        return stream

    def stream(self, key: str) -> str:
        return key

    def fold(self, facts: Iterable[Fact]) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        told = list(facts)
        stream, version, *_, recorded_at = told[-1]
        if stream == self.stop_at:
            raise KeyboardInterrupt
        if stream == self.poison:
            raise ValueError("poisoned")
        assert [fact[1] for fact in told] == list(range(1, version + 1))
        return {"tallies": [(stream, len(told), recorded_at)]}


class RebuildingMachine(ModelMachine):
    """Needs `self.real`, the store with all its ways in, and `self.admin`, a superuser's session in autocommit."""

    real: Store
    admin: psycopg.Connection[Any]

    @initialize()
    def the_model_is_new(self) -> None:
        self.admin.execute(CREATE)

    @rule(number=streams, change=st.sampled_from(["DELETE", "UPDATE", "INSERT"]))
    def rows_are_damaged(self, number: int, change: str) -> None:
        values = {"stream": self.name(number), "events": -1, "last_recorded": self.clock.now()}
        mine = TALLIES.c.stream == values["stream"]
        with self.real.uow.writing() as rows:
            if change == "UPDATE":
                rows.execute(sa.update(TALLIES).where(mine).values(values))
            else:
                rows.execute(sa.delete(TALLIES).where(mine))
            if change == "INSERT" and self.model.version(self.name(number)):
                rows.execute(sa.insert(TALLIES).values(values))

    @rule()
    def a_check_counts_what_differs_and_changes_nothing(self) -> None:
        before = self._rows()
        report = rebuild(self.real.engine, Tallies(self.category), check=True)
        assert {one.stream for one in report.differences} == self._wrong()
        assert report.count == len(self._wrong())
        assert self._rows() == before

    @rule()
    def a_rebuild_makes_all_rows_what_the_events_say(self) -> None:
        wrong = self._wrong()
        report = rebuild(self.real.engine, Tallies(self.category))
        assert {one.stream for one in report.differences} == wrong
        assert (report.streams, report.events) == (len(self.model.streams), len(self.model.log))
        assert self._rows() == self._wanted_rows()

    @rule(number=streams)
    def a_rebuild_is_interrupted_and_goes_on(self, number: int) -> None:
        name = self.name(number)
        if not self.model.version(name):
            return
        with pytest.raises(KeyboardInterrupt):
            rebuild(self.real.engine, Tallies(self.category, stop_at=name))
        rebuild(self.real.engine, Tallies(self.category))
        assert self._rows() == self._wanted_rows()

    @rule(number=streams)
    def a_stream_that_cannot_be_folded_keeps_its_row_and_the_others_go_on(self, number: int) -> None:
        name, before = self.name(number), self._rows()
        report = rebuild(self.real.engine, Tallies(self.category, poison=name))
        assert [one.stream for one in report.parked] == [name] * (self.model.version(name) > 0)
        wanted = {stream: row for stream, row in self._wanted_rows().items() if stream != name}
        assert self._rows() == wanted | {stream: row for stream, row in before.items() if stream == name}

    def _rows(self) -> dict[str, tuple[Any, ...]]:
        with self.real.uow.reading() as rows:
            return {row.stream: tuple(row) for row in rows.execute(sa.select(TALLIES))}

    def _wanted_rows(self) -> dict[str, tuple[Any, ...]]:
        return {
            stream: (stream, self.model.version(stream), self.model.of(stream)[-1].recorded_at)
            for stream in self.model.streams
        }

    def _wrong(self) -> set[str]:
        rows, wanted = self._rows(), self._wanted_rows()
        return {stream for stream in rows.keys() | wanted.keys() if rows.get(stream) != wanted.get(stream)}
