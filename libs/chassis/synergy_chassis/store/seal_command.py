"""What `python -m synergy_<service> seal` does."""

from pathlib import Path

from sqlalchemy import Engine

from synergy_chassis.clock import SystemClock
from synergy_chassis.seals import SealFile, SealsDiffer, database, seal_what_is_new
from synergy_chassis.store.commands import json_of, say
from synergy_chassis.store.damage import Damage
from synergy_chassis.store.engine import driver, translated


def run_seal(engine: Engine, *, service: str, path: Path | None, json: bool = False) -> int:
    """Seal what is new and bring the file at `path` up to date; exit code 0, or 128 when the file differs."""
    copied, fault = 0, None
    with translated(), engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        raw = driver(connection)
        made = len(list(seal_what_is_new(raw, store=service, clock=SystemClock())))
        last = database.newest(raw)
        try:
            copied = SealFile(path).catch_up(raw) if path else 0
        except SealsDiffer as differ:
            fault = str(differ)
    number, upto = (last.number, last.upto) if last else (0, 0)
    if json:
        told = {"made": made, "last": number, "sealed_to": upto, "file": path, "copied": copied, "fault": fault}
        say(json_of(told | {"ok": fault is None}))
    else:
        say(f"{made} seals made; the last is {number}, up to position {upto}.")
        say(
            fault
            or (
                f"{copied} seals copied to {path}."
                if path
                else "They are in the database alone: name a file with --seals."
            )
        )
    return 0 if fault is None else int(Damage.BROKEN_SEAL)
