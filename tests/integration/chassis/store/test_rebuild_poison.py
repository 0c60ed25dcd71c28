"""A stream that cannot be folded is parked and keeps its rows; the others are rebuilt all the same."""

import json
from contextlib import nullcontext

import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store, happened
from integration.chassis.store.consumers import Consumer
from integration.chassis.store.models import Names, fill, held

from synergy_chassis.health import models_health
from synergy_chassis.store import poison
from synergy_chassis.store.rebuild import rebuild
from synergy_chassis.store.rebuild_command import PARKED, Asked, run_rebuild


@pytest.fixture
def poisoned(store: Store) -> Store:
    """thing-2's third event is too much for Names(poison=99), and all rows are wrong."""
    fill(store, (1, 2, 3), 2)
    store.append("thing-2", happened(99), happened())
    with store.uow.writing() as rows:
        rows.execute(sa.update(NAMES).values(name=NAMES.c.name + "!"))
    return store


def wrong(store: Store) -> set[str]:
    return {row.stream for row in held(store) if row.name.endswith("!")}


def parked(store: Store) -> list[poison.ParkedStream]:
    with store.uow.reading() as rows:
        return poison.everything(rows)


def test_it_is_named_and_keeps_its_rows_while_the_others_are_repaired(poisoned: Store) -> None:
    report = rebuild(poisoned.engine, Names(poison=99))

    assert [("thing-2", 3, "thing.happened")] == [(one.stream, one.version, one.type) for one in report.parked]
    assert {"thing-2"} == wrong(poisoned)
    assert [("names", "thing-2", 3, "ValueError: 99 is too much")] == [
        (one.model, one.stream, one.version, one.error) for one in parked(poisoned)
    ]
    assert models_health(poisoned.engine).detail == "1 stream cannot be rebuilt."
    consumer = Consumer(poisoned)
    consumer.follower.take([])
    assert consumer.follower.progress.unfolded == 1


def test_a_check_names_it_and_parks_nothing(poisoned: Store) -> None:
    assert rebuild(poisoned.engine, Names(poison=99), check=True).parked_count == 1
    assert parked(poisoned) == []
    assert models_health(poisoned.engine).detail is None


def test_a_log_that_lacks_events_of_a_stream_takes_no_rows_away(poisoned: Store) -> None:
    poisoned.admin(
        "ALTER TABLE store.events DISABLE TRIGGER refuse_change",
        "DELETE FROM store.events WHERE stream = 'thing-3' AND version = 2",
        "ALTER TABLE store.events ENABLE ALWAYS TRIGGER refuse_change",
    )
    report = rebuild(poisoned.engine, Names())

    assert [("thing-3", 1)] == [(one.stream, one.version) for one in report.parked]
    assert "verify tells more" in report.parked[0].error
    assert {"thing-3"} == wrong(poisoned)


def test_appends_go_on_and_mended_code_clears_just_that_stream(poisoned: Store) -> None:
    rebuild(poisoned.engine, Names(poison=99))
    poisoned.append("thing-2", happened())
    poisoned.append("thing-1", happened())

    assert rebuild(poisoned.engine, Names(poison=99), stream="thing-2").parked_count == 1
    assert [one.stream for one in parked(poisoned)] == ["thing-2"]
    assert rebuild(poisoned.engine, Names(), stream="thing-2").count == 5
    assert parked(poisoned) == []
    assert wrong(poisoned) == set()


def test_a_whole_rebuild_clears_what_it_can_fold(poisoned: Store) -> None:
    rebuild(poisoned.engine, Names(poison=99))
    rebuild(poisoned.engine, Names())

    assert parked(poisoned) == []


@pytest.mark.parametrize(("check", "code"), [(False, PARKED), (True, PARKED + 8)])
def test_the_exit_code_says_so(poisoned: Store, capsys: pytest.CaptureFixture, check: bool, code: int) -> None:
    def run(**options: bool) -> int:
        models = [Names(poison=99)]
        return run_rebuild("test", poisoned.engine, models, lambda: nullcontext([]), Asked(check=check, **options))

    assert code == run()
    assert "thing-2 at version 3 (thing.happened): ValueError: 99 is too much" in capsys.readouterr().out
    assert run(json=True) & PARKED
    assert json.loads(capsys.readouterr().out)["models"][0]["parked_streams"][0]["stream"] == "thing-2"
