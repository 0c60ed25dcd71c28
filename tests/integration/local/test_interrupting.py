"""What is interrupted ends with whatever it has started: nothing goes on behind a person's back."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from synergy_local import apt, leash
from synergy_local.processes import wait_until
from synergy_local.servers.errand import Errand, run_errand
from synergy_local.signals import ending_on_signals
from synergy_local.trouble import Trouble

ROOT = Path(__file__).parents[3]
APT_GET = """#!/usr/bin/env python3
import os, signal, sys, time
def interrupted(*_):
    time.sleep(0.5)  # dpkg finishes what it is doing
    open("{folder}/ended", "w").write("politely")
    sys.exit(100)
signal.signal(signal.SIGINT, interrupted)
channel = int([word for word in sys.argv if word.startswith("APT::Status-Fd=")][0].partition("=")[2])
open("{folder}/pid", "w").write(str(os.getpid()))
os.write(channel, b"pmstatus:redis:10.0:Unpacking redis\\n")
time.sleep(300)
"""
DPKG_QUERY = "#!/bin/sh\nexit 1\n"
AS_ROOT = """
import sys
sys.path.insert(0, {packages!r})
from pathlib import Path
from synergy_local import apt
apt.POLICY = Path({folder!r}, "policy-rc.d")
apt.KEPT = Path({folder!r}, "policy-rc.d.before")
apt.main()
"""
INSTALLING = """
import sys
from pathlib import Path
from synergy_local import apt
apt.as_root, apt.__file__ = (lambda: []), {script!r}
apt.install(["redis-server"], log=Path({folder!r}, "log"), progress=print)
"""
PIP = """
import os, subprocess, sys
from pathlib import Path
child = subprocess.Popen(["sleep", "300"])
Path({folder!r}, "pids").write_text(f"{{os.getpid()}} {{child.pid}}")
child.wait()
"""
SETTING_UP = """
import sys
sys.path.insert(0, {infra!r})
import bootstrap
from pathlib import Path
bootstrap.STATE, bootstrap.LOG = Path({folder!r}, "state"), Path({folder!r}, "state", "logs", "setup.log")
bootstrap.STAMP = Path({folder!r}, "stamp")
bootstrap.make_venv = lambda **_: bootstrap.run([sys.executable, {pip!r}], "Making .venv")
bootstrap.main()
"""
SPAWNING = "import subprocess, sys; c = subprocess.Popen(['sleep', '300']); print(c.pid, flush=True); c.wait()"


def gone(pid: int) -> bool:
    return leash.start_time(pid) == "-"


def written(path: Path) -> bool:
    return path.exists() and path.read_text() != ""


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Path:
    """A folder with an apt-get that takes its time, and the program that runs it as root would."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("apt-get", APT_GET.format(folder=tmp_path)), ("dpkg-query", DPKG_QUERY)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    script = AS_ROOT.format(packages=str(ROOT / "infra" / "local"), folder=str(tmp_path))
    (tmp_path / "as_root.py").write_text(script)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    return tmp_path


def test_an_interrupted_installation_ends_politely_and_is_waited_for(machine, monkeypatch):
    monkeypatch.setattr(apt, "as_root", list)
    monkeypatch.setattr(apt, "__file__", str(machine / "as_root.py"))
    told = []

    def interrupted_at_the_first(step: str) -> None:
        told.append(step)
        if len(told) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apt.install(["redis-server"], log=machine / "log", progress=interrupted_at_the_first)

    assert ["10 % Unpacking redis", "interrupted; apt ends what it has begun"] == told
    assert "politely" == (machine / "ended").read_text()
    assert gone(int((machine / "pid").read_text()))
    assert not (machine / "policy-rc.d").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_an_installation_ends_with_whoever_waits_for_it(machine, number):
    code = INSTALLING.format(script=str(machine / "as_root.py"), folder=str(machine))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: written(machine / "pid"), seconds=20, what="apt-get starting")

        process.send_signal(number)

    wait_until(lambda: gone(int((machine / "pid").read_text())), seconds=20, what="apt-get ending")
    wait_until(lambda: not (machine / "policy-rc.d").exists(), seconds=20, what="the policy being put back")
    assert "politely" == (machine / "ended").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_set_up_ends_pip_and_what_pip_has_started(tmp_path, number):
    (tmp_path / "pip.py").write_text(PIP.format(folder=str(tmp_path)))
    code = SETTING_UP.format(infra=str(ROOT / "infra"), folder=str(tmp_path), pip=str(tmp_path / "pip.py"))
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    wait_until(lambda: written(tmp_path / "pids"), seconds=20, what="pip starting")
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    assert f"{process.pid} setup\n" == (tmp_path / "state" / "setup.lock").read_text()

    process.send_signal(number)
    _, told = process.communicate(timeout=30)

    assert (1, "Interrupted; the next start goes on from here.") == (process.returncode, told.strip())
    wait_until(lambda: all(map(gone, pids)), seconds=20, what="pip and what it has started ending")


def test_a_set_up_that_failed_is_told_and_not_taken_for_a_whole_one(tmp_path):
    (tmp_path / "pip.py").write_text("raise SystemExit('[Errno 28] No space left on device')")
    (tmp_path / "stamp").write_text("of an earlier, whole set-up")
    code = SETTING_UP.format(infra=str(ROOT / "infra"), folder=str(tmp_path), pip=str(tmp_path / "pip.py"))

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr.strip().startswith("The disk is full: the set-up needs 1000 MB in ")
    assert not (tmp_path / "stamp").exists()


def test_an_errand_ends_with_its_block_and_what_it_has_started_too():
    with Errand([sys.executable, "-c", SPAWNING], what="Spawning") as errand:
        child = int(errand.process.stdout.readline())

    assert gone(errand.process.pid)
    wait_until(lambda: gone(child), seconds=20, what="the errand's child ending")


def test_an_errand_that_takes_too_long_is_told_and_ended():
    with Errand(["sleep", "300"], what="Sleeping") as errand, pytest.raises(Trouble, match=r"^Sleeping took longer"):
        errand.result(seconds=0.1)

    assert gone(errand.process.pid)


def test_an_errand_that_fails_is_told_in_its_last_words():
    with pytest.raises(Trouble, match=r"^Breaking failed:\nno such thing$"):
        run_errand(["sh", "-c", "echo no such thing; exit 3"], what="Breaking")


def test_an_errand_hands_over_its_input_and_gives_back_its_output():
    assert "hello" == run_errand(["cat"], what="Repeating", stdin="hello")


@pytest.fixture
def handlers():
    """The signals' handlers, put back afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
def test_a_signal_while_something_starts_ends_it_when_it_is_known():
    done = []
    with ending_on_signals() as ending:
        with ending.later():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("known")
        done.append("went on")

    assert ["known"] == done


@pytest.mark.usefixtures("handlers")
def test_the_first_signal_is_the_end_and_later_ones_do_not_interrupt_it():
    done = []
    with ending_on_signals():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(10)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("ended")

    assert ["ended"] == done
