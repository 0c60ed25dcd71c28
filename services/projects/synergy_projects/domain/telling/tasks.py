"""Events of tasks and of what hangs on them, in words."""

from typing import assert_never

from synergy_projects.domain.events import (
    CommentCreated,
    CommentDeleted,
    CommentEvent,
    CommentUpdated,
    MoveEvent,
    SubtaskCreated,
    SubtaskDeleted,
    SubtaskEvent,
    SubtaskUpdated,
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDueSoon,
    TaskEvent,
    TaskOverdue,
    TaskPurged,
    TaskReopened,
    TaskRestored,
    TaskUpdated,
    TimeEvent,
    TimeLogDeleted,
    TimeLogged,
    TimeLogUpdated,
    TimerStarted,
)
from synergy_projects.domain.telling.changes import changed
from synergy_projects.domain.telling.names import Names, quoted


def of_task(event: TaskEvent, names: Names) -> str:
    """What happened to a task."""
    task = names.task(event.task_id)
    match event:
        case TaskCreated():
            return f"{names.actor} created {task}"
        case TaskUpdated():
            return f"{names.actor} changed {changed(event.changes, event.before, names)} of {task}"
        case TaskCompleted():
            return f"{names.actor} completed {task}, which was {event.was.replace('_', ' ')}"
        case TaskReopened():
            return f"{names.actor} reopened {task} as {event.status.replace('_', ' ')}"
        case TaskDeleted():
            return f"{names.actor} put {task} into the trash"
        case TaskDueSoon():
            return f"Due soon: {task}, on {event.due_date}"
        case TaskOverdue():
            return f"Overdue: {task}, which was due on {event.due_date}"
        case TaskRestored():
            return f"{names.actor} took {task} out of the trash"
        case TaskPurged():
            return f"Gone from the trash for good: #{event.number} {quoted(event.title)}"
        case _:
            assert_never(event)


def of_move(event: MoveEvent, names: Names) -> str:
    """Where a task went; its title is in the event, for it may be gone from the project."""
    moved = quoted(event.task.title)
    return f"{names.actor} moved the task {moved} from project {event.from_project} to project {event.to_project}"


def of_comment(event: CommentEvent, names: Names) -> str:
    """What was said."""
    task = names.task(event.task_id)
    match event:
        case CommentCreated():
            return f"{names.actor} commented on {task}: {names.said(event.content, event.mentions)}"
        case CommentUpdated():
            return f"{names.actor} changed a comment on {task}"
        case CommentDeleted():
            return f"{names.actor} deleted a comment of {names.person(event.author_id)} on {task}"
        case _:
            assert_never(event)


def of_subtask(event: SubtaskEvent, names: Names) -> str:
    """What happened to a step."""
    task = names.task(event.task_id)
    match event:
        case SubtaskCreated():
            return f"{names.actor} added the subtask {quoted(event.title)} to {task}"
        case SubtaskUpdated():
            if event.changes == {"is_completed": True}:
                return f"{names.actor} completed a subtask of {task}"
            if event.changes == {"is_completed": False}:
                return f"{names.actor} reopened a subtask of {task}"
            return f"{names.actor} changed {changed(event.changes, event.before, names)} of a subtask of {task}"
        case SubtaskDeleted():
            return f"{names.actor} deleted the subtask {quoted(event.title)} of {task}"
        case _:
            assert_never(event)


def of_time(event: TimeEvent, names: Names) -> str:
    """What time was spent."""
    task = names.task(event.task_id)
    match event:
        case TimerStarted():
            return f"{names.actor} started a timer on {task}"
        case TimeLogged():
            return f"{names.person(event.user_id)} spent {_minutes(event.minutes)} on {task}"
        case TimeLogUpdated():
            return f"{names.actor} changed {changed(event.changes, event.before, names)} of time spent on {task}"
        case TimeLogDeleted():
            spent = _minutes(event.minutes)
            return f"{names.actor} deleted {spent} that {names.person(event.user_id)} spent on {task}"
        case _:
            assert_never(event)


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest))
