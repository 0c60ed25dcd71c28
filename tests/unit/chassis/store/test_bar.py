"""The bar that an operator watches at a terminal."""

import json
import os
import pty
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from synergy_chassis.store.commands import bar
from synergy_chassis.store.rebuild_command import Lines

Read = Callable[[], str]


@contextmanager
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Read]:
    """A terminal of 120 columns in the place of stderr, and what reads off what it shows."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patched:
        patched.setenv("TERM", "xterm")
        patched.setenv("COLUMNS", "120")
        patched.setattr(sys, "stderr", terminal)
        yield lambda: b"".join(_chunks(ours)).decode()
    os.close(ours)


def _chunks(terminal: int) -> Iterator[bytes]:
    """All that was written until now: a terminal gives it write by write."""
    with suppress(BlockingIOError):
        while chunk := os.read(terminal, 65_536):
            yield chunk


def test_it_tells_the_share_the_events_and_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_terminal(monkeypatch) as read:
        with bar("Folding", hidden=False) as progress:
            progress(0, 10_000)
            for done in range(100, 1_100, 100):
                time.sleep(0.05)  # the work itself: 2,000 events a second at most
                progress(done, 10_000)
            shown = read()
            progress(10_000, 10_000)
        end = read()

    assert "Folding" in shown
    assert re.search(r" \d+/10000", shown)
    left = [int(seconds) for seconds in re.findall(r"0:0\d:(\d\d)", shown)]
    assert left
    assert all(seconds >= 4 for seconds in left), "9,000 events are left, at 2,000 a second"
    assert "100%" in end
    assert "10000/10000" in end
    assert "0:00:00" in end


def test_as_json_it_tells_the_speed_and_the_seconds_that_are_left(capsys: pytest.CaptureFixture) -> None:
    told = Lines("project", began_at=time.monotonic() - 10)
    told(200, 1_000)  # so many were done before it was interrupted
    told.told_at = 0.0
    told(700, 1_000)
    told(701, 1_000)

    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first == {"model": "project", "done": 200, "total": 1_000, "events_per_second": 0, "eta_s": None}
    assert second == {"model": "project", "done": 700, "total": 1_000, "events_per_second": 50, "eta_s": 6.0}


def test_a_hidden_one_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_terminal(monkeypatch) as read:
        with bar("Folding", hidden=True) as progress:
            progress(10, 10)
        sys.stderr.write("the end")
        sys.stderr.flush()

        assert read() == "the end"
