"""Data for trying out, in a size: accounts from auth, then projects that they own."""

import json
import subprocess
import sys
from typing import Final, NamedTuple

from synergy_operator.dispatch import INTERRUPTED, errors, hand_to
from synergy_operator.environments import for_service


class Size(NamedTuple):
    """How much there is to be."""

    users: int
    projects: int
    tasks: int


SIZES: Final = {"seed": Size(100, 1_000, 10_000), "large": Size(100, 1_000, 1_000_000)}


def fill(size: str, *options: str) -> int:
    """Make the accounts that are missing, and the projects anew; the exit code. Raises NotConfigured."""
    wanted = SIZES[size]
    errors.print(f"Making {wanted.users} accounts")
    command = [sys.executable, "-m", "synergy_auth", "demo-people", "--count", str(wanted.users)]
    try:
        asked = subprocess.run(command, env=for_service("auth"), check=False, stdout=subprocess.PIPE, text=True)
    except KeyboardInterrupt:
        return INTERRUPTED
    if asked.returncode:
        return asked.returncode
    made = json.loads(asked.stdout.splitlines()[-1])
    errors.print(f"testuser, user0002 … user{wanted.users:04}; each has the password {made['password']}")
    owners = ",".join(map(str, made["users"]))
    numbers = "--projects", str(wanted.projects), "--tasks", str(wanted.tasks)
    return hand_to("projects", "fill", "--owners", owners, *numbers, *options)
