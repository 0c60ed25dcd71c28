"""
Installs Debian packages without letting anything start.

Debian starts a server as soon as it is installed; ours are private copies, so `policy-rc.d` forbids starting for that
time, and what was there before is put back. Nothing but the standard library: the set-up needs it before there is a
.venv, and it runs itself as root (`sudo -n python3 apt.py package …`). Where its standard input is a pipe, it ends when
that does: whoever started it without being root cannot send it signals.
"""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
KEPT = POLICY.with_name("policy-rc.d.before-synergyos")
ABSENT = "# synergyos: there was none\n"
FORBID = "#!/bin/sh\n# synergyos: nothing starts while it is being installed\nexit 101\n"
UNITS = {"postgresql": "postgresql", "rabbitmq-server": "rabbitmq-server", "redis-server": "redis-server"}
"""What would start at the next boot, by the package that brings it."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def available() -> bool:
    """Whether this is a system with apt."""
    return shutil.which("apt-get") is not None


def as_root() -> list[str] | None:
    """What goes before a command that needs root: nothing as root, sudo when it asks no password. None: we may not."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def advice(packages: Sequence[str]) -> str:
    """The command a person with the right would type."""
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


def install(packages: Sequence[str], *, log: Path, progress: Callable[[str], None]) -> bool:
    """
    Install `packages`; `progress` is told each step, `log` gets apt's own words. Whether it worked.

    An exception meanwhile ends apt as soon as dpkg has done what it is doing; nothing goes on after it is raised.
    """
    before = as_root()
    if before is None:
        return False
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*before, sys.executable, "-I", "-S", __file__, *packages],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True, start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for line in process.stdout:
                progress(line.strip())
            return process.wait() == 0
        except BaseException:
            progress("interrupted; apt ends what it has begun")
            raise
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait()


def main() -> None:
    """As root: forbid starting, install, put everything back. Steps go to stdout, apt's own words to stderr."""
    listen()
    with alone():
        missing = [name for name in sys.argv[1:] if not installed(name)]
        if not missing:
            return
        forbid_starting()
        try:
            apt("update")
            apt("install", "--no-install-recommends", *missing)
            keep_from_booting(missing)
        except subprocess.CalledProcessError as error:
            sys.exit(error.returncode)
        finally:
            allow_starting()


def listen() -> None:
    """From now on a signal is our end, or the end of the pipe that is our standard input."""
    for number in SIGNALS:
        signal.signal(number, end)
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=end_with_input, daemon=True).start()


def end(*_: object) -> None:
    """Leave by the blocks that put everything back; later signals do not interrupt them."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(1)


def end_with_input() -> None:
    """Wait for the end of our standard input, which is the end of whoever waits for us."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def alone() -> Iterator[None]:
    """Within the block nobody else of ours changes this machine; others wait. Only root gets here."""
    folder = os.open(POLICY.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def installed(package: str) -> bool:
    """Whether dpkg has it."""
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True, check=False)
    return asked.stdout == "install ok installed"


def apt(verb: str, *arguments: str) -> None:
    """
    Run apt-get quietly, printing its percentages as `<percent> % <what>`. Raises CalledProcessError.

    A signal to us is none to dpkg, which would stop in the middle: apt-get is asked to end, and waited for.
    """
    reader, writer = os.pipe()
    command = ["apt-get", "-y", "-q", "-o", "DPkg::Lock::Timeout=300", "-o", f"APT::Status-Fd={writer}", verb]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL, stdout=sys.stderr, env=environment, pass_fds=(writer,), start_new_session=True,
    )  # fmt: skip
    try:
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8", errors="replace") as statuses:
            show(statuses)
        process.wait()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)


def show(statuses: Iterable[str]) -> None:
    """Print what apt-get tells about its progress, each step once."""
    told = ""
    for status in statuses:
        kind, _, percent, what = [*status.strip().split(":", 3), "", "", ""][:4]
        step = f"{float(percent or 0):.0f} % {what}" if kind in ("dlstatus", "pmstatus") else ""
        if step and step != told:
            sys.stdout.write(step + "\n")
            sys.stdout.flush()
            told = step


def forbid_starting() -> None:
    """Put our policy in place, keeping the one that is there; one that a killed run of ours left is not kept."""
    if not KEPT.exists():
        if POLICY.exists():
            shutil.copy2(POLICY, KEPT)
        else:
            KEPT.write_text(ABSENT, "utf-8")
    POLICY.write_text(FORBID, "utf-8")
    POLICY.chmod(0o755)


def allow_starting() -> None:
    """Put back what was there."""
    if KEPT.exists() and KEPT.read_bytes() == ABSENT.encode():
        POLICY.unlink(missing_ok=True)
        KEPT.unlink()
    elif KEPT.exists():
        KEPT.replace(POLICY)


def keep_from_booting(packages: Sequence[str]) -> None:
    """Where systemd runs: what we have just installed does not start by itself at the next boot either."""
    if Path("/run/systemd/system").exists():
        for unit in (UNITS[name] for name in packages if name in UNITS):
            subprocess.run(["systemctl", "disable", unit], stdout=sys.stderr, check=False)


if __name__ == "__main__":
    main()
