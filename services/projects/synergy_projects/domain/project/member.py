"""How events change who is in a project."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import MemberAdded, MemberEvent, MemberInvited, MemberRemoved, MemberRoleChanged
from synergy_projects.domain.project.state import Project


def evolve(project: Project, event: MemberEvent, _version: int, _at: datetime) -> None:
    """The project with its members after the event."""
    match event:
        case MemberInvited():
            pass  # who is invited is no member yet
        case MemberAdded() | MemberRoleChanged():
            project.members[event.user_id] = event.role
        case MemberRemoved():
            del project.members[event.user_id]
            project.timers.pop(event.user_id, None)
        case _:
            assert_never(event)
