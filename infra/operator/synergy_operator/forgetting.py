"""Forgets a person everywhere, in the order in which nobody can learn the name again."""

import json
import subprocess
import sys

from synergy_operator.broker import SERVICES
from synergy_operator.dispatch import INTERRUPTED, errors, hand_to_each
from synergy_operator.environments import for_service


def erase(person: str, *options: str) -> int:
    """
    Auth first: whoever asks it for the name then gets none; the others by the id that auth knows.

    Returns the exit codes or-ed. Raises NotConfigured.
    """
    code, user_id = _whom(person)
    if code:
        return code
    auth, *others = SERVICES
    code = hand_to_each([auth], "erase", f"id:{user_id}", *options)  # digits may be somebody's name there
    return code if code == INTERRUPTED else code | hand_to_each(others, "erase", user_id, *options)


def _whom(person: str) -> tuple[int, str]:
    """The exit code and, where it is 0, the id."""
    command = [sys.executable, "-m", "synergy_auth", "erase", person, "--dry-run", "--json"]
    asked = subprocess.run(command, env=for_service("auth"), check=False, capture_output=True, text=True)
    if asked.returncode:
        errors.print(asked.stderr.strip(), markup=False)
        return asked.returncode, ""
    return 0, str(json.loads(asked.stdout.splitlines()[-1])["user_id"])
