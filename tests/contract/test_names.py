"""Names that live outside the code: RPC methods, queues, stored event types. A rename breaks others or loses data."""

import json
import os

import forking
import pytest

from synergy_chassis.bus.working.queues import WorkQueues
from synergy_contracts.events import CATALOGUE

RPC_METHODS = {
    "auth": {
        "register", "login", "refresh_tokens", "logout", "read_profile", "update_profile", "change_password",
        "list_sessions", "end_session", "list_security_events", "list_users", "update_user", "revocations",
        "check_sessions",
        "read_second_factor", "begin_second_factor", "confirm_second_factor", "remove_second_factor",
        "list_tokens", "create_token", "revoke_token", "verify_token",
        "ask_reset", "reset_password", "confirm_email", "find_people", "read_personal_data", "erase_account",
        "check_invitation", "send_invitation", "list_invitations", "cancel_invitation", "accept_invitation",
        "jwks", "people", "find_person",
        "head", "events_after", "tally", "health",
    },
    "projects": {
        "create_project", "list_projects", "read_project", "update_project", "delete_project",
        "list_members", "add_member", "change_member_role", "remove_member", "find_colleagues",
        "invite_member", "check_invitations", "accept_invitation", "prepare_leaving", "stay",
        "create_task", "list_tasks", "read_task", "update_task", "delete_task",
        "restore_task", "rank_task", "move_task", "update_tasks", "read_task_history",
        "list_comments", "create_comment", "update_comment", "delete_comment",
        "list_subtasks", "create_subtask", "update_subtask", "delete_subtask",
        "list_time_logs", "log_time", "update_time_log", "delete_time_log",
        "search", "list_activity", "read_timer", "start_timer", "stop_timer",
        "restore_project", "archive_project", "unarchive_project", "transfer_project", "undo", "list_trash",
        "create_label", "list_labels", "read_label", "update_label", "delete_label",
        "create_milestone", "list_milestones", "read_milestone", "update_milestone", "delete_milestone",
        "create_sprint", "list_sprints", "read_sprint", "update_sprint", "delete_sprint",
        "start_sprint", "complete_sprint",
        "read_stats", "read_burnup", "read_flow", "read_forecast", "verify_project",
        "read_progress", "read_history", "list_events", "follow_events", "list_memberships",
        "export_project", "begin_import", "add_import_part", "submit_import", "read_import",
        "render", "head", "events_after", "tally", "health",
    },
    "webhooks": {
        "create_webhook", "list_webhooks", "read_webhook", "update_webhook", "delete_webhook",
        "enable_webhook", "rotate_secret", "ping_webhook", "repeat_delivery", "replay_events",
        "list_deliveries", "read_delivery", "head", "events_after", "tally", "health",
    },
}  # fmt: skip
FOLLOWED_QUEUES = {
    "auth": {"auth.follow.webhooks"}, "projects": {"projects.follow.auth"},
    "webhooks": {"webhooks.follow.projects", "webhooks.follow.auth"},
}  # fmt: skip
WORK_QUEUES: dict[str, set[str]] = {"auth": set(), "projects": set(), "webhooks": set()}
"""`<service>.work.<name>`; its companions end in .alone, .parked and .delay.<milliseconds>."""
WORK_COMPANIONS = {
    "auth.work.mail", "auth.work.mail.alone", "auth.work.mail.parked",
    "auth.work.mail.delay.1000", "auth.work.mail.delay.10000",
    "auth.work.mail.delay.60000", "auth.work.mail.delay.600000",
}  # fmt: skip
STORED_TYPES = {
    "auth": {
        "user.registered", "user.updated", "user.erased", "user.disabled", "user.enabled", "user.rights_changed",
        "user.signed_out", "session.revoked",
    },
    "projects": {
        "project.created", "project.updated", "project.deleted", "project.completed", "project.progress_changed",
        "project.restored", "project.archived", "project.unarchived", "project.purged", "project.transferred",
        "project.imported",
        "member.invited", "member.added", "member.removed", "member.role_changed",
        "task.created", "task.updated", "task.completed", "task.reopened", "task.deleted", "task.restored",
        "task.moved", "task.due_soon", "task.overdue", "task.purged",
        "comment.created", "comment.updated", "comment.deleted",
        "subtask.created", "subtask.updated", "subtask.deleted",
        "time.started", "time.logged", "time.updated", "time.deleted",
        "label.created", "label.updated", "label.deleted",
        "milestone.created", "milestone.updated", "milestone.completed", "milestone.missed", "milestone.deleted",
        "sprint.created", "sprint.updated", "sprint.started", "sprint.completed", "sprint.deleted",
    },
    "webhooks": {
        "webhook.created", "webhook.updated", "webhook.deleted", "webhook.disabled", "webhook.secret_rotated",
        "webhook.tested", "webhook.delivery_repeated", "webhook.replayed", "webhook.delivery_failed", "user.heard",
    },
}  # fmt: skip
INTERNAL_TYPES = {
    "webhook.created",
    "webhook.updated",
    "webhook.deleted",
    "webhook.secret_rotated",
    "webhook.delivery_repeated",
    "webhook.replayed",
    "webhook.delivery_failed",
    "user.heard",
    "user.signed_out",
    "session.revoked",
}
"""
Stored by webhooks about its own subscriptions and what it heard of auth, and by auth about sessions; nobody can
subscribe to them.
"""

