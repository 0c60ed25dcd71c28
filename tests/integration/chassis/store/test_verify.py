"""Tampering as the superuser, found and named by class."""

import multiprocessing

import pytest
from integration.chassis.store.conftest import Store, happened
from sqlalchemy import Engine

from synergy_chassis.store import verify as verifying
from synergy_chassis.store.commands import run_verify
from synergy_chassis.store.verify import Damage, verify

BEHIND_THE_TRIGGERS = "ALTER TABLE store.{0} DISABLE TRIGGER ALL"


def tamper(store: Store, statement: str) -> None:
    store.admin(
        BEHIND_THE_TRIGGERS.format("events"),
        BEHIND_THE_TRIGGERS.format("streams"),
        *(part for part in statement.split(";") if part.strip()),
    )


@pytest.fixture
def filled(store: Store) -> Store:
    for stream in ("thing-1", "thing-2", "thing-3"):
        store.append(stream, *(happened(n, text="é\U0001f600", big=2**63, deep={"a": [1, {}]}) for n in range(5)))
    return store


def test_an_untouched_log_is_in_order(filled: Store) -> None:
    told: list[tuple[int, int]] = []
    report = verify(filled.engine, progress=lambda done, total: told.append((done, total)))
    assert (report.ok, report.events, report.streams, report.exit_code) == (True, 15, 3, 0)
    assert told[-1] == (15, 15)


def test_an_empty_log_is_in_order(store: Store) -> None:
    assert verify(store.engine).ok


FORGED = "sha256(convert_to('x', 'UTF8'))"


@pytest.mark.parametrize(
    ("statement", "damage", "places"),
    [
        ("UPDATE store.events SET data = '{\"number\": 9}' WHERE position = 7", "CHANGED_ROW", [("thing-2", 2)]),
        ("UPDATE store.events SET data = '{\"number\": 1.0}' WHERE position = 7", "CHANGED_ROW", [("thing-2", 2)]),
        ("UPDATE store.events SET meta = '{}' WHERE position = 7", "CHANGED_ROW", [("thing-2", 2)]),
        ("UPDATE store.events SET type = 'x' WHERE position = 7", "CHANGED_ROW", [("thing-2", 2)]),
        ("UPDATE store.events SET entity = 'x' WHERE position = 7", "CHANGED_ROW", [("thing-2", 2)]),
        (
            "UPDATE store.events SET recorded_at = recorded_at - interval '1 us' WHERE position = 7",
            "CHANGED_ROW",
            [("thing-2", 2)],
        ),
        (f"UPDATE store.events SET hash = {FORGED} WHERE position = 7", "CHANGED_ROW", [("thing-2", 2)]),
        ("UPDATE store.events SET position = 70 WHERE position = 7", "CHANGED_ROW", [("thing-2", 3)]),
        (
            "UPDATE store.events e SET (data, content_hash, hash) = (SELECT data, content_hash, hash "
            "FROM store.events o WHERE o.position = 15 - e.position) WHERE e.position IN (7, 8)",
            "CHANGED_ROW",
            None,
        ),
        (f"UPDATE store.streams SET head_hash = {FORGED} WHERE stream = 'thing-2'", "CHANGED_ROW", [("thing-2", None)]),
        ("UPDATE store.streams SET version = 4 WHERE stream = 'thing-2'", "CHANGED_ROW", None),
        ("DELETE FROM store.events WHERE position = 7", "MISSING_ROW", [("thing-2", 2)]),
        ("DELETE FROM store.events WHERE position = 6", "MISSING_ROW", [("thing-2", 1)]),
        ("DELETE FROM store.events WHERE position = 10", "MISSING_TAIL", [("thing-2", 5)]),
        ("DELETE FROM store.events WHERE stream = 'thing-2'", "MISSING_STREAM", [("thing-2", 1)]),
        ("DELETE FROM store.streams WHERE stream = 'thing-2'", "MISSING_STREAM", None),
        (
            "DELETE FROM store.events WHERE stream = 'thing-2'; DELETE FROM store.streams WHERE stream = 'thing-2'",
            "MISSING_STREAM",
            [("thing-2", None)],
        ),
        (
            "DELETE FROM store.events WHERE position = 10; UPDATE store.streams SET version = 4, head_hash = "
            "(SELECT hash FROM store.events WHERE position = 9) WHERE stream = 'thing-2'",
            "MISSING_TAIL",
            [("thing-2", None)],
        ),
    ],
    ids=[
        "data", "number_written_as_float", "meta", "type", "entity", "time", "hash", "position", "swapped_rows", "head",
        "version", "row", "first_row", "tail", "events_of_a_stream", "row_of_a_stream", "stream", "tail_and_its_trace",
    ],
)  # fmt: skip
def test_tampering_is_found_where_it_is(
    filled: Store, monkeypatch: pytest.MonkeyPatch, statement: str, damage: str, places
) -> None:
    tamper(filled, statement)
    report = verify(filled.engine)

    assert Damage[damage] in report.damage
    assert report.exit_code & Damage[damage]
    if places is not None:
        assert places == [(finding.stream, finding.version) for finding in report.findings]
    monkeypatch.setattr(verifying, "WORTH_A_JOB", 1)
    assert report == verify(filled.engine, jobs=1), "part by part"
    assert verify(filled.engine, stream="thing-1").ok
    assert not verify(filled.engine, stream="thing-2").ok


