"""/api/projects/: projects, their members, their progress."""

import msgspec

from synergy_contracts.people import Person
from synergy_contracts.projects import (
    AddMember,
    ChangeMemberRole,
    CreateProject,
    DeleteProject,
    ExplainedProgress,
    ListMembers,
    ListProjects,
    Membership,
    NewMember,
    NewOwner,
    PastEvent,
    ProjectChanges,
    ProjectRef,
    ProjectView,
    ReadHistory,
    ReadProgress,
    ReadProject,
    RemoveMember,
    RoleChange,
    TransferProject,
    Undo,
    Undone,
    UndoVersion,
    UpdateProject,
)
from synergy_contracts.trash import ListTrash, Trashed
from synergy_gateway import methods
from synergy_gateway.answers import Answer, answered, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.cursors import HistoryQuery, version_after
from synergy_gateway.operations import delete, get, patch, post, put
from synergy_gateway.pages import Listing
from synergy_gateway.replacements import ProjectReplacement, all_of

PROJECTS = "/api/projects/"
PROJECT = "/api/projects/{project_id}/"
MEMBERS = "/api/projects/{project_id}/members/"
MEMBER = "/api/projects/{project_id}/members/{user_id}/"
RESTORE = "/api/projects/{project_id}/restore/"
ARCHIVE = "/api/projects/{project_id}/archive/"
UNARCHIVE = "/api/projects/{project_id}/unarchive/"
TRANSFER = "/api/projects/{project_id}/transfer/"
UNDO = "/api/projects/{project_id}/undo/"
TRASH = "/api/trash/"
PROGRESS = "/api/projects/{project_id}/progress/"
HISTORY = "/api/projects/{project_id}/history/"


class _Project(msgspec.Struct, frozen=True):
    id: int


class Deletion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the project is dropped for good."""

    purge: bool = False


class _Member(msgspec.Struct, frozen=True):
    user: Person


@get(PROJECTS, Listing[ProjectView])
async def list_projects(asking: Asking, query: ListProjects) -> Answer:
    """List the projects you belong to."""
    return await asking.page(methods.LIST_PROJECTS, query)


@post(PROJECTS, ProjectView)
async def create_project(asking: Asking, body: CreateProject) -> Answer:
    """Start a project; you own it."""
    made = await asking.ask(methods.CREATE_PROJECT, body)
    return created(made, PROJECT.format(project_id=identified(made, _Project).id))


@get(PROJECT, ProjectView, fixed={"project_id": "project_id"})
async def read_project(asking: Asking, project_id: int, query: ReadProject) -> Answer:
    """Read a project, as it is or as of a version or time."""
    return await asking.answer(methods.READ_PROJECT, query)


@patch(PROJECT, ProjectView, conditional=True)
async def update_project(asking: Asking, project_id: int, body: ProjectChanges) -> Answer:
    """Change fields of a project."""
    return await _update(asking, project_id, body)


@put(PROJECT, ProjectView, conditional=True)
async def replace_project(asking: Asking, project_id: int, body: ProjectReplacement) -> Answer:
    """Replace a project."""
    changes = all_of(body, ProjectChanges)
    return await _update(asking, project_id, changes)


@delete(PROJECT, conditional=True)
async def delete_project(asking: Asking, project_id: int, query: Deletion) -> Answer:
    """Put a project into the trash, or drop it for good."""
    gone = DeleteProject(project_id=project_id, purge=query.purge, if_match=asking.if_match)
    await asking.ask_if_matched(methods.DELETE_PROJECT, gone, reading=_reading(project_id))
    return done()


@post(RESTORE, ProjectView, status=200)
async def restore_project(asking: Asking, project_id: int) -> Answer:
    """Take a project out of the trash."""
    return await asking.answer(methods.RESTORE_PROJECT, ProjectRef(project_id=project_id))


@post(ARCHIVE, ProjectView, status=200)
async def archive_project(asking: Asking, project_id: int) -> Answer:
    """Make a project read-only."""
    return await asking.answer(methods.ARCHIVE_PROJECT, ProjectRef(project_id=project_id))


@post(UNARCHIVE, ProjectView, status=200)
async def unarchive_project(asking: Asking, project_id: int) -> Answer:
    """Make a project writable again."""
    return await asking.answer(methods.UNARCHIVE_PROJECT, ProjectRef(project_id=project_id))


@post(TRANSFER, ProjectView, status=200)
async def transfer_project(asking: Asking, project_id: int, body: NewOwner) -> Answer:
    """Make a member the owner of a project; who was becomes a manager."""
    return await asking.answer(methods.TRANSFER_PROJECT, TransferProject(project_id=project_id, user_id=body.user_id))


@post(UNDO, Undone, status=200)
async def undo(asking: Asking, project_id: int, body: UndoVersion) -> Answer:
    """Take back a command, by the version of the project that it made."""
    return await asking.answer(methods.UNDO, Undo(project_id=project_id, version=body.version))


@get(TRASH, Listing[Trashed])
async def list_trash(asking: Asking, query: ListTrash) -> Answer:
    """List the projects and tasks in the trash that you may restore."""
    return await asking.page(methods.LIST_TRASH, query)


@get(PROGRESS, ExplainedProgress, fixed={"project_id": "project_id"})
async def read_progress(asking: Asking, project_id: int, query: ReadProgress) -> Answer:
    """Read a project's progress and what it is made of, now or then, and the events that made it."""
    return await asking.answer(methods.READ_PROGRESS, query)


@get(HISTORY, Listing[PastEvent])
async def read_history(asking: Asking, project_id: int, query: HistoryQuery) -> Answer:
    """Read what happened to a project, event by event."""
    wanted = ReadHistory(project_id=project_id, after=version_after(query), page_size=query.page_size)
    return await asking.page_after(methods.READ_HISTORY, wanted, shown=query)


@get(MEMBERS, Listing[Membership], fixed={"project_id": "project_id"})
async def list_members(asking: Asking, project_id: int, query: ListMembers) -> Answer:
    """List who belongs to a project."""
    return await asking.page(methods.LIST_MEMBERS, query)


@post(MEMBERS, Membership)
async def add_member(asking: Asking, project_id: int, body: NewMember) -> Answer:
    """Add someone to a project, by id or user name."""
    made = await asking.ask(methods.ADD_MEMBER, AddMember(project_id=project_id, member=body))
    return created(made, MEMBER.format(project_id=project_id, user_id=identified(made, _Member).user.id))


@patch(MEMBER, Membership)
async def change_member_role(asking: Asking, project_id: int, user_id: int, body: RoleChange) -> Answer:
    """Give a member another role."""
    change = ChangeMemberRole(project_id=project_id, user_id=user_id, role=body.role)
    return await asking.answer(methods.CHANGE_MEMBER_ROLE, change)


@delete(MEMBER)
async def remove_member(asking: Asking, project_id: int, user_id: int) -> Answer:
    """Remove someone from a project, or leave it."""
    await asking.ask(methods.REMOVE_MEMBER, RemoveMember(project_id=project_id, user_id=user_id))
    return done()


async def _update(asking: Asking, project_id: int, changes: ProjectChanges) -> Answer:
    changed = UpdateProject(project_id=project_id, changes=changes, if_match=asking.if_match)
    return answered(await asking.ask_if_matched(methods.UPDATE_PROJECT, changed, reading=_reading(project_id)))


def _reading(project_id: int) -> tuple[methods.Method[ReadProject], ReadProject]:
    return methods.READ_PROJECT, ReadProject(project_id=project_id)
