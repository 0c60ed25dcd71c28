"""The set-up puts back what it changes, and says what it cannot do."""

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from synergy_local import apt, interpreters, prerequisites
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


@pytest.fixture
def bootstrap(tmp_path, monkeypatch) -> ModuleType:
    """The set-up of a clone of its own, whose programs write down what they are asked; its pip is the real one."""
    spec = importlib.util.spec_from_file_location("bootstrap", BOOTSTRAP)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    asked = f'echo "$(basename $0) $*" >> {tmp_path}/asked\n'
    python = f'#!/bin/sh\ncase "$*" in *config*) exec {sys.executable} "$@" ;; esac\n{asked}'
    for name, text in (("python", python), ("uv", f"#!/bin/sh\n{asked}test ! -e {tmp_path}/cannot\n")):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "LOG", tmp_path / "log")
    monkeypatch.setattr(module, "install_venv_package", lambda: None)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    return module


def test_uv_looks_where_pip_is_told_to_look(bootstrap, tmp_path, monkeypatch):
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://a.example/simple\nextra-index-url = https://b.example https://c.example\n"
        "[install]\ntrusted-host = a.example\nfind-links =\n    /one\n    /two\n"
    )
    monkeypatch.setenv("PIP_INDEX_URL", "https://nearer.example/simple")
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    options = bootstrap.as_pip_is_configured()

    assert [
        "--default-index", "https://nearer.example/simple",
        "--index", "https://b.example", "--index", "https://c.example",
        "--find-links", "/one", "--find-links", "/two", "--allow-insecure-host", "a.example",
        "--index-strategy", "unsafe-best-match", "--no-index",
    ] == options  # fmt: skip


@pytest.mark.parametrize("uv_can", [True, False], ids=["uv_alone", "pip_where_uv_cannot"])
def test_the_libraries_are_installed_by(bootstrap, tmp_path, uv_can):
    if not uv_can:
        (tmp_path / "cannot").touch()

    bootstrap.install_locked()

    asked = (tmp_path / "asked").read_text().splitlines()
    whole = f"--require-hashes -r {bootstrap.LOCK}"
    assert [True, True, *([] if uv_can else [True])] == [
        asked[0].startswith("python -m pip install"), asked[1].startswith("uv pip install"),
        *(line.startswith("python -m pip install") for line in asked[2:]),
    ]  # fmt: skip
    assert not asked[0].endswith(whole)
    assert all(line.endswith(whole) for line in asked[1:])


def test_a_set_up_that_was_interrupted_is_not_built_upon(bootstrap, monkeypatch):
    made = []
    monkeypatch.setattr(bootstrap, "works", lambda: True)
    monkeypatch.setattr(bootstrap, "chosen", lambda: sys.executable)
    monkeypatch.setattr(bootstrap, "run", lambda command, what: made.append(command[1:3]))

    bootstrap.make_venv(anew=False)
    assert [] == made
    bootstrap.make_venv(anew=True)

    assert [["-m", "venv"]] == made
    assert not bootstrap.VENV.exists()


@pytest.mark.parametrize(
    ("profiled", "answer", "taken"),
    [(True, "ours", False), (False, "ours", True), (False, "3 9", False), (False, None, False)],
    ids=["built_well_itself", "the_distribution_s_is_as_new", "it_is_older", "there_is_none"],
)
def test_a_python_that_was_built_without_a_profile_gives_way(tmp_path, monkeypatch, profiled, answer, taken):
    version = sys.version_info[:2]
    other = tmp_path / "python{}.{}".format(*version)
    if answer is not None:
        other.write_text("#!/bin/sh\necho {}\n".format("{} {}".format(*version) if answer == "ours" else answer))
        other.chmod(0o755)
    monkeypatch.setattr(interpreters, "profiled", lambda: profiled)

    assert (str(other) if taken else sys.executable) == interpreters.quickest(tmp_path)


@pytest.mark.parametrize(
    ("named", "wheel", "taken"),
    [("", "pip.whl", True), ("1", "pip.whl", False), ("", "", False)],
    ids=["none_was_named", "one_was_named", "this_one_has_no_pip_to_give"],
)
def test_another_python_is_taken_where(bootstrap, monkeypatch, named, wheel, taken):
    monkeypatch.setattr(interpreters, "quickest", lambda: "another")
    monkeypatch.setattr(bootstrap, "bundled_pip", lambda: wheel)
    monkeypatch.setenv("PYTHON_NAMED", named)

    assert ("another" if taken else sys.executable) == bootstrap.chosen()


def test_a_venv_of_another_python_gets_the_pip_of_this_one(bootstrap, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(bootstrap, "works", lambda: False)
    monkeypatch.setattr(bootstrap, "chosen", lambda: "/elsewhere/python")
    monkeypatch.setattr(bootstrap, "bundled_pip", lambda: "/here/pip-1.whl")
    monkeypatch.setattr(bootstrap, "run", lambda command, what: made.append(command))

    bootstrap.make_venv(anew=False)

    venv = str(tmp_path / ".venv")
    assert [
        ["/elsewhere/python", "-m", "venv", "--without-pip", venv],
        [f"{venv}/bin/python", "/here/pip-1.whl/pip", "install", "--no-index", "--no-deps", "/here/pip-1.whl"],
    ] == made
