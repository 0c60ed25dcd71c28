"""Tasks go to the trash and come back."""

from typing import cast

from synergy_projects.domain.commands import Actor, DeleteTask, RestoreTask
from synergy_projects.domain.decide.access import live_task, require, role_of
from synergy_projects.domain.decide.checks import differences, progress_news, unchanged
from synergy_projects.domain.errors import ProjectNotFound, ProjectTrashed, TaskNotFound
from synergy_projects.domain.events import Event, TaskDeleted, TaskRestored, TaskUpdated
from synergy_projects.domain.fields import TaskPatch
from synergy_projects.domain.project import Project, Task, folded
from synergy_projects.domain.roles import Right


def delete_task(project: Project, command: DeleteTask) -> list[Event]:
    """Into the trash with it, and the progress without it. Raises TaskNotFound, NotAllowed."""
    task = live_task(project, command.actor, command.task_id)
    require_deletion(project, command.actor, task)
    unchanged(task.revision, command.if_match)
    after = project.counters.minus(task.impact, done=task.done)
    return [TaskDeleted(task_id=task.id), *progress_news(project.counters, after)]


def restore_task(project: Project, command: RestoreTask) -> list[Event]:
    """
    Out of the trash with it, and the progress with it; by who may delete it. That it is not there is no error.

    People, labels, milestones and so on that left the project meanwhile are taken from it; the state holds those that
    are there. Raises TaskNotFound, NotAllowed, ProjectTrashed.
    """
    try:
        role_of(project, command.actor, in_trash=True)
    except ProjectNotFound:
        raise TaskNotFound from None
    task = project.tasks.get(command.task_id)
    if task is None:
        raise TaskNotFound
    if project.trashed_at is not None:
        raise ProjectTrashed(project.id)
    require_deletion(project, command.actor, task)
    if task.trashed_at is None:
        return []
    changes, before = differences(task, _still_there(project, task))
    events: list[Event] = [TaskRestored(task_id=task.id)]
    if changes:
        patch = cast(TaskPatch, changes)
        events.append(TaskUpdated(task_id=task.id, changes=patch, before=cast(TaskPatch, before)))
    after = project.counters.plus(task.impact, done=task.done)
    return [*events, *progress_news(project.counters, after)]


def require_deletion(project: Project, actor: Actor, task: Task) -> None:
    """Whoever made the task, and may, or a manager. Raises NotAllowed."""
    require(project, actor, Right.DELETE_OWN_TASKS)
    if task.created_by != actor.user_id:
        require(project, actor, Right.DELETE_TASKS)


def _still_there(project: Project, task: Task) -> TaskPatch:
    named = {label.folded: label.name for label in project.labels.values()}
    return TaskPatch(
        assignees=tuple(user_id for user_id in task.assignees if user_id in project.members),
        labels=tuple(named[folded(name)] for name in task.labels if folded(name) in named),
        depends_on=tuple(task_id for task_id in task.depends_on if task_id in project.tasks),
        milestone=task.milestone if task.milestone in project.milestones else None,
        sprint=task.sprint if task.sprint in project.sprints else None,
    )
