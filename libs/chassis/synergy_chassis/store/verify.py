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
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine

from synergy_chassis.clock import Clock, SystemClock
from synergy_chassis.seals import SealFile
from synergy_chassis.store.canonical import GENESIS, canonical_of, chain_digest, content_digest, stream_prefix
from synergy_chassis.store.damage import Damage, Finding, VerifyReport
from synergy_chassis.store.engine import translated
from synergy_chassis.store.moment import Moment, one_moment
from synergy_chassis.store.sealed import check_seals

__all__ = ["Damage", "Finding", "Progress", "VerifyReport", "verify"]

Progress = Callable[[int, int], None]

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


def verify(
    engine: Engine,
    *,
    stream: str | None = None,
    seals: Path | None = None,
    progress: Progress = lambda done, total: None,
    clock: Clock | None = None,
) -> VerifyReport:
    """
    Check every event, or those of one stream, as of one moment; memory stays flat, writers go on.

    The whole log is compared with its seals too: those of the database, and those of the file `seals`.
    `progress` is told (events done, events in all) as it goes. Takes two connections. Raises StoreUnavailable.
    """
    report = VerifyReport()
    lines = SealFile(seals).lines() if seals is not None and stream is None else None  # before the moment to be checked
    with translated(), one_moment(engine) as moment:
        total = _total(moment, stream)
        for name, claim, events in _beside(_claims(moment, stream), _events(moment, stream)):
            _check(report, name, claim, _told(events, report, total, progress))
        for name, reached, version in moment.rows(_REACHED, stream=stream):
            damage = Damage.MISSING_TAIL if version else Damage.MISSING_STREAM
            report.add(damage, name, None, f"a command had brought it to version {reached}; it is at {version}")
        if stream is None:
            check_seals(moment, report, lines, clock or SystemClock())
        progress(report.events, total)
    return report


def _check(report: VerifyReport, name: str, claim: _Claim | None, events: Iterable[_Row]) -> None:
    """One stream: its events against each other, then against what its row claims."""
    report.streams += 1
    last, before, prefix = 0, 0, stream_prefix(name)
    heads = [GENESIS]
    for row in events:
        version, position, content, chain = row[1], row[2], row[10], row[11]
        if version != last + 1:
            report.add(Damage.MISSING_ROW, name, last + 1, f"missing up to the event of version {version}")
            heads = []
        if position <= before:
            report.add(Damage.CHANGED_ROW, name, version, "its position is not after that of the event before it")
        if content != _content(row):
            report.add(Damage.CHANGED_ROW, name, version, "it does not say what was recorded")
        expected = [chain_digest(head, prefix, row[3], content) for head in heads]
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
    for name, group in groupby(events, key=lambda row: str(row[0])):
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


def _told(events: Iterable[_Row], report: VerifyReport, total: int, progress: Progress) -> Iterator[_Row]:
    for event in events:
        if report.events % _TOLD_EVERY == 0:
            progress(report.events, total)
        report.events += 1
        yield event


_TOTAL: Final = """
    SELECT coalesce(sum(version), 0)::bigint FROM store.streams
     WHERE %(stream)s::text IS NULL OR stream = %(stream)s
"""
_STREAMS: Final = """
    SELECT stream, version, head_hash FROM store.streams
     WHERE %(stream)s::text IS NULL OR stream = %(stream)s
     ORDER BY stream
"""
_EVENTS: Final = """
    SELECT stream, version, position, int8send(version) || timestamptz_send(recorded_at), uuid_send(event_id),
           textsend(type), schema_version, textsend(entity), textsend(data::text), textsend(meta::text), content_hash,
           hash
      FROM store.events
"""
_OF_STREAM: Final = " WHERE stream = %s"
_IN_ORDER: Final = " ORDER BY stream, version"
_REACHED: Final = """
    SELECT c.stream, max(c.version), coalesce(max(s.version), 0)
      FROM store.commands c LEFT JOIN store.streams s ON s.stream = c.stream
     WHERE %(stream)s::text IS NULL OR c.stream = %(stream)s
     GROUP BY c.stream HAVING max(c.version) > coalesce(max(s.version), 0)
     ORDER BY c.stream
"""


def _total(moment: Moment, stream: str | None) -> int:
    return int(next(moment.rows(_TOTAL, stream=stream))[0])


def _claims(moment: Moment, stream: str | None) -> Iterator[_Claim]:
    yield from (_Claim(*row) for row in moment.rows(_STREAMS, stream=stream))


def _events(moment: Moment, stream: str | None) -> Iterator[Any]:
    if stream is None:
        return moment.stream(_EVENTS + _IN_ORDER)
    return moment.stream(_EVENTS + _OF_STREAM + _IN_ORDER, (stream,))
