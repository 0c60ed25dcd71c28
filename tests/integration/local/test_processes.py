"""Programs on a leash: nothing outlives its parent, and nothing of a stranger's is touched."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from synergy_local import leash
from synergy_local.processes import Child, left_behind, sweep, wait_until
from synergy_local.program import Program, leashed
from synergy_local.trouble import Trouble

SLEEPER = ("sleep", "300")
PARENT = """
import sys, time
from pathlib import Path
from synergy_local.processes import Child
from synergy_local.program import Program
Child(Program(name="sleeper", argv=("sleep", "300")), Path(sys.argv[1]))
time.sleep(300)
"""


def pid_in(room: Path, name: str) -> int | None:
    path = room / "pids" / name
    words = path.read_text().split() if path.exists() else []
    return int(words[0]) if words else None


def gone(pid: int) -> bool:
    return leash.start_time(pid) == "-"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_program_dies_with_a_parent_that_is_killed(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)])
    wait_until(lambda: pid_in(tmp_path, "sleeper"), seconds=10, what="the program starting")
    child = pid_in(tmp_path, "sleeper")

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    wait_until(lambda: gone(child), seconds=20, what="the program ending")


def test_what_a_killed_run_left_is_ended_and_a_stranger_with_its_number_is_not(tmp_path):
    stranger = subprocess.Popen(SLEEPER)
    left = subprocess.Popen(leashed(Program(name="left", argv=SLEEPER), tmp_path))
    wait_until(lambda: pid_in(tmp_path, "left"), seconds=10, what="the program starting")
    (tmp_path / "pids" / "reused").write_text(f"{stranger.pid} 12345 15\n")

    assert [("left", left.pid, signal.SIGTERM)] == list(left_behind(tmp_path))
    assert sweep(tmp_path, seconds=5) == ["left"]
    assert left.wait(1) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_program_that_does_not_want_to_end_is_killed(tmp_path):
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(300)"
    child = Child(Program(name="stubborn", argv=(sys.executable, "-c", stubborn), stop_seconds=1), tmp_path)
    wait_until(lambda: "ready" in child.last_words(), seconds=10, what="the program starting")

    begun = time.monotonic()
    child.stop()

    assert not child.alive()
    assert time.monotonic() - begun < 20


def test_a_program_is_told_its_own_secrets_and_nothing_else_and_ps_shows_none(tmp_path, monkeypatch):
    monkeypatch.setenv("SOMEBODY_ELSES_SECRET", "hush")
    show = "import os; print(sorted(os.environ)); print(os.environ['OWN_SECRET'])"
    command = leashed(Program(name="own", argv=(sys.executable, "-c", show), env={"OWN_SECRET": "a=b #c"}), tmp_path)

    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert "a=b #c" in told
    assert "SOMEBODY" not in told
    assert "a=b" not in " ".join(command)
    assert (tmp_path / "env" / "own.env").stat().st_mode & 0o777 == 0o600


def test_a_program_that_cannot_start_says_so(tmp_path):
    child = Child(Program(name="absent", argv=("/no/such/program",)), tmp_path)

    with pytest.raises(Trouble, match=r"(?s)absent ended instead of starting.*No such file"):
        wait_until(lambda: False, seconds=10, what="nothing", children=(child,))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_the_servers_of_root_run_as_a_user_of_their_own(tmp_path, postgres, room):
    owner = Path(f"/proc/{room.children['postgres'].pid}").stat().st_uid

    assert owner == room.account.uid != 0


def test_a_room_of_a_dead_test_session_is_cleared_away_and_a_living_one_is_not(room):
    from synergy_local.temporary import PREFIX, clear_away

    dead = room.room.with_name(f"{PREFIX}999999999-1-dead00")
    dead.mkdir(mode=0o700)

    (dead / "pids").mkdir()
    for number in range(200):
        (dead / "pids" / f"gone-{number}").write_text(f"{999_000_000 + number} 1 15\n")

    with ThreadPoolExecutor(4) as sessions:  # those that begin at once all find it
        list(sessions.map(clear_away, [dead] * 4))
    clear_away(room.room)

    assert not dead.exists()
    assert room.room.exists()
