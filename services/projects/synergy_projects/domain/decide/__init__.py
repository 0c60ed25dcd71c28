"""
One function a command: (project, command) → the events that follow, or a refusal.

Asking for what is already so gives no events. Nothing here changes the project, reads a clock or makes an id.
"""

from synergy_projects.domain.decide.comments import create_comment, delete_comment, update_comment
from synergy_projects.domain.decide.labels import create_label, delete_label, update_label
from synergy_projects.domain.decide.members import (
    accept_invitation,
    add_member,
    change_member_role,
    invite_member,
    remove_member,
)
from synergy_projects.domain.decide.milestones import create_milestone, delete_milestone, update_milestone
from synergy_projects.domain.decide.moving import keep_task, move_task
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
from synergy_projects.domain.decide.ranks import rank_task
from synergy_projects.domain.decide.sprints import (
    complete_sprint,
    create_sprint,
    delete_sprint,
    start_sprint,
    update_sprint,
)
from synergy_projects.domain.decide.subtasks import create_subtask, delete_subtask, update_subtask
from synergy_projects.domain.decide.task_trash import delete_task, restore_task
from synergy_projects.domain.decide.tasks import create_task, update_task
from synergy_projects.domain.decide.time import delete_time_log, log_time, start_timer, stop_timer, update_time_log

__all__ = [
    "accept_invitation",
    "add_member",
    "archive_project",
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
    "invite_member",
    "keep_task",
    "log_time",
    "move_task",
    "purge_project",
    "rank_task",
    "remove_member",
    "restore_project",
    "restore_task",
    "start_sprint",
    "start_timer",
    "stop_timer",
    "transfer_project",
    "unarchive_project",
    "update_comment",
    "update_label",
    "update_milestone",
    "update_project",
    "update_sprint",
    "update_subtask",
    "update_task",
    "update_time_log",
]