@pytest.mark.usefixtures("forked_helpers")
def test_several_processes_find_what_one_finds_and_say_it_in_the_same_order(filled: Store, monkeypatch) -> None:
    for number in range(4, 40):
        filled.append(f"thing-{number}", *(happened(n) for n in range(number % 7 + 1)))
    tamper(
        filled,
        "UPDATE store.events SET type = 'x' WHERE version = 2; DELETE FROM store.events WHERE version = 4; "
        "DELETE FROM store.streams WHERE stream IN ('thing-1', 'thing-39'); "
        "INSERT INTO store.streams VALUES ('', 1, '', now()), ('thing-20x', 1, '', now()), ('zzz', 1, '', now());"
        "DELETE FROM store.events WHERE stream = 'thing-30' AND version > 1",
    )
    told: list[tuple[int, int]] = []
    alone = verify(filled.engine, jobs=1)
    monkeypatch.setattr(verifying, "WORTH_A_JOB", 10)
    together = verify(filled.engine, jobs=2, progress=lambda done, total: told.append((done, total)))

    assert alone == together
    assert len(alone.findings) > 60
    assert Damage.CHANGED_ROW | Damage.MISSING_ROW | Damage.MISSING_TAIL | Damage.MISSING_STREAM == alone.damage
    assert sorted(told) == told
    assert alone.events == told[-1][0]


@pytest.mark.usefixtures("forked_helpers")
def test_they_check_the_same_moment(filled: Store, monkeypatch) -> None:
    """Appends while the second process starts are of a later one."""
    monkeypatch.setattr(verifying, "WORTH_A_JOB", 1)
    report = verify(filled.engine, jobs=2, progress=lambda done, total: filled.append("thing-1", happened()) and None)

    assert (True, 15, 3) == (report.ok, report.events, report.streams)
    assert filled.version("thing-1") > 5


def test_a_process_that_is_killed_ends_it(filled: Store, monkeypatch) -> None:
    monkeypatch.setattr(verifying, "WORTH_A_JOB", 1)
    killed: list[int] = []

    def kill(*_: int) -> None:
        for child in multiprocessing.active_children():
            killed.append(child.pid or 0)
            child.kill()

    with pytest.raises(ChildProcessError):
        verify(filled.engine, jobs=2, progress=kill)
    assert killed


def test_a_changed_row_with_a_matching_content_hash_breaks_the_chain(filled: Store) -> None:
    from msgspec.structs import replace

    from synergy_chassis.store.append import hash_of

    event = filled.log.at([7])[0]
    forged = replace(event, data={"number": 99})
    tamper(
        filled,
        "UPDATE store.events SET data = '{\"number\": 99}', "
        f"content_hash = decode('{hash_of(forged).hex()}', 'hex') WHERE position = 7",
    )
    report = verify(filled.engine)
    assert [(finding.stream, finding.version, finding.detail) for finding in report.findings] == [
        ("thing-2", 2, "it does not continue the chain")
    ]


def test_the_command_reports_in_words_and_in_json(filled: Store, capsys: pytest.CaptureFixture) -> None:
    engine: Engine = filled.engine
    assert run_verify(engine) == 0
    assert "Nothing was changed and nothing is missing." in capsys.readouterr().out
    tamper(filled, "DELETE FROM store.events WHERE position IN (7, 15)")

    assert run_verify(engine) == Damage.MISSING_ROW | Damage.MISSING_TAIL
    assert "missing row: thing-2 version 2" in capsys.readouterr().out
    assert run_verify(engine, json=True) == 48
    assert '"exit_code":48' in capsys.readouterr().out
