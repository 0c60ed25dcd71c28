"""A list of tasks that are in memory, filtered and sorted as the one in the database."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any, Final

from synergy_projects.domain.fields import PRIORITIES, TASK_STATUSES
from synergy_projects.domain.project import Task

_ORDER: Final[dict[str, Callable[[Task], Any]]] = {
    "id": lambda task: task.id,
    "number": lambda task: task.number,
    "title": lambda task: task.title,
    "status": lambda task: TASK_STATUSES.index(task.status),
    "priority": lambda task: PRIORITIES.index(task.priority),
    "impact": lambda task: task.impact,
    "due_date": lambda task: task.due_date,
    "rank": lambda task: task.rank,
    "created_at": lambda task: task.created_at,
    "updated_at": lambda task: task.updated_at,
}


def page_of(
    tasks: Iterable[Task],
    *,
    status: Collection[str] | None = None,
    priority: Collection[str] | None = None,
    assignee: Collection[int] | None = None,
    label: Collection[str] | None = None,
    milestone: Collection[int] | None = None,
    sprint: Collection[int] | None = None,
    due_before: date | None = None,
    due_after: date | None = None,
    search: str | None = None,
    ordering: str = "id",
    page: int = 1,
    page_size: int = 50,
) -> tuple[int, list[Task]]:
    """How many of the tasks outside the trash are meant, and one page of them. Titles sort by code point."""
    words = (search or "").lower()
    found = [
        task
        for task in tasks
        if task.trashed_at is None
        and (not status or task.status in status)
        and (not priority or task.priority in priority)
        and (not assignee or not set(assignee).isdisjoint(task.assignees))
        and (not label or set(label) <= set(task.labels))
        and (not milestone or task.milestone in milestone)
        and (not sprint or task.sprint in sprint)
        and (due_before is None or (task.due_date is not None and task.due_date < due_before))
        and (due_after is None or (task.due_date is not None and task.due_date > due_after))
        and (words in task.title.lower() or words in task.description.lower())
    ]
    begin = (page - 1) * page_size
    return len(found), _in_order(found, ordering)[begin : begin + page_size]


def _in_order(tasks: list[Task], ordering: str) -> list[Task]:
    key, descending = _ORDER[ordering.removeprefix("-")], ordering.startswith("-")
    known = [task for task in tasks if key(task) is not None]
    unknown = [task for task in tasks if key(task) is None]
    known.sort(key=lambda task: (key(task), task.id), reverse=descending)
    unknown.sort(key=lambda task: task.id, reverse=descending)
    return known + unknown
