"""A read model is what its events say; where it is not, rebuild says so and repairs only that."""

import json
from contextlib import nullcontext

import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store, happened
from integration.chassis.store.models import Names, fill, held, write

from synergy_chassis.store import rebuild as rebuilding
from synergy_chassis.store import strays
from synergy_chassis.store.commands import DIFFERS
from synergy_chassis.store.rebuild import rebuild
from synergy_chassis.store.rebuild_command import Asked, run_rebuild


@pytest.fixture
def filled(store: Store) -> Store:
    fill(store, (1, 2, 3), 3)
    for stream in ("thingy-1", "other-7"):
        store.append(stream, happened())
    write(store, [("other-7", 1)])
    return store


def command(store: Store, **options) -> int:
    return run_rebuild("test", store.engine, [Names()], lambda: nullcontext([]), Asked(**options))


def test_rows_in_order_are_left_alone(filled: Store) -> None:
    before = held(filled)
    told: list[tuple[int, int]] = []
    report = rebuild(filled.engine, Names(), progress=lambda done, total: told.append((done, total)))

    assert (report.ok, report.streams, report.events) == (True, 3, 9)
    assert before == held(filled)
    assert told[0] == (0, 9)
    assert told[-1] == (9, 9)
    assert sorted(told) == told


def test_tampered_rows_are_named_by_a_check_and_repaired_by_a_rebuild(filled: Store) -> None:
    before = held(filled)
    with filled.uow.writing() as rows:
        rows.execute(sa.update(NAMES).where(NAMES.c.id == 200_001).values(name="wrong"))
        rows.execute(sa.delete(NAMES).where(NAMES.c.id == 200_002))
        rows.execute(sa.insert(NAMES).values(id=100, stream="thing-3", name="invented"))
    tampered = held(filled)

    report = rebuild(filled.engine, Names(), check=True)
    expected = [("different", 200_001, ("name",)), ("extra", 100, ()), ("missing", 200_002, ())]
    assert expected == sorted((found.kind, found.key["id"], found.columns) for found in report.differences)
    assert tampered == held(filled)

    assert rebuild(filled.engine, Names()).count == 3
    assert [tuple(row)[:3] for row in before] == [tuple(row)[:3] for row in held(filled)]
    assert {row[3] for row in before} >= {row[3] for row in held(filled) if row.id not in (200_001, 200_002)}
    assert rebuild(filled.engine, Names(), check=True).ok


def test_rows_that_went_over_to_another_stream_come_back(filled: Store) -> None:
    with filled.uow.writing() as rows:
        rows.execute(sa.update(NAMES).where(NAMES.c.stream == "thing-1").values(stream="thing-3"))
        rows.execute(sa.update(NAMES).where(NAMES.c.id == 200_001).values(stream="other-7"))
    assert rebuild(filled.engine, Names()).count >= 4
    assert rebuild(filled.engine, Names(), check=True).ok


