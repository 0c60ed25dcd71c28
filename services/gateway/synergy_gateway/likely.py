"""Of each status of an operation's errors the type that it is most likely to be, for the examples of the document."""

from collections.abc import Mapping
from typing import Final

from synergy_gateway.operations import Operation
from synergy_gateway.problem_types import PROBLEM_TYPES

ANYWHERE: Final[Mapping[int, str]] = {
    400: "invalid-parameter", 401: "authentication-required", 403: "insufficient-scope",
    409: "idempotency-key-running", 422: "idempotency-key-reused", 429: "rate-limited", 503: "overloaded",
}  # fmt: skip
"""What any operation with this status can answer, where a status has several types."""
MISSING: Final[Mapping[str, str]] = {
    "project_id": "project-not-found", "task_id": "task-not-found", "comment_id": "comment-not-found",
    "subtask_id": "subtask-not-found", "time_log_id": "time-log-not-found", "label_id": "label-not-found",
    "milestone_id": "milestone-not-found", "sprint_id": "sprint-not-found", "user_id": "member-not-found",
    "invitation_id": "invitation-not-found", "import_id": "import-not-found", "webhook_id": "webhook-not-found",
    "delivery_id": "delivery-not-found", "session_id": "session-not-found", "token_id": "token-not-found",
    "slug": "not-found",
}  # fmt: skip
"""By the last parameter of an address what is not there."""
IN_PROJECTS: Final = ("/api/projects/{", "/api/tasks/", "/api/labels/", "/api/milestones/", "/api/sprints/")
"""How the addresses begin whose changes need a role in a project that can be written."""
CHANGED: Final[Mapping[int, str]] = {403: "not-allowed", 409: "project-archived"}
_OF_ITS_OWN: Final[Mapping[str, Mapping[int, str]]] = {
    "register": {403: "registration-closed", 409: "username-taken"},
    "login": {401: "wrong-credentials", 429: "too-many-logins"},
    "refresh_tokens": {401: "invalid-token"},
    "confirm_email": {409: "email-taken"},
    "update_profile": {409: "username-taken"},
    "replace_profile": {409: "username-taken"},
    "begin_second_factor": {409: "second-factor-on"},
    "confirm_second_factor": {409: "second-factor-off"},
    "remove_second_factor": {409: "second-factor-off"},
    "create_token": {409: "too-many-tokens"},
    "erase_account": {409: "projects-owned"},
    "list_users": {403: "superuser-required"},
    "update_user": {403: "superuser-required", 404: "user-not-found", 409: "last-superuser"},
    "create_project": {409: "account-leaving"},
    "archive_project": {409: "idempotency-key-running"},
    "unarchive_project": {409: "idempotency-key-running"},
    "restore_project": {409: "idempotency-key-running"},
    "undo": {409: "cannot-undo"},
    "add_member": {409: "already-a-member"},
    "change_member_role": {409: "owner-required"},
    "remove_member": {409: "owner-required"},
    "cancel_invitation": {409: "idempotency-key-running"},
    "accept_invitation": {409: "invitation-cancelled"},
    "import_project": {404: "import-not-found", 409: "imports-running"},
    "restore_task": {409: "project-trashed"},
    "update_tasks": {403: "insufficient-scope", 409: "idempotency-key-running"},
    "stop_timer": {403: "insufficient-scope", 409: "timer-not-running"},
    "create_label": {409: "label-exists"},
    "update_label": {409: "label-exists"},
    "start_sprint": {409: "sprint-active"},
    "complete_sprint": {409: "sprint-state"},
    "create_webhook": {409: "too-many-webhooks"},
    "ping_webhook": {409: "webhook-inactive"},
    "replay_events": {409: "webhook-inactive"},
    "repeat_delivery": {409: "webhook-inactive"},
    "list_events": {503: "too-many-streams"},
    "stream_events": {503: "too-many-streams"},
}


def slug(operation: Operation, status: int) -> str:
    """The type that an error of this status most likely has."""
    own = _OF_ITS_OWN.get(operation.name, {}).get(status)
    if own is not None:
        return own
    if not operation.safe and operation.path.startswith(IN_PROJECTS) and status in CHANGED:
        return CHANGED[status]
    if status == 403 and (operation.in_session or operation.secures):
        return "session-required"
    if status == 404:
        return MISSING[list(operation.parameters)[-1]] if operation.parameters else "project-not-found"
    if status == 422 and operation.body is not None:
        return "invalid-body"
    return ANYWHERE.get(status) or next(name for name, known in PROBLEM_TYPES.items() if known.status == status)
