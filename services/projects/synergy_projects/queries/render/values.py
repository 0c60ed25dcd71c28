"""Values of fields as webhooks tell them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from synergy_projects.queries import views
from synergy_projects.queries.views import View

_IN_HUNDREDTHS = frozenset({"impact", "estimated_hours", "actual_hours"})


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> View:
    """Field by field `{"from": …, "to": …}`, in the values of the view; people as ids."""
    return {name: {"from": _shown_value(name, old[name]), "to": _shown_value(name, new[name])} for name in new}


def _shown_value(name: str, value: Any) -> Any:
    if name in _IN_HUNDREDTHS:
        return views.decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
