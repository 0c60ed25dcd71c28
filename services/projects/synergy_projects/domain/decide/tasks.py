"""What follows from commands on a task."""

from typing import Final, cast

from synergy_projects.domain.commands import CreateTask, DeleteTask, UpdateTask
from synergy_projects.domain.decide.access import live_task, require
from synergy_projects.domain.decide.checks import differences, in_order, one_line, progress_news
from synergy_projects.domain.errors import InvalidValue
from synergy_projects.domain.events import Event, TaskCompleted, TaskCreated, TaskDeleted, TaskReopened, TaskUpdated
from synergy_projects.domain.fields import TaskPatch, TaskStatus
from synergy_projects.domain.project import Project, Task
from synergy_projects.domain.roles import WORK_REPORT, Right

_MOST_NAMED: Final = 5


def create_task(project: Project, command: CreateTask, *, task_id: int) -> list[Event]:
    """
    A task under the next number; completed at once if it is created done, and the progress this makes.

    Raises NotAllowed, ProjectNotFound, InvalidValue.
    """
    require(project, command.actor, Right.CREATE_TASKS)
    one_line(command.title, "/title")
    in_order(command.start_date, command.due_date, "/due_date")
    done = command.status == "done"
    status: TaskStatus = "todo" if done else command.status
    created = TaskCreated(
        task_id=task_id,
        number=project.next_number,
        created_by=command.actor.user_id,
        title=command.title,
        description=command.description,
        status=status,
        priority=command.priority,
        impact=command.impact,
        assignees=_members_only(project, command.assignees),
        start_date=command.start_date,
        due_date=command.due_date,
        estimated_hours=command.estimated_hours,
        actual_hours=command.actual_hours,
        story_points=command.story_points,
    )
    completed = [TaskCompleted(task_id=task_id, was=status, impact=command.impact)] if done else []
    after = project.counters.plus(command.impact, done=done)
    return [created, *completed, *progress_news(project.counters, after)]


def update_task(project: Project, command: UpdateTask) -> list[Event]:
    """
    The fields that really change, completion or reopening as events of their own, and the progress this makes.

    Raises TaskNotFound, NotAllowed, InvalidValue.
    """
    task = live_task(project, command.actor, command.task_id)
    require(project, command.actor, Right.REPORT_WORK)
    touched, _ = differences(task, command.changes)
    if touched.keys() - WORK_REPORT:
        require(project, command.actor, Right.EDIT_TASKS)
    changes, before = differences(task, _checked(project, task, command.changes))
    status = cast(TaskStatus, changes.get("status", task.status))
    impact = cast(int, changes.get("impact", task.impact))
    events: list[Event] = []
    if (status == "done") != task.done:
        del changes["status"], before["status"]
        if status == "done":
            events.append(TaskCompleted(task_id=task.id, was=task.status, impact=impact))
        else:
            events.append(TaskReopened(task_id=task.id, status=status, impact=impact))
    if changes:
        updated = TaskUpdated(task_id=task.id, changes=cast(TaskPatch, changes), before=cast(TaskPatch, before))
        events.insert(0, updated)
    without = project.counters.minus(task.impact, done=task.done)
    return [*events, *progress_news(project.counters, without.plus(impact, done=status == "done"))]


def delete_task(project: Project, command: DeleteTask) -> list[Event]:
    """Into the trash with it, and the progress without it. Raises TaskNotFound, NotAllowed."""
    task = live_task(project, command.actor, command.task_id)
    own = task.created_by == command.actor.user_id
    require(project, command.actor, Right.DELETE_OWN_TASKS)
    if not own:
        require(project, command.actor, Right.DELETE_TASKS)
    after = project.counters.minus(task.impact, done=task.done)
    return [TaskDeleted(task_id=task.id), *progress_news(project.counters, after)]


def _checked(project: Project, task: Task, changes: TaskPatch) -> TaskPatch:
    wanted = changes.copy()
    if "title" in wanted:
        one_line(wanted["title"], "/title")
    if "assignees" in wanted:
        wanted["assignees"] = _members_only(project, wanted["assignees"])
    start, due = wanted.get("start_date", task.start_date), wanted.get("due_date", task.due_date)
    in_order(start, due, "/due_date" if "due_date" in wanted else "/start_date")
    return wanted


def _members_only(project: Project, wanted: tuple[int, ...]) -> tuple[int, ...]:
    """Each person once, in the order given. Raises InvalidValue if one is not in the project."""
    strangers = [str(user_id) for user_id in wanted if user_id not in project.members]
    if strangers:
        named = ", ".join(strangers[:_MOST_NAMED]) + (" and others" if len(strangers) > _MOST_NAMED else "")
        raise InvalidValue("/assignees", f"Only members can be assigned; not in this project: {named}.")
    return tuple(dict.fromkeys(wanted))
