"""One function a command: lock the project, read what is decided on, decide, append with the rows, answer the view."""

from synergy_projects.handlers.desk import Desk, Directory
from synergy_projects.handlers.erase_person import erase_person
from synergy_projects.handlers.invitations import accept_invitation, invite_member, require_manager
from synergy_projects.handlers.leaving import prepare_leaving, stay
from synergy_projects.handlers.members import add_member, change_member_role, remove_member
from synergy_projects.handlers.projects import create_project, delete_project, update_project
from synergy_projects.handlers.tasks import create_task, delete_task, update_task

__all__ = [
    "Desk",
    "Directory",
    "accept_invitation",
    "add_member",
    "change_member_role",
    "create_project",
    "create_task",
    "delete_project",
    "delete_task",
    "erase_person",
    "invite_member",
    "prepare_leaving",
    "remove_member",
    "require_manager",
    "stay",
    "update_project",
    "update_task",
]
