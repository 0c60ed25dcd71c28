"""What follows from time alone, whoever looks. Days are of UTC; nothing follows in the trash or the archive."""

from datetime import date, datetime, timedelta
from typing import Final

from synergy_projects.domain.events import (
    Event,
    MilestoneMissed,
    ProjectPurged,
    TaskDueSoon,
    TaskOverdue,
    TaskPurged,
    TaskUpdated,
)
from synergy_projects.domain.project import Project

TRASH_KEPT: Final = timedelta(days=30)
"""How long a project stays in the trash, or a task."""
SOON: Final = timedelta(days=1)


def tell_due(project: Project, today: date) -> list[Event]:
    """The open tasks that the state holds and that are due soon or overdue, each told once for a due date."""
    if _at_rest(project):
        return []
    found: list[Event] = []
    for task in project.tasks.values():
        due = task.due_date
        if due is None or task.done or task.trashed_at is not None:
            continue
        if due < today:
            if task.overdue_told != due:
                found.append(TaskOverdue(task_id=task.id, due_date=due))
        elif due - SOON <= today and task.due_soon_told != due:
            found.append(TaskDueSoon(task_id=task.id, due_date=due))
    return found


def tell_missed(project: Project, today: date) -> list[Event]:
    """The open milestones that the state holds and whose day has ended, each told once for a due date."""
    if _at_rest(project):
        return []
    return [
        MilestoneMissed(milestone_id=milestone.id, due_date=milestone.due_date)
        for milestone in project.milestones.values()
        if milestone.status == "open"
        and milestone.due_date is not None
        and milestone.due_date < today
        and milestone.missed != milestone.due_date
    ]


def expire_tasks(project: Project, now: datetime) -> list[Event]:
    """
    The tasks that the state holds and that were in the trash long enough are purged; what waits for them, which it
    holds too, waits no longer.
    """
    if _at_rest(project):
        return []
    gone = {
        task.id: task
        for task in project.tasks.values()
        if task.trashed_at is not None and task.trashed_at + TRASH_KEPT <= now
    }
    freed: list[Event] = [
        TaskUpdated(
            task_id=task.id,
            changes={"depends_on": tuple(one for one in task.depends_on if one not in gone)},
            before={"depends_on": task.depends_on},
        )
        for task in project.tasks.values()
        if task.id not in gone and not gone.keys().isdisjoint(task.depends_on)
    ]
    return [*freed, *(TaskPurged(task_id=task.id, number=task.number, title=task.title) for task in gone.values())]


def expire(project: Project, now: datetime) -> list[Event]:
    """The project is purged if it was in the trash long enough."""
    gone = project.trashed_at is not None and project.trashed_at + TRASH_KEPT <= now
    return [ProjectPurged()] if gone else []


def _at_rest(project: Project) -> bool:
    return project.trashed_at is not None or project.archived_at is not None
