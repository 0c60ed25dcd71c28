"""`make load`: what it asks first, and how long it goes on; door and load generator are small programs of the test."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from synergy_local.__main__ import main

ROOT = Path(__file__).parents[3]


@dataclass
class Door:
    """`login` is the status of signing in, `projects` are those there are."""

    url: str = ""
    login: int = 200
    projects: set[str] = field(default_factory=lambda: {f"/api/projects/{n}/" for n in range(1, 11)})


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.say(door.login if self.path == "/api/auth/login/" else 404, {"access": "token"})

        def do_GET(self) -> None:
            signed_in = self.headers["Authorization"] == "Bearer token"
            self.say((200 if self.path in door.projects else 404) if signed_in else 401, {})

        def say(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield door
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def generator(tmp_path: Path) -> Path:
    """A load generator that is installed and only says what it was told."""
    (tmp_path / "bin").mkdir()
    locust = tmp_path / "bin" / "locust"
    locust.write_text('#!/bin/sh\necho "told $*"\n')
    locust.chmod(0o755)
    shutil.copy(ROOT / "requirements" / "load.lock", tmp_path / "lock")
    return tmp_path


def load(generator: Path, host: str, *numbers: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(ROOT / "infra" / "load.sh"), host, *numbers]
    env = os.environ | {"LOAD_VENV": str(generator)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("users", "seconds", "ramp", "run_time"),
    [
        pytest.param("1000", "60", "10", "160s", id="a_thousand"),
        pytest.param("7", "5", "3", "8s", id="a_ramp_that_does_not_divide"),
    ],
)
def test_the_time_counts_from_when_all_users_are_there(door: Door, generator: Path, users, seconds, ramp, run_time):
    done = load(generator, door.url, users, seconds, ramp)

    assert done.returncode == 0, done.stderr
    told = done.stdout.partition("told ")[2].split()
    options = dict(pairwise(told))
    assert (options["--users"], options["--spawn-rate"], options["--run-time"]) == (users, ramp, run_time)
    assert options["--host"] == door.url


@pytest.mark.parametrize("wrong", ["0", "ten", "-1", "1.5", ""])
def test_a_number_that_is_none_is_told(door: Door, generator: Path, wrong: str):
    done = load(generator, door.url, "50", "60", wrong)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"whole numbers from 1 on; '{wrong}' is none" in done.stderr


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[str], tuple[object, str]]:
    """What the script runs first, in this process: the exit code and what is said."""

    def look(url: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["synergy_local", "ready-for-load", url])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().err

    return look


def test_where_nobody_answers_is_told(looked):
    code, said = looked("http://127.0.0.1:1")

    assert code == 1
    assert "Nothing answers at http://127.0.0.1:1. Start it with `make run`" in said


def test_a_door_that_cannot_sign_anybody_in_now_is_told_from_missing_data(door: Door, looked):
    door.login = 503
    code, said = looked(door.url)

    assert code == 1
    assert "POST /api/auth/login/ answered 503" in said
    assert "make demo" not in said


def test_without_the_demo_login_it_is_told_how_to_make_it(door: Door, looked):
    door.login = 401
    code, said = looked(door.url)

    assert code == 1
    assert f"testuser cannot sign in at {door.url}" in said
    assert f"make demo HOST={door.url}" in said


def test_without_one_of_its_projects_it_is_told_which_and_nothing_begins(door: Door, generator: Path):
    door.projects -= {"/api/projects/4/", "/api/projects/9/"}
    done = load(generator, door.url, "50", "60", "10")

    assert done.returncode == 1
    assert "testuser has no project 4, 9" in done.stderr
    assert "told" not in done.stdout