@pytest.mark.parametrize("page", [1, 2, 5_000])
def test_rows_of_streams_that_are_not_there_go(filled: Store, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr(strays, "PAGE", page)
    before = held(filled)
    with filled.uow.writing() as rows:
        rows.execute(sa.delete(NAMES).where(NAMES.c.name == "thing-2 1"))
        rows.execute(sa.insert(NAMES).values(id=1, stream="thing-8", name="thing-2 1"))  # which must be unique
        rows.execute(sa.insert(NAMES).values(id=2, stream="thing-9", name="nobody's"))

    expected = [("extra", "thing-8", 1), ("extra", "thing-9", 2), ("missing", "thing-2", 200_001)]
    found = rebuild(filled.engine, Names(), check=True).differences
    assert expected == sorted((one.kind, one.stream, one.key["id"]) for one in found)

    assert rebuild(filled.engine, Names()).count == 3
    assert [tuple(row)[:3] for row in before] == [tuple(row)[:3] for row in held(filled)]


def test_only_the_stream_that_is_named_is_looked_at(filled: Store) -> None:
    with filled.uow.writing() as rows:
        rows.execute(sa.update(NAMES).where(NAMES.c.id.in_([100_001, 200_001])).values(name=NAMES.c.name + "!"))
    assert rebuild(filled.engine, Names(), stream="thing-2").count == 1
    left = rebuild(filled.engine, Names(), check=True)

    assert [found.stream for found in left.differences] == ["thing-1"]
    with pytest.raises(ValueError, match="There is no stream thing-9"):
        rebuild(filled.engine, Names(), stream="thing-9")


def test_an_interrupted_rebuild_goes_on_where_it_stopped(filled: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        rebuild(filled.engine, Names(stop_at="thing-2"))
    model = Names()
    report = rebuild(filled.engine, model)

    assert model.folded == ["thing-2", "thing-3"]
    assert (report.resumed_at, report.events) == (3, 9)
    again = Names()
    assert rebuild(filled.engine, again).resumed_at is None
    assert again.folded == ["thing-1", "thing-2", "thing-3"]


def test_an_interrupted_rebuild_is_not_gone_on_with_by_other_code(
    filled: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """It would say that every row is right, of rows that only the former code has looked at."""
    with pytest.raises(KeyboardInterrupt):
        rebuild(filled.engine, Names(stop_at="thing-2"))
    monkeypatch.setattr(rebuilding, "fold_version", lambda model: "of the mended code")
    assert command(filled) == 0
    said = capsys.readouterr().out
    assert "not gone on with, but begun anew: the code has changed since." in said
    assert "names: 9 events folded." in said
    assert "Went on" not in said

    assert command(filled) == 0
    assert "begun anew" not in capsys.readouterr().out


def test_a_rebuild_that_nobody_went_on_with_for_a_day_is_begun_anew(filled: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        rebuild(filled.engine, Names(stop_at="thing-3"))
    filled.admin("UPDATE store.rebuilds SET updated_at = now() - interval '25 hours' WHERE NOT finished")
    went_on = Names(stop_at="thing-3")
    with pytest.raises(KeyboardInterrupt):  # for its finished parts are of today
        rebuild(filled.engine, went_on)
    assert went_on.folded == []

    filled.admin("UPDATE store.rebuilds SET updated_at = now() - interval '25 hours'")
    model = Names()
    report = rebuild(filled.engine, model)
    assert (report.resumed_at, report.begun_anew) == (None, "nobody went on with it for a day")
    assert model.folded == ["thing-1", "thing-2", "thing-3"]


def test_a_rebuild_whose_place_was_taken_by_other_code_says_so(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Overtaken(Names):
        def fold(self, facts):
            if not self.folded:
                filled.admin("UPDATE store.rebuilds SET fold = 'other' WHERE last_stream >= 'thing-2'")
            return super().fold(facts)

    with pytest.raises(ValueError, match="by other code, has begun meanwhile"):
        rebuild(filled.engine, Overtaken())


def test_an_interrupted_rebuild_can_be_begun_anew(filled: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        rebuild(filled.engine, Names(stop_at="thing-2"))
    model = Names()

    assert rebuild(filled.engine, model, anew=True).resumed_at is None
    assert model.folded == ["thing-1", "thing-2", "thing-3"]


def test_the_command_reports_in_words_and_in_json(filled: Store, capsys: pytest.CaptureFixture) -> None:
    with filled.uow.writing() as rows:
        rows.execute(sa.update(NAMES).where(NAMES.c.id == 200_001).values(name="wrong"))
    assert command(filled, check=True) == DIFFERS
    assert "names id=200001: different (name)" in capsys.readouterr().out
    assert command(filled, json=True) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["differences"] == 1
    told = [json.loads(line) for line in said.err.splitlines()]
    assert told[0] == {"model": "names", "done": 0, "total": 9, "events_per_second": 0, "eta_s": None}
    assert told[-1].items() >= {"model": "names", "done": 9, "total": 9, "eta_s": 0.0}.items()
    assert told[-1]["events_per_second"] > 0
    assert command(filled, check=True) == 0
