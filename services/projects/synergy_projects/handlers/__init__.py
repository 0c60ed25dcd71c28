"""One function a command: lock the project, read what is decided on, decide, append with the rows, answer the view."""

from synergy_projects.handlers.bulk import update_tasks
from synergy_projects.handlers.comments import create_comment, delete_comment, update_comment
from synergy_projects.handlers.desk import Desk, Directory
from synergy_projects.handlers.erase_person import erase_person
from synergy_projects.handlers.importing import Importer
from synergy_projects.handlers.imports import add_import_part, begin_import, forget_imports, submit_import
from synergy_projects.handlers.invitations import accept_invitation, invite_member, require_manager
from synergy_projects.handlers.labels import create_label, delete_label, update_label
from synergy_projects.handlers.leaving import prepare_leaving, stay
from synergy_projects.handlers.members import add_member, change_member_role, remove_member
from synergy_projects.handlers.milestones import create_milestone, delete_milestone, update_milestone
from synergy_projects.handlers.moving import move_task
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
from synergy_projects.handlers.sprints import complete_sprint, create_sprint, delete_sprint, start_sprint, update_sprint
from synergy_projects.handlers.subtasks import create_subtask, delete_subtask, update_subtask
from synergy_projects.handlers.sweeps import sweep
from synergy_projects.handlers.tasks import create_task, delete_task, rank_task, restore_task, update_task
from synergy_projects.handlers.time import delete_time_log, log_time, start_timer, stop_timer, update_time_log
from synergy_projects.handlers.undo import undo

__all__ = [
    "Desk",
    "Directory",
    "Importer",
    "accept_invitation",
    "add_import_part",
    "add_member",
    "archive_project",
    "begin_import",
    "change_member_role",
    "complete_sprint",
    "create_comment",
    "create_label",
    "create_milestone",
    "create_project",
    "create_sprint",
    "create_subtask",
    "create_task",
    "delete_comment",
    "delete_label",
    "delete_milestone",
    "delete_project",
    "delete_sprint",
    "delete_subtask",
    "delete_task",
    "delete_time_log",
    "erase_person",
    "forget_imports",
    "invite_member",
    "log_time",
    "move_task",
    "prepare_leaving",
    "purge_project",
    "rank_task",
    "remove_member",
    "require_manager",
    "restore_project",
    "restore_task",
    "start_sprint",
    "start_timer",
    "stay",
    "stop_timer",
    "submit_import",
    "sweep",
    "transfer_project",
    "unarchive_project",
    "undo",
    "update_comment",
    "update_label",
    "update_milestone",
    "update_project",
    "update_sprint",
    "update_subtask",
    "update_task",
    "update_tasks",
    "update_time_log",
]
