"""What follows from commands on a task."""

from collections.abc import Collection, Sequence
from typing import Final, cast

from synergy_projects.domain.commands import CreateTask, UpdateTask
from synergy_projects.domain.decide.access import live_task, require
from synergy_projects.domain.decide.checks import differences, in_order, one_line, progress_news, unchanged
from synergy_projects.domain.decide.labels import named
from synergy_projects.domain.errors import InvalidValue
from synergy_projects.domain.events import Event, TaskCompleted, TaskCreated, TaskReopened, TaskUpdated
from synergy_projects.domain.fields import TaskPatch, TaskStatus
from synergy_projects.domain.project import Project, Task
from synergy_projects.domain.roles import WORK_REPORT, Right

_MOST_NAMED: Final = 5


def create_task(project: Project, command: CreateTask, *, task_id: int, label_ids: Sequence[int] = ()) -> list[Event]:
    """
    A task under the next number; completed at once if it is created done, and the progress this makes.

    The state holds what the command names: members, tasks, labels, milestone, sprint. `label_ids` are for new labels.
    Raises NotAllowed, ProjectNotFound, InvalidValue.
    """
    require(project, command.actor, Right.CREATE_TASKS)
    one_line(command.title, "/title")
    in_order(command.start_date, command.due_date, "/due_date")
    done = command.status == "done"
    status: TaskStatus = "todo" if done else command.status
    labels, made = named(project, command.labels, label_ids)
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
        labels=labels,
        depends_on=_in_project(project, command.depends_on, ()),
        milestone=_planned(project.milestones, command.milestone, "milestone"),
        sprint=_planned(project.sprints, command.sprint, "sprint"),
    )
    completed = [TaskCompleted(task_id=task_id, was=status, impact=command.impact)] if done else []
    after = project.counters.plus(command.impact, done=done)
    return [*made, created, *completed, *progress_news(project.counters, after)]


def update_task(
    project: Project, command: UpdateTask, *, label_ids: Sequence[int] = (), reached: Collection[int] = ()
) -> list[Event]:
    """
    The fields that really change, completion or reopening as events of their own, and the progress this makes.

    The state holds what the command names, `label_ids` are for new labels, and `reached` are all tasks that those it
    is to depend on depend on, however indirectly.
    Raises TaskNotFound, NotAllowed, InvalidValue.
    """
    task = live_task(project, command.actor, command.task_id)
    require(project, command.actor, Right.REPORT_WORK)
    unchanged(task.revision, command.if_match)
    touched, _ = differences(task, command.changes)
    if touched.keys() - WORK_REPORT:
        require(project, command.actor, Right.EDIT_TASKS)
    wanted = _checked(project, task, command.changes, reached)
    events: list[Event] = []
    if "labels" in wanted:
        wanted["labels"], made = named(project, wanted["labels"], label_ids)
        events.extend(made)
    changes, before = differences(task, wanted)
    status = cast(TaskStatus, changes.get("status", task.status))
    impact = cast(int, changes.get("impact", task.impact))
    turned: list[Event] = []
    if (status == "done") != task.done:
        del changes["status"], before["status"]
        if status == "done":
            turned.append(TaskCompleted(task_id=task.id, was=task.status, impact=impact))
        else:
            turned.append(TaskReopened(task_id=task.id, status=status, impact=impact))
    if changes:
        patch = cast(TaskPatch, changes)
        events.append(TaskUpdated(task_id=task.id, changes=patch, before=cast(TaskPatch, before)))
    without = project.counters.minus(task.impact, done=task.done)
    return [*events, *turned, *progress_news(project.counters, without.plus(impact, done=status == "done"))]


def _checked(project: Project, task: Task, changes: TaskPatch, reached: Collection[int]) -> TaskPatch:
    wanted = changes.copy()
    if "title" in wanted:
        one_line(wanted["title"], "/title")
    if "assignees" in wanted:
        wanted["assignees"] = _members_only(project, wanted["assignees"])
    if "depends_on" in wanted:
        wanted["depends_on"] = _in_project(project, wanted["depends_on"], task.depends_on)
        if task.id in reached or task.id in wanted["depends_on"]:
            raise InvalidValue("/depends_on", f"Task {task.id} would wait for itself.")
    if "milestone" in wanted:
        wanted["milestone"] = _planned(project.milestones, wanted["milestone"], "milestone")
    if "sprint" in wanted:
        wanted["sprint"] = _planned(project.sprints, wanted["sprint"], "sprint")
    start, due = wanted.get("start_date", task.start_date), wanted.get("due_date", task.due_date)
    in_order(start, due, "/due_date" if "due_date" in wanted else "/start_date")
    return wanted


def _members_only(project: Project, wanted: tuple[int, ...]) -> tuple[int, ...]:
    """Each person once, in the order given. Raises InvalidValue if one is not in the project."""
    strangers = [user_id for user_id in wanted if user_id not in project.members]
    if strangers:
        raise InvalidValue("/assignees", f"Only members can be assigned; not in this project: {_some(strangers)}.")
    return tuple(dict.fromkeys(wanted))


def _in_project(project: Project, wanted: tuple[int, ...], already: tuple[int, ...]) -> tuple[int, ...]:
    """
    Each task once, in the order given. Raises InvalidValue for one that is not in the project, or in its trash unless
    it is one of those depended on `already`.
    """
    found = {task_id: project.tasks.get(task_id) for task_id in wanted}
    there = {one.id for one in found.values() if one is not None and (one.trashed_at is None or one.id in already)}
    if missing := [task_id for task_id in wanted if task_id not in there]:
        raise InvalidValue("/depends_on", f"Only tasks of this project can be waited for; not so: {_some(missing)}.")
    return tuple(dict.fromkeys(wanted))


def _planned(there: Collection[int], wanted: int | None, name: str) -> int | None:
    if wanted is not None and wanted not in there:
        raise InvalidValue(f"/{name}", f"This project has no {name} with the id {wanted}.")
    return wanted


def _some(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:_MOST_NAMED])) + (" and others" if len(ids) > _MOST_NAMED else "")
