"""The verb `restored`, in words or as JSON."""

import sys
from dataclasses import asdict

import msgspec
from sqlalchemy import Engine

from synergy_chassis.store.restoring import Beside, Restored, restored


def run_restored(owner: Engine, *, service: str, beside: Beside | None = None, json: bool = False) -> int:
    """Begin a new epoch and say so; exit code 0."""
    done = restored(owner, beside=beside)
    said = msgspec.json.encode({"service": service, **asdict(done)}).decode() if json else _in_words(service, done)
    sys.stdout.write(said + "\n")
    sys.stdout.flush()
    return 0


def _in_words(service: str, done: Restored) -> str:
    lines = [
        f"{service}: epoch {done.epoch} begins after position {done.head}; the next event gets one after "
        f"{done.next_after}.",
        f"Its relay publishes on from {done.published_to}. Consumers find the new epoch, take back what is no more "
        "and follow anew.",
        *done.notes,
    ]
    return "\n".join(lines)