DESCRIBE = """
import importlib, inspect, json, sys, types
name = sys.argv[1]
entrypoints = importlib.import_module(f"synergy_{name}.entrypoints")
events = importlib.import_module(f"synergy_{name}.domain.events")
(service,) = [c for _, c in inspect.getmembers(entrypoints, inspect.isclass)
              if getattr(c, "name", None) == name and c.__module__ == entrypoints.__name__]

def queue_of(entrypoint):
    # The name as the entrypoint itself tells it once it stands in a container of this service.
    entrypoint.container = types.SimpleNamespace(service_name=service.name)
    return entrypoint.queue

doors = {m: list(getattr(f, "nameko_entrypoints", ())) for m, f in inspect.getmembers(service, inspect.isfunction)}
every = [e for found in doors.values() for e in found]
print(json.dumps({
    "rpc": sorted(m for m, kinds in doors.items() if "Rpc" in [type(e).__name__ for e in kinds]),
    "followed": sorted(queue_of(e) for e in every if type(e).__name__ == "Follow"),
    "work": sorted(queue_of(e) for e in every if type(e).__name__ == "Work"),
    "types": sorted(events.STORED_AS),
}))
"""


@pytest.fixture(scope="module", params=["auth", "projects", "webhooks"])
def service(request):
    done = forking.run(["-c", DESCRIBE, request.param], env=os.environ, green=True)
    assert done.returncode == 0, done.stderr
    return request.param, json.loads(done.stdout)


def test_rpc_methods_keep_their_names(service):
    name, told = service

    assert RPC_METHODS[name] == set(told["rpc"])


def test_followers_queues_keep_their_names(service):
    name, told = service

    assert FOLLOWED_QUEUES[name] == set(told["followed"])


def test_queues_of_unordered_work_keep_their_names(service):
    name, told = service

    assert WORK_QUEUES[name] == set(told["work"])


def test_the_companions_of_a_work_queue_keep_their_names():
    queues = WorkQueues("auth", "mail", delays=(1.0, 10.0, 60.0, 600.0))

    assert WORK_COMPANIONS == set(queues.names())


def test_stored_event_types_keep_their_names_and_are_in_the_catalogue(service):
    name, told = service

    assert STORED_TYPES[name] == set(told["types"])
    assert set(told["types"]) - INTERNAL_TYPES <= set(CATALOGUE)
