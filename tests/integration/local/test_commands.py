"""What other terminals are told about a run, from its first moment on."""

import io
import os

import pytest
from rich.console import Console

from synergy_local import commands, ending, journal
from synergy_local.trouble import Trouble


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room in which this process holds the stack, and is starting it."""
    monkeypatch.setattr(commands, "ROOM", tmp_path)
    monkeypatch.setattr(ending, "ROOM", tmp_path)
    with journal.alone(tmp_path):
        journal.note(tmp_path, url="http://127.0.0.1:8000")
        yield tmp_path


@pytest.mark.usefixtures("room")
def test_a_run_that_is_starting_is_seen():
    console = Console(file=io.StringIO(), width=120)

    assert commands.status(console)
    assert f"SynergyOS is starting (process {os.getpid()}); it will be at http://127.0.0.1:8000\n" == (
        console.file.getvalue()
    )


def test_a_second_run_is_told_where_the_first_one_will_be(room):
    with pytest.raises(Trouble, match=r"^SynergyOS already runs at http://127\.0\.0\.1:8000\."), journal.alone(room):
        pytest.fail("two at once")


@pytest.mark.usefixtures("room")
def test_a_run_that_is_starting_is_told_to_stop(monkeypatch):
    told = []
    monkeypatch.setattr(ending, "signal_to", told.append)
    monkeypatch.setattr(ending, "wait_until", lambda *_, **__: None)

    ending.stop()

    assert [os.getpid()] == told


def test_nothing_is_noted_of_a_run_that_has_ended(tmp_path):
    with journal.alone(tmp_path):
        journal.note(tmp_path, url="http://127.0.0.1:8000")

    assert journal.noted(tmp_path) is None
