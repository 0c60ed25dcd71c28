"""What a person sees of `make run` and its companions: the journey, the clear sentences, no process left behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from system.steps import anyone, until

from synergy_local.places import system_home
from synergy_local.ports import free_ports
from synergy_local.processes import left_behind
from synergy_operator import environments

ROOT = Path(__file__).parents[2]
STEPS = (
    "Register", "Log in", "Subscribe a webhook", "Create a project", "Add three tasks with impact",
    "Finish the first task",
    "Progress", "The webhook arrives, signed", "Rebuild progress from the events",
    "Delete the webhook",
)  # fmt: skip
SLOW_STEPS = (
    "Looking for PostgreSQL, RabbitMQ and Redis", "Preparing the private servers", "Starting the private servers",
    "Migrating the stores", "Starting the services",
)  # fmt: skip
DURABLE = ["fsync", "full_page_writes", "synchronous_commit"]
SERVING = "Ctrl-C stops everything"
KNOWN_BY = ("cmdline", "environ")
"""Where a process shows whose it is."""


@dataclass
class Terminal:
    """A terminal in a clone of its own (a room and a port of its own), in an environment that names a dead proxy."""

    clone: Path
    port: int
    begun: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def room(self) -> Path:
        return self.clone / ".synergy"

    @property
    def env(self) -> dict[str, str]:
        outer = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy"), "http://127.0.0.1:9")
        return outer | proxies | {"SYNERGY_ROOM": str(self.room), "PORT": str(self.port), "COLUMNS": "150"}

    def command(self, *words: str) -> list[str]:
        if not (self.clone / ".venv").exists():
            (self.clone / ".venv").symlink_to(ROOT / ".venv")
        return ["make", f"PYTHON={sys.executable}", *words]

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        """make, run to its end."""
        return subprocess.run(
            self.command(*words), cwd=self.clone, env=self.env, capture_output=True, text=True, timeout=100, check=False
        )

    def synergy(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """An operator's command run to its end."""
        command = [sys.executable, "-m", "synergy_operator", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=100, check=False)

    def begin(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """
        make in a process group of its own, as a shell does it; what it says goes to `told`. Ctrl-C ends it also where
        these tests run in a background in which nobody hears it.
        """
        with self.output.open("w") as out:
            begun = subprocess.Popen(
                self.command(*words), cwd=self.clone, env=self.env | env, stdout=out, stderr=out, text=True,
                start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )  # fmt: skip
        self.begun.append(begun)
        return begun

    def end(self) -> None:
        """Whatever still runs."""
        if self.left():
            self.make("stop")
        while self.begun:
            with suppress(ProcessLookupError):
                os.killpg(self.begun.pop().pid, signal.SIGKILL)

    def start(self, *, until_it_says: str = SERVING, **env: str) -> subprocess.Popen[str]:
        """`make run`, serving, or as far as that."""
        process = self.begin("run", **env)
        try:
            until(lambda: until_it_says in self.told() or process.poll() is not None, seconds=110, what=until_it_says)
        except AssertionError as late:
            told = self.told()
            self.make("stop")
            raise AssertionError(f"{late}; it said:\n{told}") from None
        assert process.poll() is None, self.told()
        return process

    @property
    def output(self) -> Path:
        return self.clone / "output"

    def told(self) -> str:
        return self.output.read_text()

    def pids(self) -> dict[str, int]:
        """The processes of the stack that live, by name."""
        return {name: pid for name, pid, _ in left_behind(self.room)}

    def running(self) -> int:
        """The process that holds the stack: the Python beneath make."""
        return int(json.loads((self.room / "run.json").read_text())["pid"])

    def left(self) -> list[str]:
        """Every process of this machine whose command line or environment names the room or the data."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command, environment = ((folder / name).read_bytes().decode("utf-8", "replace") for name in KNOWN_BY)
            except OSError:
                continue
            if any(str(ours) in command + environment for ours in (self.room, system_home(self.room))):
                found.append(f"{folder.name} {command}")
        return found

    def has_demo_user(self) -> bool:
        return (self.room / "demo-data-made").exists()

    def demo_projects(self) -> list[dict]:
        """The projects of the demo user."""
        client = anyone(f"http://127.0.0.1:{self.port}")
        client.signed_in(client.post("/api/auth/login/", json={"username": "testuser", "password": "testpass123"}))
        return client.get("/api/projects/?page_size=100").json()["results"]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory) -> Iterator[Terminal]:
    (port,) = free_ports(1)
    clone = tmp_path_factory.mktemp("clone")
    shutil.copy(ROOT / "Makefile", clone)
    (clone / "infra").symlink_to(ROOT / "infra")
    terminal = Terminal(clone, port)
    yield terminal
    terminal.make("clean")


@pytest.fixture(autouse=True)
def _stopped(terminal) -> Iterator[None]:
    """What a failed test leaves running is none of the next one's."""
    yield
    terminal.end()


@pytest.mark.timeout(240)
def test_run_serves_after_the_journey_and_dies_whole(terminal):
    process = terminal.start()
    pids = terminal.pids()

    told = terminal.told()
    assert all(f"✓ {step}" in told for step in STEPS), told
    assert "Demo data: 10 projects of testuser" in told
    assert f"http://127.0.0.1:{terminal.port}" in told
    lines = told.splitlines()
    assert [1] * len(SLOW_STEPS) == [lines.count(step) for step in SLOW_STEPS], told
    assert set(range(1, 11)) == {project["id"] for project in terminal.demo_projects()}

    second = terminal.make("run")
    assert second.returncode != 0
    assert f"already runs at http://127.0.0.1:{terminal.port}" in second.stderr
    assert pids == terminal.pids()

    status = terminal.make("status")
    assert status.returncode == 0
    assert all(name in status.stdout for name in ("postgres", "relay-auth", "gateway"))
    done = terminal.synergy("rebuild", "projects", "--check")
    assert done.returncode == 0, done.stdout + done.stderr
    kept = environments.read(terminal.room / "env" / "webhooks.env")
    with psycopg.connect(kept["WEBHOOKS_DATABASE_URL"]) as database:
        assert database.execute("SELECT count(*) FROM webhooks").fetchone() == (0,)  # none to a receiver that is gone
        durable = "SELECT DISTINCT setting FROM pg_settings WHERE name = ANY(%s)"
        assert [("on",)] == database.execute(durable, [DURABLE]).fetchall()
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    credentials = json.loads((terminal.room / "credentials.json").read_text())
    secrets = [credentials["redis"], credentials["secret_key"], credentials["postgres_admin"]]
    secrets += [*credentials["broker"].values(), *credentials["database"].values()]
    assert not [secret for secret in secrets if secret in shown]

    following = terminal.begin("logs")
    os.kill(pids["auth"], signal.SIGKILL)
    until(lambda: terminal.pids().get("auth", pids["auth"]) != pids["auth"], what="the supervisor restarting auth")
    until(lambda: "auth | " in terminal.told() and "gateway | " in terminal.told(), what="the logs being shown")
    os.killpg(following.pid, signal.SIGINT)
    following.wait(30)
    assert "Traceback" not in terminal.told()
    assert {*pids} == {*terminal.pids()}

    os.kill(terminal.running(), signal.SIGKILL)

    assert process.wait(20) != 0
    until(lambda: not terminal.left(), seconds=40, what="everything ending with its parent")


@pytest.mark.timeout(240)
def test_ctrl_c_leaves_no_process_and_a_run_with_closed_registration_keeps_the_data(terminal):
    known = terminal.has_demo_user()
    process = terminal.start(REGISTRATION="closed")
    pids = terminal.pids()
    assert len(pids) >= 13
    told = terminal.told()
    assert "✓ Register" not in told
    if known:
        assert all(f"✓ {step}" in told for step in (*STEPS[1:], "Delete the project")), told
        assert 10 == len(terminal.demo_projects())
    assert known == ("Registration is closed and there is no demo user" not in told)
    assert known == ("Demo login" in told)
    assert "Demo data" not in told

    os.killpg(process.pid, signal.SIGINT)

    process.wait(60)
    assert [] == terminal.left()
    assert "Stopped." in terminal.told()
    assert "Traceback" not in terminal.told()
    assert terminal.make("status").returncode != 0


@pytest.mark.timeout(240)
def test_make_that_is_told_to_end_takes_a_half_started_stack_with_it(terminal):
    process = terminal.start(until_it_says="Migrating the stores")

    process.send_signal(signal.SIGTERM)

    process.wait(60)
    until(lambda: not terminal.left(), seconds=40, what="everything ending with make")
    assert "Traceback" not in terminal.told()


@pytest.mark.timeout(240)
def test_stop_stops_what_runs_and_says_when_nothing_does(terminal):
    process = terminal.start(until_it_says="Starting the private servers")

    done = terminal.make("stop")

    assert (0, "Stopping everything\nStopped.\n", "") == (done.returncode, done.stdout, done.stderr)
    process.wait(20)
    assert [] == terminal.left()
    assert "Nothing runs.\n" == terminal.make("stop").stdout


@pytest.mark.timeout(240)
def test_clean_stops_a_run_that_is_still_starting_and_deletes_everything(terminal):
    process = terminal.start(until_it_says="Looking for PostgreSQL")

    done = terminal.make("clean")

    assert (0, "") == (done.returncode, done.stderr)
    assert ["Stopping everything", "Stopped.", "All data of this clone is deleted."] == done.stdout.splitlines()
    process.wait(20)
    assert [] == terminal.left()
    assert {"Makefile", "infra", "output"} == {path.name for path in terminal.clone.iterdir()}
    assert not system_home(terminal.room).exists()


def test_a_taken_port_is_told_and_nothing_starts(terminal):
    with socket.create_server(("127.0.0.1", terminal.port)):
        done = terminal.make("run")

    assert done.returncode != 0
    assert f"Port {terminal.port} on 127.0.0.1 is taken by another program" in done.stderr
    assert "make run PORT=" in done.stderr
    assert [] == terminal.left()
