"""What follows from commands on a project itself."""

from typing import cast

from synergy_projects.domain.amounts import money
from synergy_projects.domain.commands import (
    ArchiveProject,
    CreateProject,
    DeleteProject,
    PurgeProject,
    RestoreProject,
    TransferProject,
    UnarchiveProject,
    UpdateProject,
)
from synergy_projects.domain.decide.access import require
from synergy_projects.domain.decide.checks import differences, in_order, one_line, unchanged
from synergy_projects.domain.errors import InvalidValue
from synergy_projects.domain.events import (
    Event,
    ProjectArchived,
    ProjectCompleted,
    ProjectCreated,
    ProjectDeleted,
    ProjectPurged,
    ProjectRestored,
    ProjectTransferred,
    ProjectUnarchived,
    ProjectUpdated,
)
from synergy_projects.domain.fields import ProjectPatch
from synergy_projects.domain.project import Project
from synergy_projects.domain.roles import Right


def create_project(command: CreateProject, *, project_id: int) -> list[Event]:
    """A project owned by the actor. Raises InvalidValue. Completion is an event of its own, also at the start."""
    one_line(command.name, "/name")
    in_order(command.start_date, command.end_date, "/end_date")
    completed = command.status == "completed"
    created = ProjectCreated(
        project_id=project_id,
        owner_id=command.actor.user_id,
        name=command.name,
        description=command.description,
        status="planning" if completed else command.status,
        priority=command.priority,
        start_date=command.start_date,
        end_date=command.end_date,
        budget=money(command.budget, "/budget"),
    )
    return [created, ProjectCompleted(was="planning")] if completed else [created]


def update_project(project: Project, command: UpdateProject) -> list[Event]:
    """The fields that really change, and completion beside them. Raises NotAllowed, ProjectNotFound, InvalidValue."""
    require(project, command.actor, Right.EDIT_PROJECT)
    unchanged(project.revision, command.if_match)
    wanted = command.changes.copy()
    if "name" in wanted:
        one_line(wanted["name"], "/name")
    if "budget" in wanted:
        wanted["budget"] = money(wanted["budget"], "/budget")
    start, end = wanted.get("start_date", project.start_date), wanted.get("end_date", project.end_date)
    in_order(start, end, "/end_date" if "end_date" in wanted else "/start_date")
    changes, before = differences(project, wanted)
    completed = changes.get("status") == "completed"
    if completed:
        del changes["status"], before["status"]
    events: list[Event] = []
    if changes:
        events.append(ProjectUpdated(changes=cast(ProjectPatch, changes), before=cast(ProjectPatch, before)))
    if completed:
        events.append(ProjectCompleted(was=project.status))
    return events


def delete_project(project: Project, command: DeleteProject) -> list[Event]:
    """Into the trash with it. Raises NotAllowed, ProjectNotFound."""
    require(project, command.actor, Right.DELETE_PROJECT)
    unchanged(project.revision, command.if_match)
    return [ProjectDeleted()]


def restore_project(project: Project, command: RestoreProject) -> list[Event]:
    """Out of the trash with it. Raises NotAllowed, ProjectNotFound."""
    require(project, command.actor, Right.DELETE_PROJECT, in_trash=True, archived=True)
    return [] if project.trashed_at is None else [ProjectRestored()]


def purge_project(project: Project, command: PurgeProject) -> list[Event]:
    """Gone with it, by way of the trash. Raises NotAllowed, ProjectNotFound, ProjectArchived."""
    require(project, command.actor, Right.DELETE_PROJECT, in_trash=True)
    unchanged(project.revision, command.if_match)
    return [ProjectPurged()] if project.trashed_at is not None else [ProjectDeleted(), ProjectPurged()]


def archive_project(project: Project, command: ArchiveProject) -> list[Event]:
    """Read-only from now on. Raises NotAllowed, ProjectNotFound."""
    require(project, command.actor, Right.EDIT_PROJECT, archived=True)
    return [] if project.archived_at is not None else [ProjectArchived()]


def unarchive_project(project: Project, command: UnarchiveProject) -> list[Event]:
    """Writable again. Raises NotAllowed, ProjectNotFound."""
    require(project, command.actor, Right.EDIT_PROJECT, archived=True)
    return [] if project.archived_at is None else [ProjectUnarchived()]


def transfer_project(project: Project, command: TransferProject) -> list[Event]:
    """A member owns it, and who did is a manager. Raises NotAllowed, ProjectNotFound, InvalidValue."""
    require(project, command.actor, Right.TRANSFER_PROJECT)
    was_role = project.members.get(command.user_id)
    if was_role is None:
        raise InvalidValue("/user_id", "Only a member can take over the project; add this person first.")
    if command.user_id == project.owner_id:
        return []
    return [ProjectTransferred(owner_id=command.user_id, was=project.owner_id, was_role=was_role)]
