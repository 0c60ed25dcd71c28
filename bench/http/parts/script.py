"""The original's own Locust script, unmodified, run by Locust."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from bench.http.ground import Ground
from bench.report import Cell, Grid, Hold

ROOT: Final = Path(__file__).parents[3]
LOCUST: Final = ROOT / ".venv-load" / "bin" / "locust"
SCRIPT: Final = ROOT / "tests" / "load" / "locustfile.py"
ID: Final = re.compile(r"/\d+/")
COUNTED: Final = ("num_requests", "num_failures", "total", "most")
RAMP: Final = 10
"""Users who come each second, as in the original's test."""
FASTER: Final = 50
"""The same for crowds that would take a minute and more to come."""


def measure(place: Ground) -> Iterator[Grid]:
    """The largest crowd and 50 users, as Locust counts them; its statistics begin with the first user."""
    if not LOCUST.exists():
        place.told("Locust is not installed: `make bench` does that. Going on without it.")
        return
    rows: list[list[Cell]] = []
    failures = 0
    for users in sorted({min(50, max(place.options.crowds)), max(place.options.crowds)}):
        found = run(place, users)
        rows += [_row(users, one) for one in found]
        failures += sum(int(one["num_failures"]) for one in found)
    columns = ["users", "request", "requests", "failed", "mean ms", "least", "most"]
    grid = Grid(title="The original's Locust script (§6.2.3)", columns=columns, rows=rows)
    grid.holds.append(Hold("requests that failed", failures, 0, at_most=True))
    yield grid


def run(place: Ground, users: int) -> list[dict[str, Any]]:
    """Locust's own statistics, an entry for each request of the script."""
    ramp = RAMP if users <= RAMP * 30 else FASTER
    seconds = int(users / ramp + place.options.crowd_seconds)
    place.told(f"Locust: {users} users, {ramp} more each second, {seconds} s in all")
    command = [str(LOCUST), "--locustfile", str(SCRIPT), "--headless", "--json", "--host", place.stack.url,
               "--users", str(users), "--spawn-rate", str(ramp), "--run-time", f"{seconds}s", "--stop-timeout", "15",
               "--loglevel", "ERROR"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 120)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return _details_together(found)


def _details_together(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ten projects' pages are one row."""
    rows: dict[str, dict[str, Any]] = {}
    for one in found:
        path = str(one["name"])
        name = (
            f"{one['method']} /api/projects/{{id}}/"
            if path.rstrip("/").rsplit("/", 1)[1].isdigit()
            else f"{one['method']} {path}"
        )
        row = rows.setdefault(
            name, {"name": name, "num_requests": 0, "num_failures": 0, "total": 0.0, "most": 0.0, "least": float("inf")}
        )
        row["num_requests"] += one["num_requests"]
        row["num_failures"] += one["num_failures"]
        row["total"] += one["total_response_time"]
        row["most"] = max(row["most"], one["max_response_time"])
        row["least"] = min(row["least"], one["min_response_time"] or 0.0)
    return list(rows.values())


def _row(users: int, one: dict[str, Any]) -> list[Cell]:
    mean = one["total"] / one["num_requests"] if one["num_requests"] else None
    return [str(users), one["name"], one["num_requests"], one["num_failures"], mean, one["least"], one["most"]]
