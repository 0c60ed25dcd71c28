"""Seals: what they are over, where they are kept, and the damage that only they can tell."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from integration.chassis.store.conftest import Store, happened
from msgspec.structs import replace

from synergy_chassis.clock import FixedClock
from synergy_chassis.seals import Seal, SealFile, SealsDiffer, database, seal_what_is_new
from synergy_chassis.store.append import hash_of
from synergy_chassis.store.canonical import GENESIS, chain_hash
from synergy_chassis.store.commands import run_verify
from synergy_chassis.store.seal_command import run_seal
from synergy_chassis.store.verify import Damage, VerifyReport, verify

CLOCK = FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
BEHIND_THE_TRIGGERS = "ALTER TABLE store.{0} DISABLE TRIGGER ALL"


def sealed(store: Store, *, most: int = 4) -> list[Seal]:
    connection = store.connect(store.url)
    connection.autocommit = True
    connection.execute("SET timezone = 'UTC'")
    return list(seal_what_is_new(connection, store="things", clock=CLOCK, most=most))


def copied(store: Store, path: Path) -> int:
    connection = store.connect(store.url)
    connection.autocommit = True
    return SealFile(path).catch_up(connection)


@pytest.fixture
def filled(store: Store) -> Store:
    for stream in ("thing-1", "thing-2", "thing-3"):
        store.append(stream, *(happened(n) for n in range(4)))
    return store


@pytest.fixture
def file(filled: Store, tmp_path: Path) -> Path:
    """Three seals over twelve events, and their copy."""
    sealed(filled)
    copied(filled, tmp_path / "things.jsonl")
    return tmp_path / "things.jsonl"


def tampered(store: Store, *statements: str) -> None:
    behind = [BEHIND_THE_TRIGGERS.format(table) for table in ("events", "streams", "seals")]
    store.admin(*behind, *statements)


def broken(report: VerifyReport) -> list[tuple[str, str]]:
    assert report.exit_code == Damage.BROKEN_SEAL
    return [(finding.stream, finding.detail) for finding in report.findings]


def test_every_event_comes_under_one_seal_chained_to_the_one_before(filled: Store) -> None:
    first = sealed(filled, most=5)
    assert sealed(filled) == []
    filled.append("thing-1", happened(4))
    (last,) = sealed(filled)

    assert [(1, 0, 5, 5), (2, 5, 10, 5), (3, 10, 12, 2), (4, 12, 13, 1)] == [
        (seal.number, seal.after, seal.upto, seal.events) for seal in (*first, last)
    ]
    assert [seal.hash for seal in first] == [seal.previous for seal in (*first[1:], last)]
    report = verify(filled.engine)
    assert (report.ok, report.seals, report.sealed_to, report.in_file) == (True, 4, 13, None)


def test_two_who_seal_at_once_make_each_seal_once(filled: Store) -> None:
    found: list[Seal] = []
    threads = [Thread(target=lambda: found.extend(sealed(filled, most=1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(range(1, 13)) == sorted(seal.number for seal in found)
    assert verify(filled.engine).ok


def test_an_event_that_is_still_being_written_is_waited_for(filled: Store) -> None:
    writer = filled.connect(filled.admin_url)
    writer.execute("SELECT pg_advisory_xact_lock_shared(1398362702, 1), nextval('store.events_position')")
    found: list[Seal] = []
    sealing = Thread(target=lambda: found.extend(sealed(filled)))
    sealing.start()
    sealing.join(0.2)
    assert sealing.is_alive()
    writer.rollback()
    sealing.join(30)

    assert [4, 8, 12] == [seal.upto for seal in found]


CHANGES = ["UPDATE store.seals SET events = 1", "DELETE FROM store.seals", "TRUNCATE store.seals"]
REPLICA = "SET session_replication_role = replica"


@pytest.mark.parametrize("statement", [*CHANGES, "INSERT INTO store.seals SELECT * FROM store.seals"])
def test_the_service_changes_no_seal(filled: Store, file: Path, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for table seals"):
        filled.connect(filled.url).execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
def test_not_even_the_owner_changes_a_seal_nor_a_session_that_plays_replica(
    filled: Store, file: Path, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        filled.connect(filled.owner_url).execute(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        filled.admin(REPLICA, statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied to set parameter"):
        filled.connect(filled.owner_url).execute(REPLICA)


def test_a_seal_is_not_added_out_of_turn_or_over_what_is_not_there(filled: Store) -> None:
    _, second, third = sealed(filled)
    connection = filled.connect(filled.url)
    again = Seal.over(second, store="things", upto=12, events=1, root=bytes(32), at=CLOCK.now())
    assert not database.add(connection, again)
    assert not database.add(
        connection, Seal.over(None, store="things", upto=12, events=1, root=bytes(32), at=CLOCK.now())
    )
    ahead = Seal.over(third, store="things", upto=10**9, events=1, root=bytes(32), at=CLOCK.now())
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        database.add(connection, ahead)


def test_the_file_has_one_line_of_json_a_seal_and_grows_by_what_is_new(filled: Store, file: Path) -> None:
    before = file.read_bytes()
    assert [1, 2, 3] == [json.loads(line)["seal"] for line in before.splitlines()]
    assert copied(filled, file) == 0
    filled.append("thing-1", happened(4))
    sealed(filled)

    assert copied(filled, file) == 1
    assert file.read_bytes().startswith(before)
    assert verify(filled.engine, seals=file).in_file == 4


def test_a_line_left_half_by_a_crash_is_written_anew(filled: Store, file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    assert verify(filled.engine, seals=file).ok

    assert copied(filled, file) == 1
    assert file.read_bytes() == whole


def rewritten(store: Store, stream: str, number: int) -> None:
    """The stream with other data in its third event, and all its hashes made anew; the seals stay."""
    head, statements = GENESIS, []
    for event in store.log.stream(stream):
        if event.version == 3:
            event = replace(event, data={"number": number})
        content = hash_of(event)
        head = chain_hash(head, stream, event.version, event.recorded_at, content)
        statements.append(
            f"UPDATE store.events SET data = '{json.dumps(event.data)}', "
            f"content_hash = decode('{content.hex()}', 'hex'), "
            f"hash = decode('{head.hex()}', 'hex') WHERE position = {event.position}"
        )
    tampered(
        store,
        *statements,
        f"UPDATE store.streams SET head_hash = decode('{head.hex()}', 'hex') WHERE stream = '{stream}'",
    )


WITHOUT_A_TRACE = (
    "DELETE FROM store.events WHERE stream = 'thing-2'",
    "DELETE FROM store.streams WHERE stream = 'thing-2'",
    "DELETE FROM store.commands WHERE stream = 'thing-2'",
)
NEWEST_WITHOUT_A_TRACE = (
    "DELETE FROM store.events WHERE position = 12",
    "UPDATE store.streams SET version = 3, head_hash = (SELECT hash FROM store.events WHERE position = 11) "
    "WHERE stream = 'thing-3'",
    "DELETE FROM store.commands WHERE stream = 'thing-3'",
)
WITHOUT_SEALS = "TRUNCATE store.seals"


def test_a_rewrite_with_all_hashes_is_told_by_the_seals_alone(filled: Store, file: Path) -> None:
    rewritten(filled, "thing-2", 99)

    assert verify(filled.engine, stream="thing-2").ok
    assert broken(verify(filled.engine)) == [
        ("seal 2", "the events at positions 5 to 8 are not those that were sealed")
    ]


@pytest.mark.parametrize(
    ("statements", "detail"),
    [
        (WITHOUT_A_TRACE, ("seal 2", "4 events were sealed at positions 5 to 8; there are 0")),
        (NEWEST_WITHOUT_A_TRACE, ("seal 3", "4 events were sealed at positions 9 to 12; there are 3")),
    ],
    ids=["a_stream", "the_newest_event"],
)
def test_what_was_taken_away_with_every_trace_is_told_by_the_seals(filled: Store, file, statements, detail) -> None:
    tampered(filled, *statements)
    assert broken(verify(filled.engine)) == [detail]


def test_who_makes_the_seals_in_the_database_anew_is_found_by_the_file(filled: Store, file: Path) -> None:
    rewritten(filled, "thing-2", 99)
    tampered(filled, WITHOUT_SEALS)
    sealed(filled)

    assert verify(filled.engine).ok
    told = broken(verify(filled.engine, seals=file))
    assert ("seal 2", "the file and the database hold different ones") in told
    assert ("seal 2", "the events at positions 5 to 8 are not those that were sealed") in told
    with pytest.raises(SealsDiffer):
        copied(filled, file)


def lines(edit: Callable[[list[bytes]], list[bytes]]) -> Callable[[Store, Path], None]:
    def edited(_: Store, file: Path) -> None:
        file.write_bytes(b"".join(edit(file.read_bytes().splitlines(keepends=True))))

    return edited


def sql(*statements: str) -> Callable[[Store, Path], None]:
    return lambda store, _: tampered(store, *statements)


@pytest.mark.parametrize(
    ("damage", "places"),
    [
        (lines(lambda all: [all[0], all[1].replace(b'"events":4', b'"events":5'), all[2]]), {"seal 2"}),
        (lines(lambda all: [all[0], all[1].replace(b'"root":"', b'"root":"00'), all[2]]), {"seal 2"}),
        (lines(lambda all: [all[0], b"nonsense\n", all[2]]), {"seal 2", "seal 3"}),
        (lines(lambda all: [all[0], all[2]]), {"seal 3"}),
        (lines(lambda all: all[1:]), {"seal 2"}),
        (lines(lambda all: [all[0], all[2], all[1]]), {"seal 3", "seal 2"}),
        (lines(lambda all: [*all, all[2]]), {"seal 3"}),
        (lines(lambda _: []), {"seal 1"}),
        (lambda _, file: file.unlink(), {"seal 1"}),
        (sql("UPDATE store.seals SET root = hash WHERE number = 2"), {"seal 2"}),
        (sql("UPDATE store.seals SET sealed_at = now() WHERE number = 2"), {"seal 2"}),
        (sql("DELETE FROM store.seals WHERE number = 2"), {"seal 2", "seal 3"}),
        (sql("DELETE FROM store.seals WHERE number = 3"), {"seal 3"}),
        (sql("TRUNCATE store.seals"), {"seal 1", "seal 2", "seal 3"}),
        (sql("UPDATE store.seals SET number = 7 - number WHERE number > 1"), {"seal 2", "seal 3", "seal 4", "seal 5"}),
    ],
    ids=[
        "changed_line", "changed_root", "no_line", "missing_line", "missing_first_line", "swapped_lines", "line_twice",
        "empty_file", "no_file", "changed_seal", "changed_time", "missing_seal", "missing_last_seal", "no_seals",
        "swapped_seals",
    ],
)  # fmt: skip
def test_damaged_seals_are_told(
    filled: Store, file: Path, damage: Callable[[Store, Path], None], places: set[str]
) -> None:
    damage(filled, file)
    assert places == {place for place, _ in broken(verify(filled.engine, seals=file))}


def test_an_older_copy_of_the_file_is_in_order(filled: Store, file: Path) -> None:
    filled.append("thing-1", happened(4))
    sealed(filled)
    report = verify(filled.engine, seals=file)
    assert (report.ok, report.seals, report.in_file) == (True, 4, 3)


def test_verify_gives_no_false_alarm_while_events_are_stored_and_sealed(filled: Store, file: Path) -> None:
    stop = Event()

    def busy(work: Callable[[], Any]) -> Thread:
        def run() -> None:
            while not stop.is_set():
                work()

        thread = Thread(target=run)
        thread.start()
        return thread

    connection = filled.connect(filled.url)
    connection.autocommit = True

    def seal() -> None:
        list(seal_what_is_new(connection, store="things", clock=CLOCK, most=4))
        SealFile(file).catch_up(connection)

    threads = [busy(lambda name=name: filled.append(name, happened())) for name in ("thing-1", "thing-8", "thing-9")]
    threads.append(busy(seal))
    try:
        reports = [verify(filled.engine, seals=file) for _ in range(8)]
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)

    assert [[]] * 8 == [report.findings for report in reports]
    assert reports[-1].seals > reports[0].seals


def test_the_commands_say_what_was_sealed_and_what_is_broken(filled: Store, tmp_path: Path, capsys) -> None:
    path = tmp_path / "deep" / "things.jsonl"
    assert run_seal(filled.engine, service="things", path=path, json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["made"], told["sealed_to"], told["copied"], told["ok"]) == (1, 12, 1, True)
    assert run_verify(filled.engine, seals=path) == 0
    assert "1 seals compared, up to position 12; the file ends with seal 1." in capsys.readouterr().out

    tampered(filled, WITHOUT_SEALS)
    CLOCK.advance(timedelta(days=1))
    assert run_verify(filled.engine, seals=path) == 128
    assert "broken seal: seal 1: the file holds it, the database does not" in capsys.readouterr().out
    filled.append("thing-1", happened(4))
    assert run_seal(filled.engine, service="things", path=path) == 128
    assert "which the database holds otherwise" in capsys.readouterr().out
