"""Named questions that either pass or refuse."""

from typing import TypeVar

from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import DomainError, NotAllowed, ProjectArchived, ProjectNotFound, TaskNotFound
from synergy_projects.domain.fields import Role
from synergy_projects.domain.project import Project, Task
from synergy_projects.domain.roles import RIGHTS, Right

Found = TypeVar("Found")


def role_of(project: Project, actor: Actor, *, in_trash: bool = False) -> Role:
    """
    What the actor is in the project, as far as rights go: a superuser counts as an owner.

    Raises ProjectNotFound for outsiders, for a project that is not imported yet, and, unless `in_trash`, for one in the
    trash.
    """
    role = "owner" if actor.superuser else project.members.get(actor.user_id)
    if role is None or project.importing or (project.trashed_at is not None and not in_trash):
        raise ProjectNotFound
    return role


def require(project: Project, actor: Actor, right: Right, *, in_trash: bool = False, archived: bool = False) -> Role:
    """
    The actor's role, which covers `right`. Only reading does not change the project.

    Raises NotAllowed; ProjectNotFound for outsiders and, unless `in_trash`, for a project in the trash; ProjectArchived
    for a change to one that is read-only, unless `archived`.
    """
    role = role_of(project, actor, in_trash=in_trash)
    if right not in RIGHTS[role]:
        raise NotAllowed(role, right.value)
    if project.archived_at is not None and right is not Right.READ and not archived:
        raise ProjectArchived
    return role


def visible(project: Project, actor: Actor, found: Found | None, missing: type[DomainError]) -> Found:
    """What was found in the project, if the actor may see it. Raises `missing`."""
    try:
        role_of(project, actor)
    except ProjectNotFound:
        raise missing from None
    if found is None:
        raise missing
    return found


def live_task(project: Project, actor: Actor, task_id: int) -> Task:
    """The task, if the actor may see it and it is not in the trash. Raises TaskNotFound."""
    task = visible(project, actor, project.tasks.get(task_id), TaskNotFound)
    if task.trashed_at is not None:
        raise TaskNotFound
    return task
