"""The part of `verify` about seals: those of the database, those of a file, and the events under them."""

from collections.abc import Generator, Iterable, Iterator
from datetime import timedelta
from typing import Final, cast

from synergy_chassis.clock import Clock
from synergy_chassis.seals import Seal, database
from synergy_chassis.seals.merkle import leaf, root
from synergy_chassis.store.damage import Damage, VerifyReport
from synergy_chassis.store.moment import Moment

UNCOPIED: Final = timedelta(minutes=1)
"""A file without any seal is missing something once the database's first seal is older than this."""
_PLACES: Final = "SELECT position, stream, version, hash FROM store.events ORDER BY position"


def check_seals(moment: Moment, report: VerifyReport, lines: Iterator[bytes] | None, clock: Clock) -> None:
    """
    Compare the seals of the database with `lines` of a file, if there is one, and the events with what was sealed.

    Where both know a seal, the file's is the true one. The lines were read before the moment: what is in
    the file is in the database.
    """
    report.in_file = None if lines is None else 0
    newest = database.newest(moment.asking)
    in_file = _of_file(lines, report) if lines is not None else iter(())
    in_database = _chained(database.beyond(moment.asking, 0), report, "in the database")
    events = _Events(cast("Generator[database.Place, None, None]", moment.stream(_PLACES)))
    for seal in _true(in_file, in_database, report):
        _compare(events, seal, report)
    events.close()
    if lines is not None and not report.in_file and newest is not None:
        first = database.numbered(moment.asking, 1)
        if first is None or first.sealed_at < clock.now() - UNCOPIED:
            _broken(report, 1, f"the file holds no seal, the database {newest.number}")


def _of_file(lines: Iterable[bytes], report: VerifyReport) -> Iterator[Seal]:
    return _chained(_parsed(lines, report), report, "in the file")


def _parsed(lines: Iterable[bytes], report: VerifyReport) -> Iterator[Seal]:
    for number, line in enumerate(lines, start=1):
        try:
            yield Seal.from_line(line)
        except ValueError as error:
            _broken(report, number, f"line {number} of the file is no seal: {error}")


def _chained(seals: Iterable[Seal], report: VerifyReport, where: str) -> Iterator[Seal]:
    """The seals that stand in ascending order; each must continue the one before it."""
    before: Seal | None = None
    for seal in seals:
        if fault := seal.fault(before):
            _broken(report, seal.number, f"{where}: {fault}")
        if before is None or (seal.number > before.number and seal.after >= before.upto):
            before = seal
            yield seal


def _true(in_file: Iterator[Seal], in_database: Iterator[Seal], report: VerifyReport) -> Iterator[Seal]:
    """Each seal once, in order, the file's before the database's; what differs is told."""
    for number, (copy, held) in _beside(in_file, in_database):
        if copy is not None:
            report.in_file = number
            if held is None:
                _broken(report, number, "the file holds it, the database does not")
            elif held != copy:
                _broken(report, number, "the file and the database hold different ones")
        seal = copy or held
        assert seal is not None
        yield seal


def _beside(one: Iterator[Seal], other: Iterator[Seal]) -> Iterator[tuple[int, tuple[Seal | None, Seal | None]]]:
    first, second = next(one, None), next(other, None)
    while first is not None or second is not None:
        number = min(seal.number for seal in (first, second) if seal is not None)
        left = first if first is not None and first.number == number else None
        right = second if second is not None and second.number == number else None
        yield number, (left, right)
        first = next(one, None) if left is not None else first
        second = next(other, None) if right is not None else second


class _Events:
    """The events in the order of positions, given out seal by seal."""

    def __init__(self, rows: Generator[database.Place, None, None]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def close(self) -> None:
        """Read no further."""
        self._rows.close()

    def leaves(self, after: int, upto: int) -> list[bytes]:
        """The leaves of the events beyond `after` and up to `upto`."""
        found = []
        row = self._next
        while row is not None and row[0] <= upto:
            if row[0] > after:
                found.append(leaf(*row))
            row = next(self._rows, None)
        self._next = row
        return found


def _compare(events: _Events, seal: Seal, report: VerifyReport) -> None:
    leaves = events.leaves(seal.after, seal.upto)
    report.seals += 1
    report.sealed_to = max(report.sealed_to, seal.upto)
    where = f"positions {seal.after + 1} to {seal.upto}"
    if len(leaves) != seal.events:
        _broken(report, seal.number, f"{seal.events} events were sealed at {where}; there are {len(leaves)}")
    elif root(leaves) != seal.root:
        _broken(report, seal.number, f"the events at {where} are not those that were sealed")


def _broken(report: VerifyReport, number: int, detail: str) -> None:
    report.add(Damage.BROKEN_SEAL, f"seal {number}", None, detail)
