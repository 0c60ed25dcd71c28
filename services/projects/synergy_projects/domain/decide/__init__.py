"""
One function a command: (project, command) → the events that follow, or a refusal.

Asking for what is already so gives no events. Nothing here changes the project, reads a clock or makes an id.
"""

from synergy_projects.domain.decide.members import (
    accept_invitation,
    add_member,
    change_member_role,
    invite_member,
    remove_member,
)
from synergy_projects.domain.decide.projects import create_project, delete_project, update_project
from synergy_projects.domain.decide.tasks import create_task, delete_task, update_task

__all__ = [
    "accept_invitation",
    "add_member",
    "change_member_role",
    "create_project",
    "create_task",
    "delete_project",
    "delete_task",
    "invite_member",
    "remove_member",
    "update_project",
    "update_task",
]
