"""What is compared from run to run: ratios, of which more is better."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

FALLS: Final = 0.20
"""How far below the committed one a ratio may be."""
RIVAL: Final = "the twin"
"""Rows that begin so are not ours."""


@dataclass(frozen=True, slots=True)
class Fallen:
    """A ratio that is too far below what it was."""

    name: str
    was: float
    now: float

    def __str__(self) -> str:
        return f"{self.name}: {self.now:.2f}, {1 - self.now / self.was:.0%} below the committed {self.was:.2f}"


def ratios(sections: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """By name, of sections as they stand in the JSON: of each row of ours to its floor, and those told as such."""
    found: dict[str, float] = {}
    for section in sections:
        found |= section.get("ratios", {})
        floor = section.get("floor")
        for row in section["rows"] if floor else ():
            if row["name"] != floor and not row["name"].startswith(RIVAL):
                found[f"{row['name']} ÷ {floor}"] = row["ratio"]
    return found


def better(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """The higher of both, name by name."""
    return {name: max(one.get(name, 0.0), other.get(name, 0.0)) for name in {**one, **other}}


def fallen(now: Mapping[str, float], was: Mapping[str, float], *, by: float = FALLS) -> list[Fallen]:
    """Those that are more than `by` below what they were, and those that are gone; new ones are not compared."""
    return [Fallen(name, old, now.get(name, 0.0)) for name, old in was.items() if now.get(name, 0.0) < old * (1 - by)]
