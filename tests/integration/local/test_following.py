"""Logs are followed across rotation: no line is lost or told twice, and a file that vanishes is none's trouble."""

from pathlib import Path

import pytest

from synergy_local.following import Log, Logs


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "auth.log"
    path.write_text("".join(f"{n}\n" for n in range(10)))
    return path


def add(path: Path, text: str) -> None:
    with path.open("a") as log:
        log.write(text)


def test_the_last_lines_and_then_what_is_added(path):
    log = Log(path)

    assert ["8", "9"] == log.last(2)
    assert [] == list(log.more())
    add(path, "10\n11\n")
    assert ["10", "11"] == list(log.more())


def test_a_line_is_told_when_it_is_whole(path):
    log = Log(path)
    log.last(1)

    add(path, "half")
    assert [] == list(log.more())
    add(path, " and half\n")
    assert ["half and half"] == list(log.more())


def test_what_was_added_before_a_rotation_is_told_too(path):
    log = Log(path)
    log.last(1)
    add(path, "old\n")
    path.rename(path.with_name("auth.log.1"))

    assert ["old"] == list(log.more())
    path.write_text("new\n")
    assert ["new"] == list(log.more())


def test_a_log_that_was_emptied_is_read_from_its_beginning(path):
    log = Log(path)
    log.last(1)

    path.write_text("new\n")

    assert ["new"] == list(log.more())


def test_a_log_that_vanishes_between_two_looks_is_passed_over(path):
    (path.parent / "gone.log").symlink_to(path.parent / "rotated-away")  # listed, and not there when it is opened
    logs = Logs(path.parent)

    assert [("auth", "9")] == list(logs.last(1))
    path.unlink()
    assert [] == list(logs.more())
    (path.parent / "rotated-away").write_text("back\n")
    assert [("gone", "back")] == list(logs.more())


def test_a_log_that_appears_later_is_told_from_its_beginning(path):
    logs = Logs(path.parent)
    list(logs.last(1))

    (path.parent / "new.log").write_bytes(b"first\n\xff\n")

    assert [("new", "first"), ("new", "\ufffd")] == list(logs.more())


def test_following_does_not_open_files_without_end(path):
    logs = Logs(path.parent)
    list(logs.last(1))
    before = len(list(Path("/proc/self/fd").iterdir()))

    for turn in range(20):
        path.rename(path.with_name("auth.log.1"))
        path.write_text(f"{turn}\n")
        assert [("auth", str(turn))] == list(logs.more())

    assert before == len(list(Path("/proc/self/fd").iterdir()))
