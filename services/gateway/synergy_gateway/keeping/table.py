"""
Which answers are kept, and which operations change what they were made of: one line for every operation there is.

The services themselves tell names and versions with each answer (`CallContext.versions` in the chassis); this table
says what they must have told. An answer that lacks it is not kept, and after a change that lacks it nothing kept holds
any more, in any gateway.
"""

from collections.abc import Mapping
from typing import Final

PROJECT: Final = "project-"
"""The version of a project: of all its events, those of its tasks and members too."""
MEMBERSHIPS: Final = "user-"
"""Which projects somebody is in."""
NAMES: Final = "people"
"""The names of people, which projects learns from auth's events: nothing that a change must tell."""

Needs = frozenset[str]

KEPT: Final[Mapping[str, Needs]] = {
    "list_projects": frozenset({MEMBERSHIPS}),
    "read_project": frozenset({PROJECT, NAMES}),
    "read_progress": frozenset({PROJECT}),
    "list_members": frozenset({PROJECT, NAMES}),
    "list_tasks": frozenset(),  # PROJECT with the filter, MEMBERSHIPS without
    "list_project_tasks": frozenset({PROJECT, NAMES}),
    "read_task": frozenset({PROJECT, NAMES}),
    "list_my_tasks": frozenset(),  # PROJECT with the filter, MEMBERSHIPS without
    "list_comments": frozenset({PROJECT, NAMES}),
    "list_subtasks": frozenset({PROJECT}),
    "list_time_logs": frozenset({PROJECT, NAMES}),
    "list_labels": frozenset(),  # PROJECT with the filter, MEMBERSHIPS without
    "read_label": frozenset({PROJECT}),
    "list_milestones": frozenset(),  # PROJECT with the filter, MEMBERSHIPS without
    "read_milestone": frozenset({PROJECT}),
    "list_sprints": frozenset(),  # PROJECT with the filter, MEMBERSHIPS without
    "read_sprint": frozenset({PROJECT}),
}
"""Reads. What is as it was (`as_of`), explained, or everybody's (`all`), is told without versions and not kept."""

NOT_KEPT: Final[Mapping[str, str]] = {
    "read_profile": "changes with mails that are confirmed, by administrators, by operators",
    "read_keys": "made of memory, or one call in three minutes",
    "list_sessions": "changes with every use of a session",
    "list_security_events": "changes with every login",
    "list_users": "for administrators, and private",
    "read_second_factor": "private",
    "list_tokens": "private, and changes with every use of a token",
    "find_people": "searched for once",
    "read_personal_data": "private, and large",
    "list_invitations": "private",
    "search": "searched for once",
    "list_activity": "grows, and is read once",
    "read_timer": "is of now, and of one person",
    "list_events": "grows, and is read once",
    "stream_events": "goes on",
    "read_history": "grows, and is read once",
    "read_task_history": "grows, and is read once",
    "list_trash": "is read once",
    "export_project": "is read once, and large",
    "read_import": "is of now",
    "read_stats": "is of a day",
    "read_burnup": "is of a day",
    "read_flow": "is of a day",
    "read_forecast": "is of a day",
    "verify_project": "is checked when it is asked for",
    "list_webhooks": "has statistics that change with every delivery",
    "read_webhook": "has statistics that change with every delivery",
    "list_deliveries": "changes with every attempt",
    "read_delivery": "changes with every attempt",
    "list_webhook_events": "made here",
    "read_health": "is of now",
    "read_liveness": "made here",
    "read_readiness": "made here",
    "read_openapi": "made here",
    "read_docs": "made here",
    "read_links_page": "made here",
    "list_problems": "made here",
    "read_problem": "made here",
}
"""Reads that always ask, and why."""

CHANGES: Final[Mapping[str, Needs]] = {
    "create_project": frozenset({PROJECT, MEMBERSHIPS}),
    "update_project": frozenset({PROJECT}),
    "replace_project": frozenset({PROJECT}),
    "delete_project": frozenset({PROJECT}),
    "restore_project": frozenset({PROJECT}),
    "archive_project": frozenset({PROJECT}),
    "unarchive_project": frozenset({PROJECT}),
    "transfer_project": frozenset({PROJECT}),
    "undo": frozenset({PROJECT}),
    "add_member": frozenset({PROJECT, MEMBERSHIPS}),
    "change_member_role": frozenset({PROJECT}),
    "remove_member": frozenset({PROJECT}),
    "invite_member": frozenset({PROJECT}),
    "accept_invitation": frozenset({PROJECT, MEMBERSHIPS}),
    "create_task": frozenset({PROJECT}),
    "create_project_task": frozenset({PROJECT}),
    "update_task": frozenset({PROJECT}),
    "replace_task": frozenset({PROJECT}),
    "delete_task": frozenset({PROJECT}),
    "restore_task": frozenset({PROJECT}),
    "rank_task": frozenset({PROJECT}),
    "move_task": frozenset({PROJECT}),
    "update_tasks": frozenset(),  # PROJECT of each, which may be none
    "create_comment": frozenset({PROJECT}),
    "update_comment": frozenset({PROJECT}),
    "delete_comment": frozenset({PROJECT}),
    "create_subtask": frozenset({PROJECT}),
    "update_subtask": frozenset({PROJECT}),
    "delete_subtask": frozenset({PROJECT}),
    "log_time": frozenset({PROJECT}),
    "update_time_log": frozenset({PROJECT}),
    "delete_time_log": frozenset({PROJECT}),
    "start_timer": frozenset({PROJECT}),
    "stop_timer": frozenset({PROJECT}),
    "create_label": frozenset({PROJECT}),
    "update_label": frozenset({PROJECT}),
    "delete_label": frozenset({PROJECT}),
    "create_milestone": frozenset({PROJECT}),
    "update_milestone": frozenset({PROJECT}),
    "delete_milestone": frozenset({PROJECT}),
    "create_sprint": frozenset({PROJECT}),
    "update_sprint": frozenset({PROJECT}),
    "delete_sprint": frozenset({PROJECT}),
    "start_sprint": frozenset({PROJECT}),
    "complete_sprint": frozenset({PROJECT}),
}
"""Operations that change what kept answers were made of."""

CHANGES_NOTHING_KEPT: Final[frozenset[str]] = frozenset({
    "register", "login", "refresh_tokens", "logout",
    "update_profile", "replace_profile",  # a name reaches projects as an event, and kept answers with it
    "change_password", "end_session", "ask_reset", "reset_password", "confirm_email",
    "begin_second_factor", "confirm_second_factor", "remove_second_factor", "create_token", "revoke_token",
    "erase_account",  # the name goes as an event
    "update_user", "cancel_invitation",
    "import_project",  # what it makes is marked when it is told that it is there
    "create_webhook", "update_webhook", "replace_webhook", "delete_webhook",
    "enable_webhook", "rotate_secret", "ping_webhook", "repeat_delivery", "replay_events",
})  # fmt: skip
"""All others. (`register` with an invitation joins a project: what that call changes is told like any change.)"""


def lacking(needs: Needs, told: Mapping[str, int | None]) -> list[str]:
    """What should have been told, and was not."""
    return sorted(need for need in needs if not any(name.startswith(need) for name in told))
