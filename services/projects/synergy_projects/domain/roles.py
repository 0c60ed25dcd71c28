"""Who may do what in a project, as one table."""

from enum import Enum
from typing import Final

from synergy_projects.domain.fields import Role


class Right(Enum):
    """Something a role may cover; the value completes "does not let you …"."""

    READ = "see it"
    LEAVE = "leave it"
    REPORT_WORK = "change tasks"
    COMMENT = "comment"
    LOG_TIME = "log time"
    EDIT_TASKS = "change more of a task than its status and actual hours"
    CREATE_TASKS = "create tasks"
    DELETE_OWN_TASKS = "delete tasks"
    DELETE_TASKS = "delete other people's tasks"
    DELETE_COMMENTS = "delete other people's comments"
    CORRECT_TIME = "correct other people's time logs"
    LABEL = "make labels"
    PLAN = "plan its milestones, sprints and labels"
    EDIT_PROJECT = "change the project"
    MANAGE_MEMBERS = "manage its members"
    DELETE_PROJECT = "delete the project"
    TRANSFER_PROJECT = "transfer the project"


_VIEWER = frozenset({Right.READ, Right.LEAVE})
_MEMBER = _VIEWER | {Right.REPORT_WORK, Right.COMMENT, Right.LOG_TIME}
_CONTRIBUTOR = _MEMBER | {Right.EDIT_TASKS, Right.CREATE_TASKS, Right.DELETE_OWN_TASKS, Right.LABEL}
_MANAGER = _CONTRIBUTOR | {
    Right.DELETE_TASKS,
    Right.DELETE_COMMENTS,
    Right.CORRECT_TIME,
    Right.PLAN,
    Right.EDIT_PROJECT,
    Right.MANAGE_MEMBERS,
}
_OWNER = _MANAGER | {Right.DELETE_PROJECT, Right.TRANSFER_PROJECT}

RIGHTS: Final[dict[Role, frozenset[Right]]] = {
    "viewer": _VIEWER,
    "member": _MEMBER,
    "contributor": _CONTRIBUTOR,
    "manager": _MANAGER,
    "owner": _OWNER,
}

WORK_REPORT: Final = frozenset({"status", "actual_hours"})
"""The task fields that `REPORT_WORK` covers."""
