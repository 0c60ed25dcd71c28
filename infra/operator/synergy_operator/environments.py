"""Whose environment a command runs with: this shell's own, or that of the local stack that runs here."""

import json
import os
from pathlib import Path


class NotConfigured(Exception):
    """One sentence: which variable to set, or what to start."""


def for_service(service: str, *, migration: bool = False) -> dict[str, str]:
    """
    The environment for a program of `service`: ours when it names the database, else that of the local stack around the
    current folder. Raises NotConfigured when there is neither.
    """
    variable = f"{service.upper()}_{'MIGRATION' if migration else 'DATABASE'}_URL"
    if os.environ.get(variable):
        return dict(os.environ)
    room = local_room()
    kept = room / "env" / f"{service}{'-migrate' if migration else ''}.env" if room else None
    if kept is None or not kept.exists():
        raise NotConfigured(f"Set {variable}, or start the local stack with `make run` and stay in its folder.")
    return dict(os.environ) | read(kept)


def local_room() -> Path | None:
    """The `.synergy` folder of a stack that runs in the current folder or one above it (or `SYNERGY_ROOM`), or None."""
    here, named = Path.cwd(), os.environ.get("SYNERGY_ROOM")
    for room in [Path(named)] if named else [folder / ".synergy" for folder in (here, *here.parents)]:
        try:
            running = json.loads((room / "run.json").read_text("utf-8"))
            os.kill(int(running["pid"]), 0)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        return room
    return None


def read(path: Path) -> dict[str, str]:
    """The variables of an environment file: one `NAME=value` a line, `#` starts a comment line."""
    lines = (line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}
