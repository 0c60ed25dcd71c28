"""
One worker of a rebuild: fold, compare, write what differs, while the service goes on.

Pages of streams are read, folded and compared within one snapshot, which locks nothing. Only streams whose rows differ
are locked, for as long as it takes to write the difference; one that moved on meanwhile is folded again under its lock.
Nothing is dropped first. A stream that cannot be folded is parked: it keeps its rows, and the others go on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine

from synergy_chassis.store import checkpoints, differences, folding, poison
from synergy_chassis.store.checkpoints import Part, Work
from synergy_chassis.store.differences import Difference
from synergy_chassis.store.engine import driver, translated
from synergy_chassis.store.folding import Folded, Poisoned, Versions
from synergy_chassis.store.jobs import Step
from synergy_chassis.store.models import InlineModel

_MOST_NAMED: Final = 1000
_LOCK: Final = (
    "SELECT wanted.stream, locked.version FROM unnest(%s::text[]) WITH ORDINALITY AS wanted(stream, place), "
    "LATERAL store.lock(wanted.stream, NULL) AS locked ORDER BY wanted.place"
)


@dataclass(slots=True)
class RebuildReport:
    """
    What a rebuild did. `differences` and `parked` name the first 1,000 each; `count` and `parked_count` count all.

    `repaired` is false for a check. `resumed_at` is how many events an interrupted rebuild had done, when this one
    went on; what it found is counted, not named. `begun_anew` is why it did not go on with one that was interrupted.
    """

    model: str
    repaired: bool
    streams: int = 0
    events: int = 0
    count: int = 0
    differences: list[Difference] = field(default_factory=list)
    parked_count: int = 0
    parked: list[Poisoned] = field(default_factory=list)
    resumed_at: int | None = None
    begun_anew: str | None = None

    @property
    def ok(self) -> bool:
        """Whether rows and events agreed everywhere."""
        return not self.count and not self.parked_count

    def add(self, found: Sequence[Difference], parked: Sequence[Poisoned] = ()) -> None:
        """Note differences, and streams that could not be folded."""
        self.count += len(found)
        self.differences += found[: _MOST_NAMED - len(self.differences)]
        self.parked_count += len(parked)
        self.parked += parked[: _MOST_NAMED - len(self.parked)]

    def join(self, other: "RebuildReport") -> None:
        """Add what another worker did."""
        self.streams += other.streams
        self.events += other.events
        self.add(other.differences, other.parked)
        self.count += other.count - len(other.differences)
        self.parked_count += other.parked_count - len(other.parked)


@dataclass(slots=True)
class _Page:
    """A page of streams as one snapshot shows it."""

    streams: Versions
    folded: list[Folded]
    parked: list[Poisoned]
    differences: list[Difference]

    @property
    def events(self) -> int:
        return sum(self.streams.values())

    @property
    def last(self) -> str:
        return max(self.streams)


def check_parts(
    engine: Engine, model: InlineModel, parts: Iterator[Part], report: RebuildReport, *, step: Step
) -> None:
    """Compare the streams of these parts with their rows, changing and locking nothing."""
    for part in parts:
        after = part.after
        while page := _looked_through(engine, model, partial(folding.page, after=after, upto=part.upto)):
            _count(report, page, step)
            after = page.last


def repair_parts(engine: Engine, model: InlineModel, work: Work, report: RebuildReport, *, step: Step) -> None:
    """Claim part after part of a rebuild that was begun, page by page, until none is left, and repair their rows."""
    while True:
        with translated(), engine.begin() as connection:
            part = checkpoints.claim(connection, work, wait=False)
            part = part or checkpoints.claim(connection, work, wait=True)
            if part is not None:
                _repair_next(engine, connection, model, work, part, report, step)
            elif not checkpoints.unfinished(connection, work):
                return


def _repair_next(
    engine: Engine,
    connection: Connection,
    model: InlineModel,
    work: Work,
    part: Part,
    report: RebuildReport,
    step: Step,
) -> None:
    page = _looked_through(engine, model, partial(folding.page, after=part.after, upto=part.upto))
    if page is None:
        checkpoints.finish(connection, work, part)
        return
    _repair(connection, model, page)
    checkpoints.note(connection, work, part, page.last, events=page.events, differences=len(page.differences))
    _count(report, page, step)


def one_stream(engine: Engine, model: InlineModel, stream: str, report: RebuildReport) -> None:
    """Compare the rows of one stream, and repair them if that is what the report is of."""
    page = _looked_through(engine, model, partial(folding.versions, streams=[stream]))
    if page is None:
        raise ValueError(f"There is no stream {stream}.")
    if report.repaired:
        with translated(), engine.begin() as connection:
            _repair(connection, model, page)
    _count(report, page, lambda events: None)


def _count(report: RebuildReport, page: _Page, step: Step) -> None:
    report.streams += len(page.streams)
    report.events += page.events
    report.add(page.differences, page.parked)
    step(page.events)


def _looked_through(
    engine: Engine, model: InlineModel, choose: Callable[[psycopg.Connection[Any]], Versions]
) -> _Page | None:
    """Streams folded and compared in one snapshot; None if there are none."""
    with _snapshot(engine) as raw:
        streams = choose(raw)
        return _compared(raw, model, streams, folding.fold(raw, model, streams)) if streams else None


def _compared(
    raw: psycopg.Connection[Any], model: InlineModel, streams: Versions, results: Iterator[Folded | Poisoned]
) -> _Page:
    folded: list[Folded] = []
    parked: list[Poisoned] = []
    for result in results:
        if isinstance(result, Folded):
            folded.append(result)
        else:
            parked.append(result)
    return _Page(streams, folded, parked, differences.find(raw, model, folded))


@contextmanager
def _snapshot(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with translated(), still.connect() as connection:
        yield driver(connection)


def _repair(connection: Connection, model: InlineModel, page: _Page) -> None:
    """Write what differs, under the locks of the streams concerned; what moved on since the snapshot comes again."""
    raw = driver(connection)
    differing = sorted({found.stream for found in page.differences if found.stream is not None})
    locked = dict(raw.execute(_LOCK, (differing,)).fetchall()) if differing else {}
    moved = [stream for stream in differing if locked[stream] != page.streams[stream]]
    for stream in moved:
        anew = {stream: locked[stream]}
        again = _compared(raw, model, anew, folding.fold(raw, model, anew))
        page.differences = [found for found in page.differences if found.stream != stream] + again.differences
        page.parked += again.parked
    differences.repair(raw, model.tables, page.differences)
    poison.park(connection, model.name, page.parked)
    if healed := poison.streams(connection, model.name) & {one.stream for one in page.folded}:
        poison.clear(connection, model.name, healed - {one.stream for one in page.parked})
