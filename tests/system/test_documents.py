"""The commands that the documents show do what they say, typed as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from system import curl
from system.steps import anyone

from synergy_local.ports import free_ports

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
DEMO_USER = {"username": "testuser", "email": "testuser@example.com", "password": "testpass123"}


@pytest.fixture(scope="module")
def demo_user(stack) -> None:
    """As the first `make run` makes it."""
    assert anyone(stack.url).post("/api/auth/register/", json=DEMO_USER).status_code in (201, 409)


@pytest.fixture(params=["curl", "stand_in"])
def path(request, tmp_path) -> str:
    """A PATH with a curl (the machine's, or our stand-in) and a python3."""
    if request.param == "curl":
        if shutil.which("curl") is None:
            pytest.skip("this machine has no curl; the documents are typed with the stand-in")
        return os.environ["PATH"]
    return stand_in(tmp_path)


def stand_in(folder: Path) -> str:
    """A PATH on which our stand-in is curl, and this Python is python3."""
    tools = folder / "tools"
    tools.mkdir()
    for name, command in (("curl", f'"{sys.executable}" "{curl.__file__}"'), ("python3", f'"{sys.executable}"')):
        (tools / name).write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        (tools / name).chmod(0o755)
    return f"{tools}:{os.environ['PATH']}"


def typed(page: str, stack, path: str, *, containing: str) -> list[str]:
    """Type the page's commands that hold `containing` anywhere in their block; the lines that were answered."""
    blocks = [block for block in BLOCK.findall((ROOT / page).read_text("utf-8")) if containing in block]
    script = "\n".join(blocks).replace("http://127.0.0.1:8000", stack.url).replace("localhost:8000", stack.url)
    done = subprocess.run(
        ["sh", "-eu", "-c", script + "\necho"],
        env={"PATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in re.sub(r"}(?={)", "}\n", done.stdout).splitlines() if line]


@pytest.mark.usefixtures("demo_user")
def test_the_readme_s_first_minute(stack, path):
    task, progress = map(json.loads, typed("README.md", stack, path, containing="$TOKEN"))

    assert task["title"] == "Launch"
    assert progress["progress"] == 100


@pytest.mark.usefixtures("demo_user")
def test_the_tutorial(stack, path):
    answers = list(map(json.loads, typed("docs/tutorial/first-project.md", stack, path, containing="api")))

    project, *tasks, done, progress, mistake = answers
    assert project["name"] == "Apollo"
    assert [task["title"] for task in tasks] == ["Build", "Fly"]
    assert done["status"] == "done"
    assert progress["progress"] == 50
    assert [error["pointer"] for error in mistake["errors"]] == ["/title", "/impact", "/colour"]


COMMANDS = (
    "curl -s {url}/a?b=c",
    "curl -s {host}/a -d one=1 -d 'two=2 3'",
    "curl -s {url}/a -H 'Authorization: Bearer x' -H 'Content-Type: application/json' -d '{{\"a\": \"ü\"}}'",
    "curl -X PATCH {url}/a -d x -s",
    "curl -s -X DELETE {url}/missing",
    "curl -s {url}",
)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl to compare with")
@pytest.mark.parametrize("command", COMMANDS)
def test_the_stand_in_sends_and_prints_what_curl_does(command, echo, tmp_path):
    script = command.format(url=echo, host=echo.removeprefix("http://"))

    by_curl, by_stand_in = (run(script, path) for path in (os.environ["PATH"], stand_in(tmp_path)))

    assert by_curl == by_stand_in
    assert (0, True) == (by_curl[0], '"Accept": "*/*"' in by_curl[1])


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl to compare with")
def test_the_stand_in_fails_as_curl_does_where_nobody_answers(tmp_path):
    (port,) = free_ports(1)

    for path in (os.environ["PATH"], stand_in(tmp_path)):
        assert (curl.NO_CONNECTION, "") == run(f"curl -s http://127.0.0.1:{port}/", path)


@pytest.mark.parametrize("words", [["--json", "{}", "http://h/"], ["-d", "@file", "http://h/"], ["a", "b"], []])
def test_the_stand_in_does_not_pass_over_what_it_does_not_know(words, capsys):
    assert curl.USAGE == curl.main(words)
    assert "stand-in" in capsys.readouterr().err


def run(script: str, path: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    done = subprocess.run(
        ["sh", "-c", script], env={"PATH": path, "LANG": "C.UTF-8"}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture
def echo() -> Iterator[str]:
    """A server that answers with what it was sent; 404 where the path is /missing."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            kept = ("accept", "authorization", "content-type", "content-length")
            headers = {name.title(): value for name, value in self.headers.items() if name.lower() in kept}
            told = json.dumps([self.command, self.path, dict(sorted(headers.items())), body]).encode()
            self.send_response(404 if self.path == "/missing" else 200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names are http.server's

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
