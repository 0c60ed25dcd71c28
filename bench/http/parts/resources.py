"""What every process takes with 50 users (§6.4.2)."""

from collections.abc import Iterator
from typing import Final

from bench.http.driving.plan import Plan
from bench.http.ground import Ground
from bench.http.parts.load import WAIT
from bench.http.requests import Requests
from bench.http.usage import used
from bench.report import Cell, Grid, Hold

USERS: Final = 50
MOST: Final = 900.0
"""MiB of everything together."""
PRINTED: Final = (72.0, 1_270.0)
"""The original's total: percent of a processor, MB."""
SERVERS: Final = ("postgres", "rabbitmq", "epmd", "redis")


def measure(place: Ground) -> Iterator[Grid]:
    """The load script's requests, with its waits and without, and memory at the end of it."""
    place.sign_in()
    place.alone()
    parts = processes(place)
    rows: dict[str, list[Cell]] = {name: [name] for name in (*parts, "all")}
    total = 0.0
    for wait in (WAIT, None):
        place.told(f"{USERS} users {'with waits' if wait else 'without waits'}")
        plan = Plan(doors=(place.door,), asks=Requests(place.token).script(), users=USERS, wait=wait,
                    seconds=place.options.crowd_seconds)  # fmt: skip
        with used(parts) as usage:
            heard = place.drive(plan)
        for name in parts:
            rows[name] += [f"{usage.processor[name]:.1%}", usage.memory[name]]
        total = max(total, sum(usage.memory.values()))
        rows["all"] += [f"{sum(usage.processor.values()):.1%}", sum(usage.memory.values())]
        rows.setdefault("requests/s", ["requests/s"]).extend([heard.rate, None])
    printed: list[Cell] = ["printed by the original", f"{PRINTED[0]:.0f}.0%", PRINTED[1], None, None]
    columns = ["process", "CPU, with waits", "PSS MiB", "CPU, without", "PSS MiB"]
    grid = Grid(title=f"Resources at {USERS} users (§6.4.2)", columns=columns, rows=[*rows.values(), printed])
    grid.notes.append("CPU in percent of one processor, children included; the clients are not in it")
    grid.holds.append(Hold(f"memory (PSS) of everything at {USERS} users", total, MOST, at_most=True, unit=" MiB"))
    yield grid


def processes(place: Ground) -> dict[str, list[int]]:
    """Every process of ours and of the servers, by name."""
    found = {name: [child.pid] for name, child in place.stack.children.items()}
    return found | {name: [place.room.children[name].pid] for name in SERVERS if name in place.room.children}
