"""The verb `erase`, in words or as JSON."""

import sys

import msgspec
from sqlalchemy import Engine

from synergy_chassis.store.erasing import Erase, proven

DAMAGED = 8
"""Exit code when the log does not verify after the erasure."""


def run_erase(engine: Engine, erase: Erase, person: str, *, dry_run: bool = False, json: bool = False) -> int:
    """Erase the person, and print the proof; exit code 0, or 8 when the log does not verify."""
    done = proven(engine, erase(person, dry_run))
    sys.stdout.write((msgspec.json.encode(done.as_dict()).decode() if json else done.in_words()) + "\n")
    sys.stdout.flush()
    return 0 if done.verified else DAMAGED
