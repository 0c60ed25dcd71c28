"""What changed, from what to what, in words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from synergy_projects.domain.telling.names import Names, listed, quoted

_HUNDREDTHS: Final = frozenset({"impact", "estimated_hours", "actual_hours"})
_LONG: Final = frozenset({"description", "goal", "content", "note"})
"""Texts of which it is only said that they changed."""
_CALLED: Final = {"depends_on": "dependencies", "is_completed": "completion"}


def changed(changes: Mapping[str, Any], before: Mapping[str, Any], names: Names) -> str:
    """`the status from todo to done and the description`, in the order of the fields."""
    told = [_one(name, before[name], value, names) for name, value in changes.items() if name != "mentions"]
    return listed(told)


def _one(name: str, old: Any, new: Any, names: Names) -> str:
    called = "the " + _CALLED.get(name, name.replace("_", " "))
    if name in _LONG:
        return called
    if name == "rank":
        return "its place on the board"
    return f"{called} from {_value(name, old, names)} to {_value(name, new, names)}"


def _value(name: str, value: Any, names: Names) -> str:
    match value:
        case None:
            return "none"
        case tuple():
            return listed([_of_several(name, one, names) for one in value])
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case int() if name in _HUNDREDTHS:
            return f"{Decimal(value) / 100:f}"
        case int() if name == "milestone":
            return names.milestone(value)
        case int() if name == "sprint":
            return names.sprint(value)
        case str() if name in ("title", "name"):
            return quoted(value)
        case _:
            return str(value).replace("_", " ")


def _of_several(name: str, value: Any, names: Names) -> str:
    match name:
        case "assignees":
            return names.person(value)
        case "depends_on":
            return names.task(value)
        case _:
            return str(value)
