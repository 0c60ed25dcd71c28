"""One function a command: lock the project, read what is decided on, decide, append with the rows, answer the view."""

from synergy_projects.handlers.desk import Desk, Directory
from synergy_projects.handlers.erase_person import erase_person
from synergy_projects.handlers.invitations import accept_invitation, invite_member, require_manager
from synergy_projects.handlers.leaving import prepare_leaving, stay
from synergy_projects.handlers.members import add_member, change_member_role, remove_member
from synergy_projects.handlers.projects import (
    archive_project,
    create_project,
    delete_project,
    purge_project,
    restore_project,
    transfer_project,
    unarchive_project,
    update_project,
)
from synergy_projects.handlers.tasks import create_task, delete_task, update_task

__all__ = [
    "Desk",
    "Directory",
    "accept_invitation",
    "add_member",
    "archive_project",
    "change_member_role",
    "create_project",
    "create_task",
    "delete_project",
    "delete_task",
    "erase_person",
    "invite_member",
    "prepare_leaving",
    "purge_project",
    "remove_member",
    "require_manager",
    "restore_project",
    "stay",
    "transfer_project",
    "unarchive_project",
    "update_project",
    "update_task",
]
