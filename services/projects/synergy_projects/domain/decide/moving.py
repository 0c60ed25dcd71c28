"""A task goes to another project."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final, TypeVar, cast

from synergy_projects.domain.commands import MoveTask
from synergy_projects.domain.decide.access import live_task, require
from synergy_projects.domain.decide.checks import differences, progress_news
from synergy_projects.domain.decide.labels import named
from synergy_projects.domain.decide.task_trash import require_deletion
from synergy_projects.domain.events import (
    Event,
    MovedComment,
    MovedSubtask,
    MovedTask,
    MovedTimeLog,
    MovedTimer,
    TaskMoved,
    TaskUpdated,
)
from synergy_projects.domain.fields import MovePatch
from synergy_projects.domain.project import Project
from synergy_projects.domain.roles import Right

_CARRIED: Final = (
    "created_by", "title", "description", "status", "priority", "impact", "start_date", "due_date", "estimated_hours",
    "actual_hours", "story_points", "completed_at", "created_at", "comment_count", "time_logged_minutes",
)  # fmt: skip
Moved = TypeVar("Moved", MovedComment, MovedSubtask, MovedTimeLog, MovedTimer)


def keep_task(project: Project, command: MoveTask) -> list[Event]:
    """Nothing follows where the task is in that project. Raises TaskNotFound."""
    live_task(project, command.actor, command.task_id)
    return []


def move_task(
    source: Project, target: Project, command: MoveTask, *, label_ids: Sequence[int] = ()
) -> tuple[list[Event], list[Event]]:
    """
    What follows in the project that the task leaves, and in the one it comes to: by who may delete it there and create
    it here.

    Tasks that waited for it wait no longer; it keeps the people who are in both projects, and its labels, which are
    made where they are missing (`label_ids`). The states hold the task with what
    hangs on it, those that depend on it, the people and labels; timers go along with who is in both projects.
    Raises TaskNotFound, ProjectNotFound, NotAllowed.
    """
    task = live_task(source, command.actor, command.task_id)
    require_deletion(source, command.actor, task)
    require(target, command.actor, Right.CREATE_TASKS)
    labels, made = named(target, task.labels, label_ids)
    assignees = tuple(user_id for user_id in task.assignees if user_id in target.members)
    of_project = {"assignees": assignees, "labels": labels, "depends_on": (), "milestone": None, "sprint": None}
    _, before = differences(task, of_project)
    carried: dict[str, Any] = {name: getattr(task, name) for name in _CARRIED}
    subtasks = tuple(_carried(MovedSubtask, one) for one in task.subtasks.values())
    timers = [one for one in source.timers.values() if one.task_id == task.id and one.user_id in target.members]
    moved = TaskMoved(
        task_id=task.id,
        from_project=source.id,
        to_project=target.id,
        task=MovedTask(**carried, number=target.next_number, assignees=assignees, labels=labels, subtasks=subtasks),
        before=cast(MovePatch, before),
        comments=tuple(_carried(MovedComment, one) for one in source.comments.values() if one.task_id == task.id),
        time_logs=tuple(_carried(MovedTimeLog, one) for one in source.time_logs.values() if one.task_id == task.id),
        timers=tuple(_carried(MovedTimer, one) for one in timers),
    )
    freed: list[Event] = [
        TaskUpdated(
            task_id=other.id,
            changes={"depends_on": tuple(one for one in other.depends_on if one != task.id)},
            before={"depends_on": other.depends_on},
        )
        for other in source.tasks.values()
        if task.id in other.depends_on
    ]
    without = source.counters.minus(task.impact, done=task.done)
    with_it = target.counters.plus(task.impact, done=task.done)
    gone = replace(moved, comments=(), time_logs=(), timers=())
    left: list[Event] = [*freed, gone, *progress_news(source.counters, without)]
    return left, [*made, moved, *progress_news(target.counters, with_it)]


def _carried(kind: type[Moved], one: object) -> Moved:
    return kind(**{field.name: getattr(one, field.name) for field in fields(kind)})
