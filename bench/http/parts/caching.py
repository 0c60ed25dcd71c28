"""Answers from memory (§6.3.4): how many reads find one, and what reads cost with and without."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from bench.http.driving.plan import Plan
from bench.http.ground import Ground
from bench.http.parts.load import WAIT
from bench.http.requests import Requests
from bench.report import Cell, Grid, Hold
from synergy_local.visitor import direct_session

USERS: Final = 50
WARMING: Final = 2.0
"""Seconds in which every answer is asked for before reads are counted: what is counted is how it goes on."""
PRINTED: Final = (0.872, 8.0, 78.0)
"""Of the original's chapter: the share of hits, milliseconds of a hit, of a miss."""
CEILING: Final = 0.76
"""Hits that strict freshness allows the load script's mix: a list of projects is old with every task in one of them."""
OF_CEILING: Final = 0.95
RARE: Final = 0.87
MIXES: Final = {"one write in 7 (the load script)": (1, 1, CEILING * OF_CEILING), "one write in 20": (6, 19, RARE)}
"""Writes to `script`, reads to it, the share of hits to be held."""


@dataclass(frozen=True, slots=True)
class Reads:
    """Reads of one outcome: how many, and how many seconds they took together."""

    count: float = 0.0
    seconds: float = 0.0

    def since(self, before: "Reads") -> "Reads":
        """Those that came after."""
        return Reads(self.count - before.count, self.seconds - before.seconds)

    @property
    def mean(self) -> float | None:
        """Milliseconds of one."""
        return 1000 * self.seconds / self.count if self.count else None


def measure(place: Ground) -> Iterator[Grid]:
    """
    Fifty users at two proportions of writes, with the load script's waits and without. Without, whoever asks for a list
    that has just become old joins the call of others (shared), so that fewer find an answer in memory.
    """
    place.sign_in()
    asking = Requests(place.token)
    rows: list[list[Cell]] = []
    holds: list[Hold] = []
    for (mix, (writes, reads, bound)), wait in product(MIXES.items(), (WAIT, None)):
        name = f"{mix}, {'with waits' if wait else 'without'}"
        place.told(f"{USERS} users, {name}")
        every_answer = (asking.projects(), asking.project(), asking.tasks())
        place.drive(Plan(doors=(place.door,), asks=every_answer, users=4, seconds=WARMING))
        before = outcomes(metrics(place))
        plan = Plan(doors=(place.door,), asks=asking.script(writes=writes, reads=reads), users=USERS,
                    wait=wait, seconds=place.options.crowd_seconds)  # fmt: skip
        heard = place.drive(plan)
        found = {key: reads.since(before.get(key, Reads())) for key, reads in outcomes(metrics(place)).items()}
        every = sum(one.count for one in found.values())
        hit, shared, miss = (found.get(key, Reads()) for key in ("hit", "shared", "miss"))
        share = hit.count / every if every else 0.0
        speedup = miss.mean / hit.mean if hit.mean and miss.mean else None
        shares = [f"{one.count / every:.1%}" if every else "" for one in (hit, shared, miss)]
        rows.append([name, int(every), *shares, hit.mean, shared.mean, miss.mean, speedup, heard.rate])
        if wait:
            holds.append(Hold(f"reads from memory, {name}", share, bound))
    hits, hit_ms, miss_ms = PRINTED
    rows.append(["printed by the original", 100_000, f"{hits:.1%}", None, f"{1 - hits:.1%}", hit_ms, None, miss_ms,
                 miss_ms / hit_ms, None])  # fmt: skip
    columns = ["mix", "reads", "hits", "shared", "misses", "ms of a hit", "shared", "a miss", "× as fast", "requests/s"]
    grid = Grid(title="Answers from memory (§6.3.4)", columns=columns, rows=rows, holds=holds)
    grid.notes.append(
        "counted and timed by the gateway; shared: answered by the call of an equal read that began after it had asked"
    )
    grid.notes.append(
        "the original's list in Redis may be five minutes old; no answer here is older than what was acknowledged"
    )
    yield grid


def metrics(place: Ground) -> str:
    """What the gateway counts."""
    port = place.stack.programs["gateway"].env["METRICS_PORT"]
    with direct_session() as session:
        return session.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text


def outcomes(text: str) -> Mapping[str, Reads]:
    """Reads by what became of them."""
    counts: dict[str, float] = {}
    seconds: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == "cache_reads_total":
                counts[sample.labels["outcome"]] = sample.value
            elif sample.name == "cache_read_seconds_sum":
                seconds[sample.labels["outcome"]] = sample.value
    return {name: Reads(count, seconds.get(name, 0.0)) for name, count in counts.items()}
