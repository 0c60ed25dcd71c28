"""One program of the stack, and how it is put on the leash."""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from synergy_local import leash
from synergy_local.account import Account, private_file, private_folder

CARRIED = ("PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What a program inherits from us; everything else it is told explicitly, so no process sees another's secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run: `env` is all it is told beside `CARRIED`; `account` is the user it runs as, None for our own."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: int = 10
    """How long it may take to end after `stop_signal` before it is killed."""


def environment(program: Program) -> dict[str, str]:
    """The program's whole environment."""
    carried = {name: os.environ[name] for name in CARRIED if name in os.environ}
    return carried | {"PYTHONUNBUFFERED": "1"} | dict(program.env)


def write_environment(program: Program, room: Path) -> Path:
    """Write the program's environment to `<room>/env/<name>.env` (0600), so that no secret stands on a command line."""
    lines = "".join(f"{name}={value}\n" for name, value in environment(program).items())
    return private_file(private_folder(room / "env") / f"{program.name}.env", lines)


def leashed(program: Program, room: Path) -> list[str]:
    """The command that runs `program` on a leash; its pid will be in `<room>/pids/<name>`."""
    pids = private_folder(room / "pids")
    command = [sys.executable, "-I", "-S", leash.__file__, "--env-file", str(write_environment(program, room))]
    command += ["--pid-file", str(pids / program.name), "--stop-signal", str(int(program.stop_signal))]
    if program.account is not None:
        command += ["--uid", str(program.account.uid), "--gid", str(program.account.gid)]
    return [*command, "--", *program.argv]
