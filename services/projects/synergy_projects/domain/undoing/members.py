"""How events about members are taken back."""

from collections.abc import Iterator
from typing import Any, assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import AddMember, ChangeMemberRole, RemoveMember
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import MemberAdded, MemberEvent, MemberInvited, MemberRemoved, MemberRoleChanged
from synergy_projects.domain.fields import Role
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: MemberEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    own: dict[str, Any] = {"actor": trial.actor, "project_id": trial.project.id}
    match event:
        case MemberInvited():
            raise CannotUndo("An invitation is not undone; cancel it instead.")
        case MemberAdded(user_id=user_id):
            _still(trial, user_id, event.role)
            if assigned := [task.number for task in trial.project.tasks.values() if user_id in task.assignees]:
                raise CannotUndo(f"User {user_id} is assigned to tasks since, #{assigned[0]} for one.")
            yield lambda project: decide.remove_member(project, RemoveMember(**own, user_id=user_id))
        case MemberRoleChanged(user_id=user_id):
            _still(trial, user_id, event.role)
            was = ChangeMemberRole(**own, user_id=user_id, role=event.was)
            yield lambda project: decide.change_member_role(project, was)
        case MemberRemoved(user_id=user_id):
            again = AddMember(**own, user_id=user_id, role=event.was)
            yield lambda project: decide.add_member(project, again, user_id=user_id)
        case _:
            assert_never(event)


def _still(trial: Trial, user_id: int, role: Role) -> None:
    if trial.project.members.get(user_id) != role:
        raise CannotUndo(f"User {user_id} is not {role} in this project any more.")
