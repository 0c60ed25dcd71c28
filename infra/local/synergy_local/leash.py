"""
Becomes a program on a leash: as the right user, with the right environment, dead when its parent dies.

Runs as a script of its own (`python -I -S leash.py … -- program arguments`) with nothing but the standard library,
because it starts every program of the local stack, also those of another user. It writes `<pid> <start time> <stop
signal>` into its pid file before it becomes the program: pid and start time together name one process for good, so a
later start can tell a process of ours from a stranger that was given the same number.
"""

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Take the leash, then become the program. Exits 127 when it cannot be started."""
    leash = arguments()
    parent = os.getppid()
    environment = dict(os.environ) if leash.env_file is None else read_environment(Path(leash.env_file))
    if leash.pid_file:
        Path(leash.pid_file).write_text(f"{os.getpid()} {start_time(os.getpid())} {leash.stop_signal}\n", "ascii")
    if leash.uid is not None:
        os.setgroups([])
        os.setresgid(leash.gid, leash.gid, leash.gid)
        os.setresuid(leash.uid, leash.uid, leash.uid)
    os.umask(0o077)
    os.chdir(leash.cwd)
    die_with_parent(leash.stop_signal)
    if os.getppid() != parent:
        sys.exit(0)
    try:
        os.execvpe(leash.program[0], leash.program, environment)  # noqa: S606
    except OSError as error:
        sys.stderr.write(f"cannot start {leash.program[0]}: {error.strerror}\n")
        sys.exit(127)


def arguments() -> argparse.Namespace:
    """The leash's own options, and after `--` the program with its arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--env-file")
    parser.add_argument("--pid-file")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--cwd", default="/")
    parser.add_argument("--stop-signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("program", nargs="+")
    return parser.parse_args()


def read_environment(path: Path) -> dict[str, str]:
    """The variables of an environment file: one `NAME=value` a line, `#` starts a comment line."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def start_time(pid: int) -> str:
    """When the process started, in clock ticks after boot; `-` when it has ended or the system does not tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return "-"
    fields = stat.rpartition(")")[2].split()
    return "-" if fields[0] in "ZX" else fields[19]


def die_with_parent(stop_signal: int) -> None:
    """Ask Linux to send `stop_signal` when the parent ends, however it ends. Other systems cannot; they go without."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)


if __name__ == "__main__":
    main()
