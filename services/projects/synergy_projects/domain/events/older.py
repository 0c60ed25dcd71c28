"""Events as they were stored before: the schema versions of today, and how older data becomes today's."""

from collections.abc import Callable
from typing import Any, Final

SCHEMA_VERSIONS: Final[dict[str, int]] = {"project.created": 2, "task.created": 2, "task.updated": 2}
"""Of the types that are beyond their first."""


def _planned(data: dict[str, Any]) -> dict[str, Any]:
    """Tasks had no labels, dependencies, milestones and sprints."""
    return data | {"labels": [], "depends_on": [], "milestone": None, "sprint": None}


def _at_once(data: dict[str, Any]) -> dict[str, Any]:
    """Projects were not imported."""
    return data | {"importing": False}


def _same(data: dict[str, Any]) -> dict[str, Any]:
    """Fewer fields could change; those that did are told alike."""
    return data


UPCASTERS: Final[dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    ("project.created", 1): _at_once,
    ("task.created", 1): _planned,
    ("task.updated", 1): _same,
}
"""(type, schema version) → the step to the next version."""
