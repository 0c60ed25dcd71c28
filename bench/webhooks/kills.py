"""
`python -m bench.webhooks.kills`: parts are killed, one after the other, while events happen and are delivered.

At the end every event has been delivered to every webhook, and those of one project for the first time in their order.
Many trials can be had in parts: each with a seed of its own draws other victims at other times, and is judged alone.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import psycopg
from rich.console import Console
from rich.table import Table

from bench.webhooks.ground import Ground, ground
from bench.webhooks.options import DEFAULT
from bench.webhooks.receiver import Arrived
from synergy_local.processes import wait_until
from synergy_local.trouble import Trouble
from synergy_local.visitor import Visitor

PARTS: Final = ("sender", "webhooks", "relay-projects", "rabbitmq", "projects")
"""What is killed. The broker takes some seconds to start, so it has its turn once in eight."""
WEIGHTS: Final = (3, 2, 2, 1, 1)
HOOKS, PROJECTS, WRITERS, RATE = 4, 6, 8, 24.0
SEED: Final = 20260101
PATIENCE: Final = 300


def main() -> int:
    """Kill, wait, compare; exit code 1 when anything is lost or out of order."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks.kills", description=__doc__)
    parser.add_argument("--trials", type=int, default=DEFAULT.trials, help="kills in all (200)")
    parser.add_argument("--seed", type=int, default=SEED, help=f"what the lots are drawn from ({SEED})")
    asked = parser.parse_args()
    talk = Console(stderr=True)
    options = replace(DEFAULT, latency=0.02)
    with ground(options, told=lambda line: talk.print(f"  {line}", highlight=False)) as place:
        owner = place.somebody()
        projects = place.projects(owner, PROJECTS)
        place.webhooks(owner, [f"/kills/{n}" for n in range(HOOKS)], "task.created")
        killed = _under_load(place, owner, projects, asked, talk)
        place.stack.wait_healthy(seconds=PATIENCE)
        expected = _events(place)
        wait_until(lambda: place.receiver.count() >= expected * HOOKS, seconds=PATIENCE, what="all deliveries")
        _settled(place)
        arrived = place.receiver.taken()
    lost, inverted, again = judged(arrived, expected)
    _tell(asked, killed, {"events": expected, "deliveries": expected * HOOKS, "lost": lost, "out of order": inverted,
                          "delivered more than once": again})  # fmt: skip
    return 1 if lost or inverted else 0


def judged(arrived: Sequence[Arrived], expected: int) -> tuple[int, int, int]:
    """How many deliveries are missing, came before an earlier one of their lane, and came again."""
    seen: dict[str, set[str]] = defaultdict(set)
    last: dict[tuple[str, str], int] = {}
    inverted = again = 0
    for one in sorted(arrived, key=lambda one: one.answered_at):
        if one.event_id in seen[one.path]:
            again += 1
            continue
        seen[one.path].add(one.event_id)
        lane = one.path, one.lane
        inverted += one.position < last.get(lane, 0)
        last[lane] = max(one.position, last.get(lane, 0))
    return expected * HOOKS - sum(map(len, seen.values())), inverted, again


def _tell(asked: argparse.Namespace, killed: Counter[str], found: dict[str, int]) -> None:
    table = Table(title=f"{asked.trials} kills, seed {asked.seed}: {HOOKS} webhooks, {PROJECTS} projects")
    table.add_column("")
    table.add_column("", justify="right")
    for name in PARTS:
        table.add_row(f"{name} killed", f"{killed[name]:,}")
    table.add_section()
    for name, count in found.items():
        table.add_row(name, f"{count:,}")
    Console().print(table)


def _under_load(
    place: Ground, owner: Visitor, projects: list[int], asked: argparse.Namespace, talk: Console
) -> Counter[str]:
    over = threading.Event()
    writers = [threading.Thread(target=_write, args=(_copy(owner), projects, over, n)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    dice, killed, begun = random.Random(asked.seed), Counter[str](), time.monotonic()
    try:
        for number in range(1, asked.trials + 1):
            (name,) = dice.choices(PARTS, WEIGHTS)
            time.sleep(dice.uniform(0.2, 2.0))
            so_far = f"{place.receiver.count():,} delivered, {time.monotonic() - begun:.0f} s"
            talk.print(f"  {number} of {asked.trials}: {name} ({so_far})", highlight=False)
            place.stack.kill(name)
            place.stack.start(name)
            killed[name] += 1
            if number % 5 == 0:
                place.stack.wait_healthy(seconds=PATIENCE)
    finally:
        over.set()
        for writer in writers:
            writer.join()
    return killed


def _copy(visitor: Visitor) -> Visitor:
    """The same person on a connection of their own."""
    again = Visitor(visitor.url)
    again.session.headers.update(visitor.session.headers)
    return again


def _write(owner: Visitor, projects: list[int], over: threading.Event, number: int) -> None:
    """Tasks at a rate; what is refused while a part is away was not made, or was: the store tells."""
    while not over.is_set():
        number += WRITERS
        try:
            owner.answer("POST", "/api/tasks/", {"project": projects[number % len(projects)], "title": f"T{number}"})
        except Trouble:
            continue
        finally:
            over.wait(WRITERS / RATE)


def _events(place: Ground) -> int:
    """How many events there are to be told of."""
    with psycopg.connect(place.stack.servers.migration_url("projects")) as database:
        row = database.execute("SELECT count(*) FROM store.events WHERE type = 'task.created'").fetchone()
    assert row is not None
    return int(row[0])


def _settled(place: Ground) -> None:
    with place.database() as rows:
        open_ones = "SELECT count(*) FROM deliveries WHERE status IN ('pending', 'retrying')"
        wait_until(lambda: rows.execute(open_ones).fetchone() == (0,), seconds=PATIENCE, what="all being on record")


if __name__ == "__main__":
    sys.exit(main())
