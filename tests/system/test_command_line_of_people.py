"""`synergy` as people use it, against the live gateway."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import forking
import pytest
from system.steps import Client, somebody, until
from system.superusers import PASSWORD

from synergy_local.testing import RunningStack


class Shell:
    """Somebody's terminal: their configuration, and what commands say."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.url = url
        self.env = {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "200", "TERM": "dumb"}

    @property
    def file(self) -> Path:
        return self.home / ".config" / "synergy" / "session.json"

    def __call__(self, *words: str, code: int = 0, **env: str) -> str:
        done = forking.run(["-m", "synergy_cli", *words], env=self.env | env)
        assert code == done.returncode, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *words: str, **env: str) -> Any:
        return json.loads(self(*words, "--json", **env))

    def login(self, person: Client, *words: str, secret: str = PASSWORD) -> str:
        command = [sys.executable, "-m", "synergy_cli", "login", self.url, *words]
        done = subprocess.run(
            command, env=self.env, input=f"{secret}\n", capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def ann(stack: RunningStack) -> Client:
    return somebody(stack.url, "ann")


@pytest.fixture(scope="module")
def shell(stack: RunningStack, ann: Client, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Ann's, signed in."""
    shell = Shell(tmp_path_factory.mktemp("ann"), stack.url)
    said = shell.login(ann, "--username", ann.user["username"])
    assert f"Signed in at {stack.url} as {ann.user['username']}.\n" == said
    return shell


def test_a_session_is_kept_for_its_owner_alone_and_renews_itself(shell: Shell, ann: Client) -> None:
    assert (0o600, 0o700) == tuple(stat.S_IMODE(one.stat().st_mode) for one in (shell.file, shell.file.parent))
    assert ann.user["username"] == shell.json("whoami")["username"]

    kept = json.loads(shell.file.read_text())
    shell.file.write_text(json.dumps(kept | {"access": "eyJ.not.valid"}))
    assert ann.id == shell.json("whoami")["id"]
    renewed = json.loads(shell.file.read_text())
    assert renewed["refresh"] != kept["refresh"]
    assert stat.S_IMODE(shell.file.stat().st_mode) == 0o600


def test_a_project_goes_to_a_file_and_comes_back(shell: Shell, ann: Client, tmp_path: Path) -> None:
    project = ann.post("/api/projects/", json={"name": "Moves"}).json()["id"]
    ann.post("/api/tasks/", json={"project": project, "title": "Pack"})
    file = tmp_path / "moves.json"

    written = shell.json("export", str(project), "-o", str(file))
    made = shell.json("import", str(file), "--name", "Moved")

    assert (file.stat().st_size, "done", 1) == (written["bytes"], made["status"], made["done"])
    assert "Moved" == ann.get(f"/api/projects/{made['project']}/").json()["name"]
    file.write_text("title,start_date\nPack,yesterday\n")
    assert f"{file}:2: start_date" in shell("import", str(file), code=1)


def test_projects_and_tasks_are_made_changed_shown_and_deleted(shell: Shell) -> None:
    made = shell.json("projects", "create", "Apollo [red]", "--priority", "high", "--budget", "12.50")
    project = str(made["id"])
    assert ("high", "12.50") == (made["priority"], made["budget"])
    assert [made["id"]] == [one["id"] for one in shell.json("projects", "list", "--search", "Apollo")]
    assert "Apollo [red]" in shell("projects", "list")
    assert "active" in shell("projects", "update", project, "--status", "active")

    task = shell.json("tasks", "create", project, "Launch", "--impact", "60")
    assert (1, 60) == (task["number"], task["impact"])
    assert "Task" in shell("tasks", "create", project, "Land", "--impact", "40", "--due-date", "2030-01-02")
    assert "done" == shell.json("tasks", "done", str(task["id"]))["status"]
    assert "Lift off" in shell("tasks", "update", str(task["id"]), "--title", "Lift off")
    assert "Lift off" in shell("tasks", "show", str(task["id"]))
    assert ["Land"] == [one["title"] for one in shell.json("tasks", "list", "--project", project, "--status", "todo")]
    assert 60 == shell.json("projects", "progress", project)["progress"]
    assert "60" in shell("projects", "show", project)
    assert ["owner"] == [one["role"] for one in shell.json("projects", "members", project)]
    assert "project.created" in shell("projects", "history", project)

    shell("tasks", "delete", str(task["id"]))
    shell("projects", "delete", project, "--yes")
    assert "is not there" in shell("projects", "show", project, code=1) or "no" in shell(
        "projects", "show", project, code=1
    )


def test_what_goes_wrong_is_said_in_a_sentence(shell: Shell, stack: RunningStack) -> None:
    said = shell("projects", "create", "x" * 300, code=1)
    assert "/name" in said
    assert "Traceback" not in said
    assert "'--priority'" in shell("projects", "create", "x", "--priority", "most", code=2)
    stranger = Shell(shell.home / "stranger", stack.url)
    assert "synergy login" in stranger("projects", "list", code=2)
    nowhere = {"SYNERGY_URL": "http://127.0.0.1:9", "SYNERGY_TOKEN": "syn_pat_x"}
    assert "did not answer" in shell("projects", "list", code=1, **nowhere)
    wrong = {"SYNERGY_URL": stack.url, "SYNERGY_TOKEN": "syn_pat_" + "x" * 43}
    assert shell("projects", "list", code=1, **wrong)


def test_what_happens_is_told_as_it_happens(shell: Shell) -> None:
    project = str(shell.json("projects", "create", "Watched")["id"])
    with tempfile.TemporaryFile("w+") as out:
        words = ["-m", "synergy_cli", "tail", "--project", project, "--type", "task.*", "--after", "0", "--json"]
        following = forking.start(words, env=shell.env, out=out.fileno())

        def titles() -> list[str]:
            out.seek(0)
            return [json.loads(line)["data"]["title"] for line in out.read().splitlines()]

        try:
            for title in ("one", "two"):
                shell("tasks", "create", project, title)
                until(lambda title=title: titles()[-1:] == [title], what=f"the event of {title}")
            following.send_signal(signal.SIGINT)
            assert following.wait(20) in (0, 1, 130)
        finally:
            following.kill()
    assert ["one", "two"] == titles_of(
        shell("tail", "--project", project, "--type", "task.created", "--after", "0", "-n", "2")
    )


def titles_of(lines: str) -> list[str]:
    return [re.split(r"\s{2,}", line)[3] for line in lines.splitlines()]


def test_a_personal_token_can_be_kept_instead(shell: Shell, ann: Client, tmp_path: Path) -> None:
    made = ann.post("/api/auth/tokens/", json={"name": "cli", "scopes": ["read"]}).json()
    other = Shell(tmp_path, shell.url)
    other.login(ann, "--token", secret=made["token"])

    assert ann.id == other.json("whoami")["id"]
    assert "write" in other("projects", "create", "x", code=1)
    other("logout")
    assert not other.file.exists()
    assert ann.id == other.json("whoami", SYNERGY_URL=shell.url, SYNERGY_TOKEN=made["token"])["id"]


def test_a_shell_completes_verbs_and_choices(shell: Shell) -> None:
    def completed(words: str) -> set[str]:
        asked = {
            "_SYNERGY_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        return set(shell(**asked).split())

    assert {"create"} == completed("synergy projects cr")
    assert {"high"} == completed("synergy tasks create 1 x --priority h")
    assert {"reconcile", "rebuild", "restored"} == completed("synergy re"), "operators' verbs stand beside"


def test_after_logout_the_session_is_over(shell: Shell, ann: Client) -> None:
    refresh = json.loads(shell.file.read_text())["refresh"]

    assert "Signed out.\n" == shell("logout")
    assert not shell.file.exists()
    assert ann.post("/api/auth/token/refresh/", json={"refresh": refresh}).status_code == 401
