"""Streams that all follow one project: what each takes of the gateway's memory, and when it hears of an event."""

import os
import statistics
import time
from collections.abc import Sequence
from datetime import datetime
from multiprocessing import Pipe, get_context
from pathlib import Path
from typing import Any, Final

import requests

from bench.auth.ground import Ground
from bench.report import Cell, Grid, Hold
from bench.streams.clients import events, follow
from bench.streams.options import Options

OF_ONE: Final = 50
"""Streams that one user may have."""
KB_AT_MOST: Final = 50
MS_AT_MOST: Final = 100


def memory(pids: list[int]) -> int:
    """Kilobytes that these processes have for themselves, and their share of the rest."""
    pss = (line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines())
    return sum(int(line.split()[1]) for line in pss if line.startswith("Pss:"))


def used(pids: list[int]) -> float:
    """Seconds of CPU that these processes have used."""
    times = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in pids]
    return sum(int(ticks) for pair in times for ticks in pair) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and all beneath it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def measure(options: Options, place: Ground) -> Sequence[Grid]:
    """Open the streams, make tasks, and tell what it took."""
    count = options.streams
    people = place.register("reader", -(-count // OF_ONE))
    owner = {"Authorization": f"Bearer {people[0]['access']}", "Content-Type": "application/json"}
    project = (_post(place.url, "/api/projects/", {"name": "Followed"}, owner))["id"]
    for one in people[1:]:
        _post(place.url, f"/api/projects/{project}/members/", {"user_id": one["user"]["id"]}, owner)
    place.told(f"opening {count:,} streams")
    pids = family(place.stack.among("gateway")["gateway"].pid)
    before = memory(pids)
    ours, theirs = Pipe()
    tokens = [people[number // OF_ONE]["access"] for number in range(count)]
    following = get_context("spawn").Process(target=follow, args=(place.url, tokens, theirs))
    following.start()
    assert ours.poll(120)
    assert ours.recv() == "open"
    opened, began = memory(pids), used(pids)
    for number in range(options.events):
        time.sleep(options.pause)
        _post(place.url, "/api/tasks/", {"project": project, "title": f"Task {number}"}, owner)
    time.sleep(options.pause)
    told, spent = memory(pids), used(pids) - began
    ours.send("enough")
    delays = [1000 * (at - recorded_at(event)) for event, at in events(ours.recv())]
    following.join()
    return [
        told_of(options, delays, kb=((opened - before) / count, (told - before) / count), spent=spent / options.events)
    ]


def recorded_at(event: dict[str, Any]) -> float:
    """When the event was recorded, in seconds since the epoch: within its transaction, so before its commit."""
    return datetime.fromisoformat(event["time"]).timestamp()


def told_of(options: Options, delays: Sequence[float], *, kb: tuple[float, float], spent: float) -> Grid:
    """
    What is shown, and held: `delays` in milliseconds, one for each event and each stream that heard it, `kb` of a
    stream when it was open and after the events, `spent` seconds of the gateway's processor time for an event.
    """
    if len(delays) < 2:
        raise AssertionError("Nothing was heard: look at the gateway's log.")
    opened, after = kb
    p99 = statistics.quantiles(delays, n=100)[98]
    rows: list[Sequence[Cell]] = [
        ["memory of a stream that is open, KB", opened],
        ["the same after the events, KB", after],
        ["the gateway's processor time for an event, ms", 1000 * spent],
        ["from an event's record to a stream, median, ms", statistics.median(delays)],
        ["99 % of them, ms", p99],
        ["the last one, ms", max(delays)],
    ]
    return Grid(
        title=f"{options.streams:,} streams that follow one project, through one gateway",
        columns=["", "found"], rows=rows,
        notes=[
            f"{options.events} events, {options.pause:g} s one after the other: the system is at rest",
            "memory is PSS; delays count from the time that stands in the event, which is before its commit",
        ],
        holds=[
            Hold("memory of a stream, after the events", after, KB_AT_MOST, at_most=True, unit=" KB"),
            Hold("an event is heard, 99 % of the streams", p99, MS_AT_MOST, at_most=True, unit=" ms"),
            Hold("events that a stream did not hear", options.streams * options.events - len(delays), 0, at_most=True),
        ],
    )  # fmt: skip


def _post(url: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    answer = requests.post(url + path, json=body, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer.json()
