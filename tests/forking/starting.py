"""Asks a process that has loaded our libraries for a fork of itself, and adopts it."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from forking.forked import Forked

PR_SET_CHILD_SUBREAPER: Final = 36
SERVER: Final = Path(__file__).parent / "server.py"
MOST: Final = 200_000
"""Bytes of one request: the arguments and the environment of a program."""
_one_at_a_time = threading.Lock()


def start(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    out: int | None = None,
    err: int | None = None,
    green: bool = False,
    session: bool = False,
    cwd: str | None = None,
    umask: int = 0o022,
) -> Forked:
    """
    The program that `python arguments` would be, with `env` for its whole environment.

    It reads nothing and writes to the descriptors `out` and `err`, which is `out` where it is not said; without them
    nowhere. `green` is for programs that patch themselves, as every `serve` does. With `session` it leads one.
    """
    kind = "green" if green else _kind(arguments)
    asked = {
        "arguments": list(arguments),
        "env": dict(env),
        "cwd": cwd or str(Path.cwd()),
        "umask": umask,
        "session": session,
        "parent": os.getpid(),
    }
    message = json.dumps(asked).encode()
    assert len(message) < MOST, "the environment is too large to be handed over"
    with _one_at_a_time, Path(os.devnull).open("wb") as nowhere, _adopting():
        out = nowhere.fileno() if out is None else out
        server = _server(kind)
        socket.send_fds(server, [message], [out, out if err is None else err])
        answer = server.recv(MOST)
    assert answer, "the process to fork from has ended"
    return Forked(json.loads(answer)["pid"], [sys.executable, *arguments])


def run(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    green: bool = False,
    cwd: str | None = None,
    timeout: float = 60,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run` with both outputs captured as text."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        program = start(arguments, env=env, out=out.fileno(), err=err.fileno(), green=green, cwd=cwd)
        try:
            code = program.wait(timeout)
        finally:
            program.kill()
            program.wait()
        said = []
        for output in (out, err):
            output.seek(0)
            said.append(output.read().decode())
    done = subprocess.CompletedProcess(program.args, code, *said)
    if check:
        done.check_returncode()
    return done


def _kind(arguments: Sequence[str]) -> str:
    """Which of the processes to fork from has loaded what this program needs."""
    if arguments[0] != "-m":
        return "plain"
    if arguments[1] in ("synergy_cli", "synergy_local"):
        return "people"
    return "green" if arguments[2:3] == ["serve"] else "plain"


@cache
def _server(kind: str) -> socket.socket:
    """The socket of the one that forks; it ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        subprocess.Popen(
            [sys.executable, "-u", str(SERVER), str(theirs.fileno()), kind],
            stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True,
        )  # fmt: skip
    return ours


@contextmanager
def _adopting() -> Iterator[None]:
    """Orphaned grandchildren become children of this process, as long as the block lasts (`prctl(2)`)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system does not let a process adopt its grandchildren")
    try:
        yield
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
