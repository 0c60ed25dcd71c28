"""What time has come for, oldest first, a part at a time."""

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

AT_ONCE: Final = 500
"""Rows of a part."""


class Due(NamedTuple):
    """A task, milestone or project: in which project, since when it is due, its id, its version."""

    project_id: int
    since: Any
    id: int
    version: int


_TASKS: Final = text("""
    SELECT t.project_id, t.due_date, t.id, t.version FROM tasks t JOIN projects p ON p.id = t.project_id
    WHERE t.trashed_at IS NULL AND t.status <> 'done' AND t.due_date IS NOT NULL
      AND t.overdue_told IS DISTINCT FROM t.due_date
      AND (t.due_date < :today OR (t.due_date <= :tomorrow AND t.due_soon_told IS DISTINCT FROM t.due_date))
      AND t.due_date <= :tomorrow AND (t.due_date, t.id) > (:since, :id)
      AND p.trashed_at IS NULL AND p.archived_at IS NULL
    ORDER BY t.due_date, t.id LIMIT :at_once
""")
_MILESTONES: Final = text("""
    SELECT m.project_id, m.due_date, m.id, m.version FROM milestones m JOIN projects p ON p.id = m.project_id
    WHERE m.status = 'open' AND m.due_date < :today AND m.missed IS DISTINCT FROM m.due_date
      AND (m.due_date, m.id) > (:since, :id) AND p.trashed_at IS NULL AND p.archived_at IS NULL
    ORDER BY m.due_date, m.id LIMIT :at_once
""")
_PROJECTS: Final = text("""
    SELECT id, trashed_at, id, version FROM projects
    WHERE trashed_at IS NOT NULL AND trashed_at <= :before AND (trashed_at, id) > (:since, :id)
    ORDER BY trashed_at, id LIMIT :at_once
""")

_TRASHED_TASKS: Final = text("""
    SELECT t.project_id, t.trashed_at, t.id, t.version FROM tasks t JOIN projects p ON p.id = t.project_id
    WHERE t.trashed_at IS NOT NULL AND t.trashed_at <= :before AND (t.trashed_at, t.id) > (:since, :id)
      AND p.trashed_at IS NULL AND p.archived_at IS NULL
    ORDER BY t.trashed_at, t.id LIMIT :at_once
""")


def tasks_due(connection: Connection, *, today: date, tomorrow: date, after: Due | None) -> list[Due]:
    """Open tasks that are due by tomorrow, or overdue, and not told of yet; the archive and the trash aside."""
    return _part(connection, _TASKS, date.min, after, today=today, tomorrow=tomorrow)


def milestones_missed(connection: Connection, *, today: date, after: Due | None) -> list[Due]:
    """Open milestones whose day has ended and that were not told of yet; the archive and the trash aside."""
    return _part(connection, _MILESTONES, date.min, after, today=today)


def trash_expired(connection: Connection, *, before: datetime, after: Due | None) -> list[Due]:
    """Projects that are in the trash since then or longer."""
    return _part(connection, _PROJECTS, "-infinity", after, before=before)


def trashed_tasks_expired(connection: Connection, *, before: datetime, after: Due | None) -> list[Due]:
    """Tasks that are in the trash since then or longer; those of projects in the archive and the trash aside."""
    return _part(connection, _TRASHED_TASKS, "-infinity", after, before=before)


def _part(connection: Connection, statement: Any, first: Any, after: Due | None, **more: Any) -> list[Due]:
    since, last = (first, 0) if after is None else (after.since, after.id)
    found = connection.execute(statement, {"since": since, "id": last, "at_once": AT_ONCE, **more})
    return [Due(*row) for row in found]
