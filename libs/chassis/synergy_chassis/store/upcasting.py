"""
Brings the data of events that were stored in an older form up to today's, when they are read.

What is stored never changes. Each step is a pure function, JSON to JSON, from one schema version of a type to the next;
the steps of a type form one chain from version 1, the first that was ever written, to today's.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from synergy_chassis.store.errors import UnknownEvent

Upcaster: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""The data of an event at one schema version as that of the next; its argument is a copy that it may change."""

Steps: TypeAlias = Mapping[tuple[str, int], Upcaster]
"""(type, schema version) → the step from there to the next version."""


class Upcasting:
    """
    The steps of all types. `versions` holds today's schema version of each type.

    Raises ValueError where the steps do not lead from version 1 to today's, one by one, of known types and no others.
    """

    def __init__(self, versions: Mapping[str, int], steps: Steps) -> None:
        self._versions = dict(versions)
        self._steps = dict(steps)
        known = {(name, version) for name, today in versions.items() for version in range(1, today)}
        if missing := sorted(known - self._steps.keys()):
            raise ValueError(f"No upcaster leads on from {_listed(missing)}.")
        if stray := sorted(self._steps.keys() - known):
            raise ValueError(f"Upcasters of what was never stored, or is stored today: {_listed(stray)}.")
        if wrong := sorted(name for name, today in versions.items() if today < 1):
            raise ValueError(f"Schema versions count from 1; not so: {', '.join(wrong)}.")

    def upcast(self, name: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
        """`data` of the type `name` in today's form. Raises UnknownEvent for a version from the future, or below 1."""
        today = self._versions[name]
        if not 1 <= version <= today:
            raise UnknownEvent(f"{name} has schema version {version}; this program knows 1 to {today}.")
        if version == today:
            return data
        data = _copied(data)
        for step in range(version, today):
            data = self._steps[name, step](data)
        return data


def _copied(data: Any) -> Any:
    """A copy all the way down, so that no step reaches what the caller holds."""
    if isinstance(data, dict):
        return {name: _copied(value) for name, value in data.items()}
    return [_copied(value) for value in data] if isinstance(data, list | tuple) else data


def _listed(places: list[tuple[str, int]]) -> str:
    return ", ".join(f"{name} version {version}" for name, version in places)
