"""What an operator sees of a rebuild and of a verification while they run: at a terminal, and as JSON."""

import fcntl
import json
import os
import pty
import re
import struct
import sys
import termios
from contextlib import suppress
from pathlib import Path

import forking
import psycopg
import pytest
from system.steps import a_project, somebody

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
BARS = [
    pytest.param(["rebuild", "--model", "project"], "Rebuilding project", id="rebuild"),
    pytest.param(["rebuild", "--model", "project", "--check"], "Checking project", id="check"),
    pytest.param(["verify"], "Verifying", id="verify"),
]


def command(stack, *arguments: str) -> tuple[list[str], dict[str, str]]:
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color"} | stack.env("projects")
    return [sys.executable, "-m", "synergy_projects", *arguments], environment


def at_a_terminal(stack, *arguments: str) -> tuple[int, str]:
    """Run a command of projects with a terminal of 120 columns for its stderr; its exit code and what stood there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    program, environment = command(stack, *arguments)
    with Path(os.devnull).open("wb") as nowhere:
        running = forking.start(program[1:], env=environment, out=nowhere.fileno(), err=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how Linux says that nobody writes there any more
        while told := os.read(ours, 4_096):
            shown += told
    os.close(ours)
    return running.wait(60), ESCAPES.sub("", shown.decode())


def stored(stack) -> int:
    """How many events projects holds."""
    with psycopg.connect(stack.env("projects")["PROJECTS_DATABASE_URL"]) as database:
        return database.execute("SELECT count(*) FROM store.events").fetchone()[0]


@pytest.fixture(scope="module")
def events(stack) -> int:
    """Enough events that there is something to see."""
    ann = somebody(stack.url, "ann")
    for _ in range(20):
        a_project(ann)
    return stored(stack)


@pytest.mark.parametrize(("asked", "title"), BARS)
def test_a_terminal_shows_a_bar_with_the_share_the_events_and_the_time_left(stack, events, asked, title):
    code, shown = at_a_terminal(stack, *asked)

    assert code == 0, shown
    frames = [frame for frame in re.split(r"[\r\n]+", shown) if frame.startswith(title)]
    assert re.search(rf"{title} ━+ +100% {events}/{events} events 0:00:00", frames[-1]), frames


@pytest.mark.parametrize(("asked", "title"), BARS)
def test_where_there_is_no_terminal_a_bar_is_told_once(stack, events, asked, title):
    program, environment = command(stack, *asked)
    done = forking.run(program[1:], env=environment, check=True)

    assert done.stderr.count(title) == 1
    assert f"{events}/{events} events" in done.stderr
    assert "\x1b" not in done.stderr


def test_with_json_a_rebuild_tells_how_far_it_is_how_fast_and_how_long(stack, events):
    program, environment = command(stack, "rebuild", "--model", "project", "--json")
    done = forking.run(program[1:], env=environment, check=True)

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [{"model", "done", "total", "events_per_second", "eta_s"}] * len(lines) == [set(line) for line in lines]
    assert lines[0] | {"total": events} == {
        "model": "project", "done": 0, "total": events, "events_per_second": 0, "eta_s": None,
    }  # fmt: skip
    assert (lines[-1]["done"], lines[-1]["total"], lines[-1]["eta_s"]) == (events, events, 0)
    assert lines[-1]["events_per_second"] > 0
    assert json.loads(done.stdout)["events"] == events


def test_with_json_a_verification_shows_no_bar(stack, events):
    program, environment = command(stack, "verify", "--json")
    done = forking.run(program[1:], env=environment, check=True)

    assert done.stderr == ""
    assert json.loads(done.stdout)["events"] == events
