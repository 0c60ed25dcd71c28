"""What was measured, as tables for people and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.series import Series


@dataclass(frozen=True, slots=True)
class Hold:
    """A number that is to be held: `value` at least (or `at_most`: at most) `bound`."""

    what: str
    value: float
    bound: float
    at_most: bool = False
    unit: str = ""

    @property
    def held(self) -> bool:
        """Whether it is."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {"what": self.what, "value": self.value, "bound": self.bound, "at_most": self.at_most,
                "unit": self.unit, "held": self.held}  # fmt: skip


@dataclass(slots=True)
class Section:
    """One table: each row a contestant, its median, spread, and ratio to the row named `floor`."""

    title: str
    unit: str
    series: Mapping[str, Series]
    floor: str | None = None
    notes: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    def ratio(self, name: str) -> float:
        """A contestant's ratio to the floor."""
        assert self.floor is not None
        return self.series[name].over(self.series[self.floor])

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        rows = [
            {"name": name, "median": series.median, "spread": series.spread, "values": series.values}
            | ({} if self.floor is None else {"ratio": self.ratio(name)})
            for name, series in self.series.items()
        ]
        holds = [hold.as_json() for hold in self.holds]
        return {"title": self.title, "unit": self.unit, "floor": self.floor, "rows": rows, "notes": self.notes,
                "holds": holds}  # fmt: skip


Cell = str | float | int | None


@dataclass(slots=True)
class Grid:
    """
    One table whose rows are told as they are. `ratios` are what is compared from run to run, by name: more is better.
    `raw` is kept beside, for programs.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: list[str] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        holds = [hold.as_json() for hold in self.holds]
        return {"title": self.title, "columns": self.columns, "rows": self.rows, "notes": self.notes, "holds": holds,
                "ratios": self.ratios, "raw": self.raw}  # fmt: skip


def show(section: "Section | Grid", console: Console) -> None:
    """Print a table, and below it what was to be held."""
    console.print(_grid(section) if isinstance(section, Grid) else _section(section))
    for note in section.notes:
        console.print(f"  {note}", highlight=False)
    for hold in section.holds:
        console.print(f"  {sentence(hold)}", style="green" if hold.held else "bold red", highlight=False)
    console.print()


def _grid(grid: Grid) -> Table:
    table = Table(title=grid.title, title_justify="left", title_style="bold")
    for place, heading in enumerate(grid.columns):
        table.add_column(heading, justify="right" if place else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*map(cell, row))
    return table


def cell(value: Cell) -> str:
    """What stands in a table; nothing for None."""
    if value is None:
        return ""
    return value if isinstance(value, str) else number(value)


def _section(section: Section) -> Table:
    table = Table(title=section.title, title_justify="left", title_style="bold")
    table.add_column("", overflow="fold")
    for heading in (section.unit, "spread", "of the floor"):
        table.add_column(heading, justify="right")
    for name, series in section.series.items():
        ratio = "" if section.floor is None else f"{section.ratio(name):.2f}"
        table.add_row(name, number(series.median), f"{series.spread:.0%}", ratio)
    return table


def sentence(hold: Hold) -> str:
    """A held number in words."""
    relation = "≤" if hold.at_most else "≥"
    mark = "held" if hold.held else "MISSED"
    return f"{mark}: {hold.what}: {number(hold.value)}{hold.unit}, to be {relation} {number(hold.bound)}{hold.unit}"


def number(value: float) -> str:
    """Few digits for small numbers, groups of three for large ones; whole ones as they are."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def missed(sections: Sequence["Section | Grid"]) -> list[Hold]:
    """What was not held."""
    return [hold for section in sections for hold in section.holds if not hold.held]
