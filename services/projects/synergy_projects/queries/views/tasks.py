"""Tasks as clients see them."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from synergy_projects.domain.project import Subtask, Task
from synergy_projects.queries.views.shared import People, View, decimal, person
from synergy_projects.queries.views.work import subtask, subtask_progress

_AS_THEY_ARE: Final = (
    "id", "number", "title", "description", "status", "priority", "start_date", "due_date", "story_points",
    "comment_count", "time_logged_minutes", "milestone", "sprint", "rank", "completed_at", "version", "revision",
    "created_at", "updated_at",
)  # fmt: skip


def task(state: Task, project_id: int, people: People, *, blocked_by: Collection[int]) -> View:
    """A task as members see it; `blocked_by` is what it waits for still."""
    return {
        "id": state.id,
        "number": state.number,
        "project": project_id,
        "title": state.title,
        "description": state.description,
        "status": state.status,
        "priority": state.priority,
        "impact": decimal(state.impact),
        "assignees": [person(user_id, people) for user_id in state.assignees],
        "start_date": state.start_date,
        "due_date": state.due_date,
        "estimated_hours": decimal(state.estimated_hours),
        "actual_hours": decimal(state.actual_hours),
        "story_points": state.story_points,
        "subtasks": [subtask(one) for one in state.subtasks.values()],
        "subtask_progress": subtask_progress(state.subtasks.values()),
        "comment_count": state.comment_count,
        "time_logged_minutes": state.time_logged_minutes,
        "labels": list(state.labels),
        "depends_on": list(state.depends_on),
        "blocked_by": list(blocked_by),
        "can_start": not blocked_by,
        "milestone": state.milestone,
        "sprint": state.sprint,
        "rank": state.rank,
        "completed_at": state.completed_at,
        "version": state.version,
        "revision": state.revision,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def listed_task(row: Mapping[str, Any], subtasks: Collection[Subtask], people: People) -> View:
    """The same of a row, for long lists: without a state between."""
    return {name: row[name] for name in _AS_THEY_ARE} | {
        "project": row["project_id"],
        "impact": decimal(row["impact"]),
        "assignees": [person(user_id, people) for user_id in row["assignees"]],
        "estimated_hours": decimal(row["estimated_hours"]),
        "actual_hours": decimal(row["actual_hours"]),
        "subtasks": [subtask(one) for one in subtasks],
        "subtask_progress": subtask_progress(subtasks),
        "labels": list(row["labels"]),
        "depends_on": list(row["depends_on"]),
        "blocked_by": list(row["blocked_by"]),
        "can_start": not row["blocked_by"],
    }
