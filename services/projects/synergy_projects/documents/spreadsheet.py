"""
CSV: one task a line, the first line names the columns.

A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read without. Cells of
several values have semicolons between them.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from synergy_projects.documents import source
from synergy_projects.documents.source import Chunks
from synergy_projects.documents.text import Unreadable, lines
from synergy_projects.domain.importing import Faults, ImportedProject, ImportedTask

COLUMNS: Final = (
    "number", "title", "description", "status", "priority", "impact", "assignees", "labels", "start_date", "due_date",
    "estimated_hours", "actual_hours", "story_points", "depends_on", "milestone", "sprint",
)  # fmt: skip
ALSO: Final = {
    "name": "title", "summary": "title", "body": "description", "notes": "description", "state": "status",
    "assignee": "assignees", "label": "labels", "tags": "labels", "due": "due_date", "points": "story_points",
}  # fmt: skip
"""Other names of columns, as other programs write them."""
_LISTS: Final = frozenset({"assignees", "labels", "depends_on"})
_WHOLE: Final = frozenset({"number", "story_points"})
_NUMBERS: Final = frozenset({"impact", "estimated_hours", "actual_hours"})
_WORDS: Final = frozenset({"status", "priority"})
_NAMED: Final = ("milestone", "sprint")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
LARGEST_CELL: Final = 1_000_000


class SpreadsheetSource:
    """A CSV file."""

    def __init__(self, chunks: Chunks, name: str | None) -> None:
        self._chunks = chunks
        self._name = name
        self._places: dict[str, dict[str, int]] = {name: {} for name in _NAMED}

    def project(self, faults: Faults) -> ImportedProject | None:
        """See Source."""
        for places in self._places.values():
            places.clear()
        for _, row in self._rows(faults):
            for kind, places in self._places.items():
                if name := row.get(kind):
                    places.setdefault(name, len(places) + 1)
        milestones, sprints = ([{"name": name} for name in self._places[kind]] for kind in _NAMED)
        return source.project(
            {"name": self._name or "Imported tasks"},
            1,
            faults,
            milestones=tuple(one for value in milestones for one in source.milestone(value, 1, faults)),
            sprints=tuple(one for value in sprints for one in source.sprint(value, 1, faults)),
        )

    def tasks(self, faults: Faults) -> Iterator[ImportedTask]:
        """See Source."""
        for line, row in self._rows(faults):
            values = {name: _value(name, text) for name, text in row.items()}
            values |= {kind: places[row[kind]] for kind, places in self._places.items() if kind in row}
            yield from source.task(values, line, faults)

    def _rows(self, faults: Faults) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row by its columns' names, without empty cells, and the line it begins on."""
        csv.field_size_limit(LARGEST_CELL)
        text = lines(self._chunks())
        first = next(text, "")
        reader = csv.reader(_with(first, text), delimiter=_delimiter(first), strict=True)
        try:
            columns = [ALSO.get(name, name) for name in map(_column, next(reader, []))]
            for name, times in Counter(columns).items():
                if name not in COLUMNS or times > 1:
                    faults.add(1, f"{name[:60]}: is no column here, or one twice. There are {', '.join(COLUMNS)}.")
            if "title" not in columns:
                faults.add(1, "title: is required; the first line names the columns.")
            if faults.found:
                return
            begins = reader.line_num + 1
            for cells in reader:
                line, begins = begins, reader.line_num + 1
                if len(cells) > len(columns):
                    faults.add(line, f"This line has {len(cells)} cells, and the first one {len(columns)}.")
                elif any(cells):
                    yield line, {name: plain(cell) for name, cell in zip(columns, cells, strict=False) if cell}
        except csv.Error as error:
            raise Unreadable(reader.line_num, f"This is not CSV: {error}.") from None


def row(cells: Sequence[str], *, delimiter: str = ",") -> str:
    """A line of these cells."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def joined(values: Sequence[str]) -> str:
    """Several values in one cell."""
    return row(values, delimiter=";").removesuffix("\r\n") if values else ""


def safe(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def plain(cell: str) -> str:
    """What was made safe, as it was."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _value(name: str, text: str) -> Any:
    """What a cell says; what is no number or no list stays text, which is then wrong."""
    if name in _LISTS:
        try:
            found = [one.strip() for one in next(csv.reader([text], delimiter=";"), []) if one.strip()]
        except csv.Error:  # a line break outside quotes
            return text
        return [_number(int, one) for one in found] if name == "depends_on" else found
    if name in _WORDS:
        return text.strip().lower().replace(" ", "_").replace("-", "_")
    if name in _WHOLE:
        return _number(int, text)
    return _number(float, text) if name in _NUMBERS else text


def _number(kind: type[int] | type[float], text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        return text


def _column(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _delimiter(first: str) -> str:
    return max(",;\t", key=first.count)


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
