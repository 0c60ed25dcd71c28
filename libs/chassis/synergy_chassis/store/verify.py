"""
Checks the whole log, or one stream: nothing changed, nothing missing.

Found is what contradicts the rest of the store: a changed row breaks its content hash or the chain; a missing one
leaves a gap; a missing tail or stream is told by the stream's row or by the commands that wrote it. Whoever takes away
events and every trace of them, or writes a stream anew with all its hashes, contradicts the seals, and those of a file
outside the database if not those inside it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from synergy_chassis.clock import Clock, SystemClock
from synergy_chassis.seals import SealFile
from synergy_chassis.store.canonical import GENESIS, canonical_of, chain_digest, content_digest, stream_prefix
from synergy_chassis.store.damage import Damage, Finding, VerifyReport
from synergy_chassis.store.engine import engine as open_engine
from synergy_chassis.store.engine import translated
from synergy_chassis.store.jobs import Helpers, Share, Step
from synergy_chassis.store.moment import Moment, one_moment
from synergy_chassis.store.sealed import check_seals

__all__ = ["Damage", "Finding", "Progress", "VerifyReport", "verify"]

Progress = Callable[[int, int], None]
JOBS: Final = 2
WORTH_A_JOB: Final = 100_000
"""Events for which starting one more process, which takes half a second, pays."""
PARTS: Final = 32
"""What is checked at a time; enough that no process waits long for the last one."""

_Row = tuple[str, int, int, bytes, bytes, bytes, int, bytes, bytes, bytes, bytes, bytes]
"""A row of _EVENTS."""

_TOLD_EVERY: Final = 2000

_canonical_meta = lru_cache(maxsize=16)(canonical_of)
"""The events of a command share it."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a stream's row says of it."""

    stream: str
    version: int
    head: bytes


@dataclass(frozen=True, slots=True)
class _Part:
    """The streams after `after`, up to and with `upto`, whether they have a row or not; None is without end."""

    number: int
    after: str | None
    upto: str | None


def verify(
    engine: Engine,
    *,
    stream: str | None = None,
    seals: Path | None = None,
    jobs: int = JOBS,
    progress: Progress = lambda done, total: None,
    clock: Clock | None = None,
) -> VerifyReport:
    """
    Check every event, or those of one stream, as of one moment; memory stays flat, writers go on.

    The whole log is compared with its seals too: those of the database, and those of the file `seals`. Up to `jobs`
    processes check at once, fewer where there is little to do. `progress` is told (events done, events in all) as it
    goes. Takes two connections, and each further process two. Raises StoreUnavailable; ChildProcessError when a process
    was killed.
    """
    report = VerifyReport()
    lines = SealFile(seals).lines() if seals is not None and stream is None else None  # before the moment to be checked
    with translated(), one_moment(engine) as moment:
        total = _total(moment, stream)
        if stream is None:
            _check_all(engine, moment, report, total, jobs, progress)
        else:
            _check_part(moment, report, _OF_STREAM, {"stream": stream}, lambda events: None)
        for name, reached, version in moment.rows(_REACHED, stream=stream):
            damage = Damage.MISSING_TAIL if version else Damage.MISSING_STREAM
            report.add(damage, name, None, f"a command had brought it to version {reached}; it is at {version}")
        if stream is None:
            check_seals(moment, report, lines, clock or SystemClock())
        progress(report.events, total)
    return report


