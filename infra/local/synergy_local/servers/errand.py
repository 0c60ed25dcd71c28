"""Short programs run to their end: initdb, rabbitmqctl, migrations."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from synergy_local import leash
from synergy_local.account import Account
from synergy_local.processes import last_lines
from synergy_local.program import Program, environment
from synergy_local.trouble import Trouble, failed


class Errand:
    """
    A program on its way, on a leash like the long-lived ones; it ends with the block, with whatever it has started.

    `what` begins the sentence that tells its failure.
    """

    def __init__(
        self, argv: Sequence[str], *, what: str, account: Account | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        self.what = what
        command = [sys.executable, "-I", "-S", leash.__file__]
        if account is not None:
            command += ["--uid", str(account.uid), "--gid", str(account.gid)]
        self.process = subprocess.Popen(
            [*command, "--", *argv],
            env=environment(Program(name="errand", argv=tuple(argv), env=env or {})),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.end()

    def result(self, stdin: str = "", *, seconds: float = 120) -> str:
        """What it has printed, at its end. Raises Trouble when it fails or takes longer than `seconds`."""
        try:
            told, _ = self.process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Trouble(f"{self.what} took longer than {seconds:.0f} s.") from None
        if self.process.returncode != 0:
            raise failed(f"{self.what} failed", last_lines(told, 15))
        return told

    def end(self) -> None:
        """End it at once if it still runs."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def run_errand(
    argv: Sequence[str],
    *,
    what: str,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    seconds: float = 120,
) -> str:
    """
    Run a program to its end and return what it printed.

    Raises Trouble, beginning with `what`, when it fails or takes longer than `seconds`.
    """
    with Errand(argv, what=what, account=account, env=env) as errand:
        return errand.result(stdin, seconds=seconds)
