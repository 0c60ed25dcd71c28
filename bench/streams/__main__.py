"""`python -m bench.streams [streams]`: so many clients follow one project through one gateway."""

import json
import os
import re
import statistics
import sys
import time
from multiprocessing import Pipe, get_context
from pathlib import Path
from typing import Any, Final

import requests

from bench.auth.ground import Ground, ground
from bench.auth.options import DEFAULT
from bench.streams.clients import follow

OF_ONE: Final = 50
"""Streams that one user may have."""
EVENTS: Final = 20
TASK: Final = re.compile(rb'"task_id":(\d+)')
PAUSE: Final = 0.5
"""Seconds between two events, so that the system is at rest."""


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


def measure(place: Ground, count: int) -> dict[str, Any]:
    """Open the streams, make tasks, and tell what it took."""
    people = place.register("reader", -(-count // OF_ONE))
    owner = {"Authorization": f"Bearer {people[0]['access']}", "Content-Type": "application/json"}
    project = (_post(place.url, "/api/projects/", {"name": "Followed"}, owner))["id"]
    for one in people[1:]:
        _post(place.url, f"/api/projects/{project}/members/", {"user_id": one["user"]["id"]}, owner)
    pids = family(place.stack.among("gateway")["gateway"].pid)
    before = memory(pids)
    ours, theirs = Pipe()
    tokens = [people[number // OF_ONE]["access"] for number in range(count)]
    following = get_context("spawn").Process(target=follow, args=(place.url, tokens, theirs))
    following.start()
    assert ours.poll(120)
    assert ours.recv() == "open"
    opened, began = memory(pids), used(pids)
    answered: dict[int, float] = {}
    for number in range(EVENTS):
        time.sleep(PAUSE)
        task = _post(place.url, "/api/tasks/", {"project": project, "title": f"Task {number}"}, owner)
        answered[task["id"]] = time.monotonic()
    time.sleep(PAUSE)
    told, spent = memory(pids), used(pids) - began
    ours.send("enough")
    heard = [(int(task), at) for _, at, data in ours.recv() for task in TASK.findall(data)]
    following.join()
    delays = [(at - answered[task]) * 1000 for task, at in heard if task in answered]
    return {
        "streams": count,
        "events": EVENTS,
        "heard": len(delays),
        "kb_each_when_open": round((opened - before) / count, 1),
        "kb_each_after_the_events": round((told - before) / count, 1),
        "gateway_cpu_ms_an_event": round(spent * 1000 / EVENTS, 1),
        "ms_after_the_answer_p50": round(statistics.median(delays), 1),
        "ms_after_the_answer_p99": round(statistics.quantiles(delays, n=100)[98], 1),
        "ms_after_the_answer_worst": round(max(delays), 1),
    }


def _post(url: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    answer = requests.post(url + path, json=body, headers=headers, timeout=30)
    answer.raise_for_status()
    return answer.json()


def main() -> int:
    """Measure and print JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with ground(DEFAULT, told=lambda line: print(line, file=sys.stderr)) as place:
        found = measure(place, count)
    print(json.dumps(found, indent=2))
    return 0 if found["heard"] == count * EVENTS else 1


if __name__ == "__main__":
    sys.exit(main())
