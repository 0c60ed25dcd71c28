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
from synergy_projects.domain.decide.projects import (
    archive_project,
    create_project,
    delete_project,
    purge_project,
    restore_project,
    transfer_project,
    unarchive_project,
    update_project,
)
from synergy_projects.domain.decide.tasks import create_task, delete_task, update_task

__all__ = [
    "accept_invitation",
    "add_member",
    "archive_project",
    "change_member_role",
    "create_project",
    "create_task",
    "delete_project",
    "delete_task",
    "invite_member",
    "purge_project",
    "remove_member",
    "restore_project",
    "transfer_project",
    "unarchive_project",
    "update_project",
    "update_task",
]
