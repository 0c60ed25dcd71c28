"""Runs that take turns in random order, and what they say together."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

Contestant = Callable[[], float]
Told = Callable[[str], None]

_SEED: Final = 20260101


@dataclass(frozen=True, slots=True)
class Series:
    """What one contestant reached in each round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.values)

    @property
    def spread(self) -> float:
        """How far the lowest and the highest lie apart, as a share of the median."""
        return (max(self.values) - min(self.values)) / self.median if self.median else 0.0

    def over(self, floor: "Series") -> float:
        """The ratio to a floor: the median of the ratios within each round."""
        return median(mine / its for mine, its in zip(self.values, floor.values, strict=True))


def take_turns(contestants: Mapping[str, Contestant], *, rounds: int, told: Told) -> dict[str, Series]:
    """Run every contestant once a round, in an order that is shuffled for each; `told` hears who runs."""
    dice = random.Random(_SEED)
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        order = list(contestants)
        dice.shuffle(order)
        for name in order:
            told(f"round {number} of {rounds}: {name}")
            found[name].append(contestants[name]())
    return {name: Series(tuple(values)) for name, values in found.items()}
