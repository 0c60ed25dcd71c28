"""Lists of milestones and sprints that are in memory, filtered and sorted as those in the database."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from synergy_projects.domain.fields import MILESTONE_STATUSES, SPRINT_STATUSES
from synergy_projects.domain.project import Project
from synergy_projects.queries.planning import Kind
from synergy_projects.queries.views import View

_STATUSES = (*MILESTONE_STATUSES, *(status for status in SPRINT_STATUSES if status not in MILESTONE_STATUSES))


def page_of(
    kind: Kind[Any],
    state: Project,
    *,
    status: Collection[str] | None = None,
    search: str | None = None,
    ordering: str = "id",
    page: int = 1,
    page_size: int = 50,
) -> View:
    """How many are meant, and one page of them, each with the progress of its tasks then. Names sort by code point."""
    words = (search or "").lower()
    found = [
        one
        for one in getattr(state, kind.collection).values()
        if (not status or one.status in status) and words in one.name.lower()
    ]
    begin = (page - 1) * page_size
    shown = _in_order(found, ordering.removeprefix("-"), descending=ordering.startswith("-"))[begin : begin + page_size]
    return {"count": len(found), "results": [kind.told(state, one.id) for one in shown]}


def _in_order(found: list[Any], name: str, *, descending: bool) -> list[Any]:
    def key(one: Any) -> str | int | date | datetime | None:
        value = getattr(one, name)
        return _STATUSES.index(value) if name == "status" else value

    known = [one for one in found if key(one) is not None]
    unknown = [one for one in found if key(one) is None]
    known.sort(key=lambda one: (key(one), one.id), reverse=descending)
    unknown.sort(key=lambda one: one.id, reverse=descending)
    return known + unknown
