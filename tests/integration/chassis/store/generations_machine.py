"""Rows that follow another store: damaged, made anew beside the ones that serve, interrupted, and swapped."""

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from integration.chassis.store.conftest import Store
from integration.chassis.store.consumers import AT_ONCE
from integration.chassis.store.following_machine import Owner
from sqlalchemy.dialects.postgresql import insert
from unit.chassis.store.model_machine import ModelMachine, streams

from synergy_chassis.follower import Follower
from synergy_chassis.generations import FollowingModel, rebuild_following
from synergy_chassis.store.positions import Place
from synergy_contracts.envelope import EventsPage, StoredEvent

SEEN = sa.Table(
    "seen",
    sa.MetaData(),
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("events", sa.BigInteger, nullable=False),
)
CREATE = """
    DROP TABLE IF EXISTS seen, generation.seen;
    CREATE TABLE seen (stream text PRIMARY KEY, events bigint NOT NULL);
    ALTER TABLE seen OWNER TO {owner};
    GRANT SELECT, INSERT, UPDATE, DELETE ON seen TO PUBLIC;
    INSERT INTO store.generations VALUES ('seen', 'seen') ON CONFLICT DO NOTHING;
    DELETE FROM store.rebuilds WHERE model = 'seen'
"""


class Interrupting(Owner):
    """The power fails at its second page."""

    asked = 0

    def events_after(self, position: int, limit: int) -> EventsPage:
        self.asked += 1
        if self.asked == 2:
            raise KeyboardInterrupt
        return super().events_after(position, min(limit, 2))


class GenerationsMachine(ModelMachine):
    """Needs `self.real`, the store with all its ways in, and `self.admin`, a superuser's session in autocommit."""

    real: Store
    admin: psycopg.Connection[Any]

    @initialize()
    def the_model_is_new(self) -> None:
        (owner,) = self.admin.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'events'").fetchone() or ()
        self.admin.execute(CREATE.format(owner=owner))
        self.place = Place(consumer=self.category, source="things")
        self.effects: list[int] = []
        self.follower = Follower(
            self.real.engine, **self.place.fields(), owner=Owner(self.real, self.model.begin), apply=self._serve,
            patience=AT_ONCE,
        )  # fmt: skip

    @rule()
    def the_follower_looks(self) -> None:
        self.follower.take([])

    @rule(number=streams, change=st.sampled_from(["DELETE", "UPDATE", "INSERT"]))
    def rows_are_damaged(self, number: int, change: str) -> None:
        with self.real.uow.writing() as rows:
            if change == "DELETE":
                rows.execute(sa.delete(SEEN).where(SEEN.c.stream == self.name(number)))
            elif change == "UPDATE":
                rows.execute(sa.update(SEEN).where(SEEN.c.stream == self.name(number)).values(events=-1))
            else:
                rows.execute(insert(SEEN).values(stream="invented", events=1).on_conflict_do_nothing())

    @rule()
    def a_check_names_what_differs_and_changes_nothing(self) -> None:
        before, wrong = self._rows(), self._wrong()
        report = rebuild_following(self.real.engine, self._model(), check=True)
        assert {one.key["stream"] for one in report.differences} == wrong
        assert self._rows() == before

    @rule()
    def a_rebuild_makes_them_what_the_events_taken_say(self) -> None:
        report = rebuild_following(self.real.engine, self._model())
        assert not report.parked_count
        assert not self._wrong()
        assert not self._left_over()

    @rule()
    def a_rebuild_is_interrupted_and_goes_on_after_more_has_happened(self) -> None:
        if len(self._taken()) < 3:
            return
        owner = Interrupting(self.real, self.model.begin)
        with pytest.raises(KeyboardInterrupt):
            rebuild_following(self.real.engine, self._model(owner), anew=True)
        assert self._left_over()
        self.follower.take([])
        report = rebuild_following(self.real.engine, self._model())
        assert report.resumed_at == 2
        assert not self._wrong()

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "effects"):
            assert self.effects == [event.position for event in self._taken()], "no effect is repeated"

    def _model(self, owner: Owner | None = None) -> FollowingModel:
        owner = owner or Owner(self.real, self.model.begin)
        return FollowingModel(name="seen", place=self.place, tables=(SEEN,), owner=owner, apply=count)

    def _serve(self, events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        count(events, rows)
        self.effects += [event.position for event in events]

    def _taken(self) -> list[Any]:
        position = self.follower.position()
        return [event for event in self.model.log if event.position <= position]

    def _rows(self) -> dict[str, int]:
        with self.real.uow.reading() as rows:
            return {row.stream: row.events for row in rows.execute(sa.select(SEEN))}

    def _wrong(self) -> set[str]:
        wanted: dict[str, int] = {}
        for event in self._taken():
            wanted[event.stream] = wanted.get(event.stream, 0) + 1
        rows = self._rows() if self._taken() else {}
        return {stream for stream in rows.keys() | wanted.keys() if rows.get(stream) != wanted.get(stream)}

    def _left_over(self) -> bool:
        with self.real.uow.reading() as rows:
            return bool(rows.execute(sa.text("SELECT to_regclass('generation.seen') IS NOT NULL")).scalar_one())


def count(events: Sequence[StoredEvent], rows: sa.Connection) -> None:
    """One row a stream: an event that is missed or applied twice shows."""
    for event in events:
        more = {"events": SEEN.c.events + 1}
        row = insert(SEEN).values(stream=event.stream, events=1)
        rows.execute(row.on_conflict_do_update(index_elements=["stream"], set_=more))
