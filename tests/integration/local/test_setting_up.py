"""The set-up puts back what it changes, and says what it cannot do."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from synergy_local import apt, prerequisites
from synergy_local.trouble import Trouble

BOOTSTRAP = Path(__file__).parents[3] / "infra" / "bootstrap.py"


@pytest.fixture
def policy(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "policy-rc.d"
    monkeypatch.setattr(apt, "POLICY", path)
    monkeypatch.setattr(apt, "KEPT", path.with_name("policy-rc.d.before-synergyos"))
    return path


def test_nothing_starts_during_an_installation(policy):
    apt.forbid_starting()

    assert subprocess.run([policy], check=False).returncode == 101


@pytest.mark.parametrize("before", [None, "#!/bin/sh\nexit 0\n"], ids=["none", "one_of_its_own"])
@pytest.mark.parametrize("times", [1, 2], ids=["once", "after_a_killed_try"])
def test_the_policy_that_was_there_is_put_back(policy, before, times):
    if before is not None:
        policy.write_text(before)
        policy.chmod(0o755)
    for _ in range(times):
        apt.forbid_starting()

    apt.allow_starting()

    assert before == (policy.read_text() if policy.exists() else None)
    assert not apt.KEPT.exists()


def test_two_that_change_the_machine_take_turns(policy):
    """As root two test workers would each make the servers' user, and the second replace the first one's."""
    begun, order = threading.Event(), []

    def second() -> None:
        begun.set()
        with apt.alone():
            order.append("second")

    with apt.alone():
        other = threading.Thread(target=second)
        other.start()
        begun.wait(10)
        other.join(0.2)
        order.append("first")
    other.join(30)

    assert order == ["first", "second"]


LISTENING = "import time; from synergy_local import apt; apt.listen(); print('listening', flush=True); time.sleep({})"


def test_it_ends_when_the_pipe_from_who_waits_for_it_ends():
    process = subprocess.Popen(
        [sys.executable, "-c", LISTENING.format(30)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout.readline() == "listening\n"
        process.stdin.close()
        assert process.wait(30) == 1


def test_it_goes_on_where_nobody_types_as_in_a_job_of_the_night():
    done = subprocess.run(
        [sys.executable, "-c", LISTENING.format(0.3)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert (0, "listening\n") == (done.returncode, done.stdout)


def test_what_others_have_installed_meanwhile_is_not_installed_again(policy, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["apt.py", "redis-server"])
    monkeypatch.setattr(apt, "listen", lambda: None)
    monkeypatch.setattr(apt, "installed", lambda package: True)
    monkeypatch.setattr(apt, "apt", lambda *words: pytest.fail(f"apt-get {words}"))

    apt.main()


def test_without_the_right_to_install_the_exact_command_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(prerequisites, "missing", lambda: ["RabbitMQ", "Redis"])
    monkeypatch.setattr(apt, "available", lambda: True)
    monkeypatch.setattr(apt, "as_root", lambda: None)

    command = "sudo apt-get install --no-install-recommends rabbitmq-server redis-server$"
    with pytest.raises(Trouble, match=rf"^RabbitMQ and Redis must be installed first.* Run: {command}"):
        prerequisites.require_programs(log=tmp_path / "log", progress=lambda *_: None)


def test_on_another_system_what_to_install_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(prerequisites, "missing", lambda: ["PostgreSQL", "RabbitMQ", "Redis"])
    monkeypatch.setattr(apt, "available", lambda: False)

    with pytest.raises(Trouble, match=r"^PostgreSQL, RabbitMQ and Redis must be installed first"):
        prerequisites.require_programs(log=tmp_path / "log", progress=lambda *_: None)


def test_a_clone_that_lacks_its_lock_is_told(tmp_path):
    (tmp_path / "infra").mkdir()
    shutil.copy(BOOTSTRAP, tmp_path / "infra")

    done = subprocess.run(
        [sys.executable, tmp_path / "infra" / "bootstrap.py"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr.strip()) == (
        1,
        "requirements/dev.lock is missing: this clone is not complete.",
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "infra").mkdir()
    shutil.copy(BOOTSTRAP, tmp_path / "infra")
    (tmp_path / ".synergy").write_text("in the way")

    done = subprocess.run(
        [sys.executable, tmp_path / "infra" / "bootstrap.py"], capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert ".synergy" in done.stderr
