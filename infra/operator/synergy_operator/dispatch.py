"""Hands a command to the service that can do it: `python -m synergy_<service> <verb> …`."""

import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from rich.console import Console

from synergy_operator.environments import NotConfigured, for_service

FAILED: Final = 1
MISCONFIGURED: Final = 2
INTERRUPTED: Final = 130
errors = Console(stderr=True, highlight=False)


def hand_to(service: str, *arguments: str, migration: bool = False) -> int:
    """Run the service's own command with its output and progress on this terminal; returns its exit code."""
    try:
        environment = for_service(service, migration=migration)
    except NotConfigured as missing:
        errors.print(str(missing), markup=False)
        return MISCONFIGURED
    try:
        command = [sys.executable, "-m", f"synergy_{service}", *arguments]
        code = subprocess.run(command, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return INTERRUPTED
    if code < 0:
        errors.print(f"{service} was ended by signal {-code}.")
        return FAILED
    return code


def hand_to_each(services: Sequence[str], *arguments: str, migration: bool = False) -> int:
    """
    The same for several services, one after the other, each under its name on stderr; Ctrl-C ends them all.

    Returns the exit codes or-ed: each is a set of bits, and what one service found is told whatever the others did.
    """
    codes = 0
    for service in services:
        errors.print(f"[bold]{service}[/]")
        code = hand_to(service, *arguments, migration=migration)
        if code == INTERRUPTED:
            return code
        codes |= code
    return codes