def _check_all(engine: Engine, moment: Moment, report: VerifyReport, total: int, jobs: int, progress: Progress) -> None:
    """All streams, by this process and its helpers; what each part came to is put together in their order."""
    task = _Checking(engine.url.render_as_string(hide_password=False), moment.name)
    parts = _parts(moment) if total >= WORTH_A_JOB else [_Part(0, None, None)]
    helpers: Helpers[_Part, _Found] = Helpers(task, parts, count=min(jobs, 1 + total // WORTH_A_JOB) - 1)

    def step(events: int) -> None:
        progress(min(helpers.share.add(events), total), total)

    progress(0, total)
    with helpers:
        found = _check_parts(moment, helpers.share, step)
        for theirs in helpers.results(step):
            found |= theirs
    for _, checked in sorted(found.items()):
        report.join(checked)


_Found = dict[int, VerifyReport]
"""By the numbers of the parts."""


@dataclass(frozen=True, slots=True)
class _Checking:
    """What each process beside the first does, as of the moment of that name."""

    url: str
    moment: str

    def __call__(self, share: Share[_Part], step: Step) -> _Found:
        engine = open_engine(self.url, pool_size=2, application_name="verify", patient=True)
        try:
            with translated(), one_moment(engine, self.moment) as moment:
                return _check_parts(moment, share, step)
        finally:
            engine.dispose()


def _check_parts(moment: Moment, share: Share[_Part], step: Step) -> _Found:
    """The parts that nobody else has taken."""
    found = {}
    for part in share.take():
        found[part.number] = VerifyReport()
        ends = [end for end, name in ((_AFTER, part.after), (_UPTO, part.upto)) if name is not None]
        where = " WHERE " + " AND ".join(ends) if ends else ""
        _check_part(moment, found[part.number], where, {"after": part.after, "upto": part.upto}, step)
    return found


def _check_part(moment: Moment, report: VerifyReport, where: str, values: dict[str, Any], step: Step) -> None:
    """Some streams, those that `where` names: their rows and their events side by side."""
    claims = (_Claim(*row) for row in moment.rows(_STREAMS + where + _BY_NAME, **values))
    events = moment.stream(_EVENTS + where + _IN_ORDER, values)
    for name, claim, rows in _beside(claims, _told(events, report, step)):
        _check(report, name, claim, rows)


def _check(report: VerifyReport, name: str, claim: _Claim | None, events: Iterable[_Row]) -> None:
    """One stream: its events against each other, then against what its row claims."""
    report.streams += 1
    last, before, prefix = 0, 0, stream_prefix(name)
    heads = [GENESIS]
    for row in events:
        _, version, position, place, _, _, _, _, _, _, content, chain = row
        if version != last + 1:
            report.add(Damage.MISSING_ROW, name, last + 1, f"missing up to the event of version {version}")
            heads = []
        if position <= before:
            report.add(Damage.CHANGED_ROW, name, version, "its position is not after that of the event before it")
        if content != _content(row):
            report.add(Damage.CHANGED_ROW, name, version, "it does not say what was recorded")
        expected = [chain_digest(head, prefix, place, content) for head in heads]
        if chain not in expected:
            if heads:
                report.add(Damage.CHANGED_ROW, name, version, "it does not continue the chain")
            expected.append(chain)  # either may be the true one, so one break is told once
        heads, last, before = expected[-2:], version, position
    _check_claim(report, name, claim, last, heads)


def _check_claim(report: VerifyReport, name: str, claim: _Claim | None, last: int, heads: list[bytes]) -> None:
    if claim is None:
        report.add(Damage.MISSING_STREAM, name, None, "there are events, but no row of the stream")
    elif claim.version > last:
        damage = Damage.MISSING_TAIL if last else Damage.MISSING_STREAM
        report.add(damage, name, last + 1, f"missing up to version {claim.version}")
    elif claim.version < last:
        report.add(Damage.CHANGED_ROW, name, None, f"its row says version {claim.version}, its events go to {last}")
    elif claim.head not in heads:
        report.add(Damage.CHANGED_ROW, name, None, "its row holds another head of the chain than its last event")


def _content(row: _Row) -> bytes:
    _, _, _, _, event_id, type, schema_version, entity, data, meta, _, _ = row
    try:
        return content_digest(event_id, type, schema_version, entity, canonical_of(data), _canonical_meta(meta))
    except ValueError:  # numbers that nobody could have stored
        return b""


def _beside(claims: Iterator[_Claim], events: Iterator[_Row]) -> Iterator[tuple[str, _Claim | None, Iterable[_Row]]]:
    """Streams' rows and their events side by side, in order of name; either may be missing."""
    claim = next(claims, None)
    for name, group in groupby(events, key=itemgetter(0)):
        while claim is not None and claim.stream < name:
            yield claim.stream, claim, ()
            claim = next(claims, None)
        if claim is not None and claim.stream == name:
            yield name, claim, group
            claim = next(claims, None)
        else:
            yield name, None, group
    while claim is not None:
        yield claim.stream, claim, ()
        claim = next(claims, None)


def _told(events: Iterable[_Row], report: VerifyReport, step: Step) -> Iterator[_Row]:
    """The events, counted, also for whoever is told."""
    untold = 0
    for event in events:
        yield event
        untold += 1
        if untold == _TOLD_EVERY:
            report.events += untold
            step(untold)
            untold = 0
    report.events += untold
    step(untold)


_TOTAL: Final = """
    SELECT coalesce(sum(version), 0)::bigint FROM store.streams
     WHERE %(stream)s::text IS NULL OR stream = %(stream)s
"""
_STREAMS: Final = "SELECT stream, version, head_hash FROM store.streams"
_EVENTS: Final = """
    SELECT stream, version, position, int8send(version) || timestamptz_send(recorded_at), uuid_send(event_id),
           textsend(type), schema_version, textsend(entity), textsend(data::text), textsend(meta::text), content_hash,
           hash
      FROM store.events
"""
_OF_STREAM: Final = " WHERE stream = %(stream)s"
_AFTER: Final = "stream > %(after)s"
_UPTO: Final = "stream <= %(upto)s"
_BY_NAME: Final = " ORDER BY stream"
_IN_ORDER: Final = " ORDER BY stream, version"
_CUTS: Final = """
    SELECT max(stream) FROM (
        SELECT stream, (sum(version) OVER (ORDER BY stream) - 1) * %(parts)s / sum(version) OVER () AS place
          FROM store.streams WHERE version > 0
    ) cut GROUP BY floor(place) ORDER BY 1
"""
_REACHED: Final = """
    SELECT c.stream, max(c.version), coalesce(max(s.version), 0)
      FROM store.commands c LEFT JOIN store.streams s ON s.stream = c.stream
     WHERE %(stream)s::text IS NULL OR c.stream = %(stream)s
     GROUP BY c.stream HAVING max(c.version) > coalesce(max(s.version), 0)
     ORDER BY c.stream
"""


def _total(moment: Moment, stream: str | None) -> int:
    return int(next(moment.rows(_TOTAL, stream=stream))[0])


def _parts(moment: Moment) -> list[_Part]:
    """All that there may be, in at most PARTS parts with about as many events each, as far as the streams' rows say."""
    cuts = [str(row[0]) for row in moment.rows(_CUTS, parts=PARTS)]
    edges = [None, *cuts[:-1], None]
    return [_Part(number, edges[number], edges[number + 1]) for number in range(len(edges) - 1)]
