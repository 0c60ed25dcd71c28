"""How events of the project itself are taken back."""

from collections.abc import Iterator
from typing import Any, assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import (
    ArchiveProject,
    ChangeMemberRole,
    DeleteProject,
    TransferProject,
    UnarchiveProject,
    UpdateProject,
)
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import (
    ProgressChanged,
    ProjectArchived,
    ProjectCompleted,
    ProjectCreated,
    ProjectDeleted,
    ProjectEvent,
    ProjectImported,
    ProjectPurged,
    ProjectRestored,
    ProjectTransferred,
    ProjectUnarchived,
    ProjectUpdated,
)
from synergy_projects.domain.fields import ProjectPatch
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: ProjectEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    project = trial.project
    own: dict[str, Any] = {"actor": trial.actor, "project_id": project.id}
    match event:
        case ProgressChanged():
            return  # follows from the tasks
        case ProjectCreated() | ProjectImported():
            raise CannotUndo("That started the project; delete it instead.")
        case ProjectDeleted() | ProjectPurged():
            raise CannotUndo("A project comes out of the trash by restoring it.")
        case ProjectUpdated():
            trial.still(project, event.changes, "the project")
            yield _update(trial, event.before)
        case ProjectCompleted():
            trial.still(project, {"status": "completed"}, "the project")
            yield _update(trial, {"status": event.was})
        case ProjectRestored():
            yield lambda project: decide.delete_project(project, DeleteProject(**own))
        case ProjectArchived():
            if project.archived_at is None:
                raise CannotUndo("The project is not archived any more.")
            yield lambda project: decide.unarchive_project(project, UnarchiveProject(**own))
        case ProjectUnarchived():
            yield lambda project: decide.archive_project(project, ArchiveProject(**own))
        case ProjectTransferred():
            if (project.owner_id, project.members.get(event.was)) != (event.owner_id, "manager"):
                raise CannotUndo("The owner, or the role of the owner of before, was changed since.")
            yield lambda project: decide.transfer_project(project, TransferProject(**own, user_id=event.was))
            was = ChangeMemberRole(**own, user_id=event.owner_id, role=event.was_role)
            yield lambda project: decide.change_member_role(project, was)
        case _:
            assert_never(event)


def _update(trial: Trial, before: ProjectPatch) -> Step:
    command = UpdateProject(actor=trial.actor, project_id=trial.project.id, changes=before)
    return lambda project: decide.update_project(project, command)
