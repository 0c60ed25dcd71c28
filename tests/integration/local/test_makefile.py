"""What make does where nothing runs: its list of verbs, and stop, status, logs, clean however far a set-up came."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from synergy_local.processes import wait_until

ROOT = Path(__file__).parents[3]
SETTING_UP = """
import fcntl, os, sys, time
with open(sys.argv[1], "a") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write(f"{os.getpid()} {sys.argv[2]}\\n")
    lock.flush()
    time.sleep(300)
"""


@pytest.fixture
def clone(tmp_path) -> Path:
    """A clone in which nobody has run anything."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "infra").symlink_to(ROOT / "infra")
    return tmp_path


def make(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """make in this clone, as in a terminal of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", f"PYTHON={sys.executable}", *words],
        cwd=clone, env=env | {"SYNERGY_ROOM": str(clone / ".synergy")},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def half_made(clone: Path) -> None:
    """An interrupted set-up: a Python without any library, logs, a room."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    (clone / ".synergy" / "logs").mkdir(parents=True)
    (clone / ".synergy" / "logs" / "setup.log").write_text("Collecting everything\n")


def broken(clone: Path) -> None:
    """A Python that was taken away after the set-up."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").write_text("#!/no/such/python\n")
    (clone / ".venv" / "bin" / "python").chmod(0o755)
    (clone / ".synergy").mkdir()


def untouched(_: Path) -> None:
    """Nobody has run anything."""


STATES = pytest.mark.parametrize("state", [untouched, half_made, broken])


@STATES
def test_stop_finds_nothing_to_stop(clone, state):
    state(clone)

    done = make(clone, "stop")

    assert (0, "Nothing runs.\n", "") == (done.returncode, done.stdout, done.stderr)


@STATES
def test_clean_leaves_nothing_of_the_set_up_and_the_data(clone, state):
    state(clone)

    done = make(clone, "clean")

    assert (0, "") == (done.returncode, done.stderr)
    assert ["Makefile", "infra"] == sorted(path.name for path in clone.iterdir())


def test_clean_cleans_without_any_python(clone):
    half_made(clone)
    shutil.rmtree(clone / ".venv" / "bin")

    done = make(clone, "clean", "PYTHON=/no/such/python")

    assert (0, "") == (done.returncode, done.stderr)
    assert ["Makefile", "infra"] == sorted(path.name for path in clone.iterdir())


@STATES
@pytest.mark.parametrize("verb", ["status", "logs"])
def test_status_and_logs_say_that_nothing_is_set_up(clone, state, verb):
    state(clone)

    done = make(clone, verb)

    assert done.returncode != 0
    assert "SynergyOS is not set up here: `make run` does that and starts it." in done.stderr
    assert "Traceback" not in done.stderr
    assert "No module" not in done.stderr


def test_help_lists_every_verb_that_has_a_description(clone):
    told = make(clone, "help").stdout

    described = re.findall(r"^([a-z-]+):.*?## (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert len(described) > 20
    for verb, description in described:
        assert re.search(rf"^  make {verb} +{re.escape(description)}$", told, re.MULTILINE), verb
    assert told == make(clone).stdout


def setting_up(clone: Path, verb: str) -> subprocess.Popen[bytes]:
    """A set-up that is under way for this verb."""
    lock = clone / ".synergy" / "setup.lock"
    lock.parent.mkdir()
    process = subprocess.Popen([sys.executable, "-c", SETTING_UP, str(lock), verb])
    wait_until(lambda: lock.exists() and lock.read_text(), seconds=20, what="the set-up beginning")
    return process


def test_stop_ends_a_run_that_is_still_being_set_up(clone):
    with setting_up(clone, "run") as process:
        done = make(clone, "stop")

        assert (0, "Ended the set-up of a run.\n") == (done.returncode, done.stdout)
        assert process.wait(1) != 0


def test_stop_leaves_the_set_up_of_other_verbs_alone(clone):
    with setting_up(clone, "setup") as process:
        assert "Nothing runs.\n" == make(clone, "stop").stdout
        assert process.poll() is None
        process.kill()


def test_clean_ends_a_set_up_first(clone):
    with setting_up(clone, "setup") as process:
        assert make(clone, "clean").returncode == 0
        assert process.wait(1) != 0
        assert not (clone / ".synergy").exists()


def test_clean_does_not_delete_beneath_another_command(clone):
    room = clone / ".synergy"
    room.mkdir()
    with (room / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        done = make(clone, "clean")

    assert done.returncode != 0
    assert "A `make run` or `make clean` is at work here. Try again when it is done." in done.stderr
    assert room.exists()
