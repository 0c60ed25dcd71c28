"""
What RabbitMQ must know about SynergyOS: the virtual host, the exchanges, the users and what each may do.

One definitions document says it all. The private servers and Compose load it at every start, also with the broker's
data wiped; `synergy setup` posts it to a broker that is already there.

Four rules are enforced by the broker, not by good manners:
- a service may create and read only queues of its own name;
- on the RPC exchange a caller may address only the methods in `MAY_CALL` (topic permissions);
- only the relay of a source may publish its events;
- only a service itself may send, read and move its unordered work, `<service>.work` and `<service>.work.*`.

Direct replies go through the default exchange, so whoever answers or calls by RPC may write there. The default exchange
reaches any queue by name, therefore consumers check what the broker vouches for on every message: the `user_id`, and
for RPC requests the exchange they came through.
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Any, Final

VHOST: Final = "synergy"
RPC_EXCHANGE: Final = "nameko-rpc"
SERVICES: Final = ("auth", "projects", "webhooks")
USERS: Final = ("gateway", *SERVICES, *(f"relay-{service}" for service in SERVICES))
FOLLOWING: Final = ("head", "events_after", "tally")
"""The methods by which a store is followed, and whoever follows reconciled with it."""
MAY_CALL: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "gateway": {
        "auth": (
            "register", "login", "refresh_tokens", "logout", "read_profile", "update_profile", "change_password",
            "list_sessions", "end_session", "list_security_events", "list_users", "update_user",
            "read_second_factor", "begin_second_factor", "confirm_second_factor", "remove_second_factor",
            "list_tokens", "create_token", "revoke_token", "verify_token", "ask_reset", "reset_password",
            "confirm_email", "find_people", "read_personal_data", "erase_account", "check_invitation",
            "send_invitation", "list_invitations", "cancel_invitation", "accept_invitation", "revocations",
            "check_sessions", "jwks", "health",
        ),
        "projects": (
            "create_project", "list_projects", "read_project", "update_project", "delete_project", "read_progress",
            "export_project", "begin_import", "add_import_part", "submit_import", "read_import",
            "read_history", "restore_project", "archive_project", "unarchive_project", "transfer_project", "undo",
            "list_trash", "read_stats", "read_burnup", "read_flow", "read_forecast", "verify_project",
            "list_events", "follow_events", "list_memberships",
            "list_members", "add_member", "change_member_role", "remove_member", "find_colleagues",
            "invite_member", "check_invitations", "accept_invitation", "prepare_leaving", "stay",
            "create_task", "list_tasks", "read_task", "update_task", "delete_task",
            "restore_task", "rank_task", "move_task", "update_tasks", "read_task_history",
            "list_comments", "create_comment", "update_comment", "delete_comment",
            "list_subtasks", "create_subtask", "update_subtask", "delete_subtask",
            "list_time_logs", "log_time", "update_time_log", "delete_time_log",
            "search", "list_activity", "read_timer", "start_timer", "stop_timer",
            "create_label", "list_labels", "read_label", "update_label", "delete_label",
            "create_milestone", "list_milestones", "read_milestone", "update_milestone", "delete_milestone",
            "create_sprint", "list_sprints", "read_sprint", "update_sprint", "delete_sprint",
            "start_sprint", "complete_sprint", "health",
        ),
        "webhooks": (
            "create_webhook", "list_webhooks", "read_webhook", "update_webhook", "delete_webhook",
            "enable_webhook", "rotate_secret", "ping_webhook", "repeat_delivery", "replay_events",
            "list_deliveries", "read_delivery", "health",
        ),
    },
    "auth": {"webhooks": FOLLOWING},
    "projects": {"auth": ("people", "find_person", *FOLLOWING)},
    "webhooks": {"projects": ("render", *FOLLOWING), "auth": FOLLOWING},
}  # fmt: skip
"""Which methods of which service a user may call; who is not here calls nobody."""
FOLLOWS: Final[Mapping[str, tuple[str, ...]]] = {
    "gateway": SERVICES,
    "auth": ("webhooks",),
    "projects": ("auth",),
    "webhooks": ("projects", "auth"),
}
"""Whose events a user may bind its own queues to."""
NOTHING: Final = "^$"


def definitions(passwords: Mapping[str, str], *, vhost: str = VHOST) -> dict[str, Any]:
    """The whole definitions document for `vhost`; `passwords` by user name, stored salted and hashed."""
    return {
        "users": [user(name, password) for name, password in passwords.items()],
        "vhosts": [{"name": vhost}],
        **room(vhost),
    }


def room(vhost: str) -> dict[str, Any]:
    """Permissions and exchanges of one virtual host, for users that exist already."""
    return {
        "permissions": [{"user": name, "vhost": vhost} | permissions(name) for name in USERS],
        "topic_permissions": [
            {"user": name, "vhost": vhost} | topic for name in USERS for topic in topic_permissions(name)
        ],
        "exchanges": [exchange(name, vhost) for name in EXCHANGES],
    }


def events_exchange(source: str) -> str:
    """The exchange a source's stored events are published on."""
    return f"{source}.events"


def work_exchange(service: str) -> str:
    """The exchange through which a service hands unordered work to itself."""
    return f"{service}.work"


EXCHANGES: Final = (RPC_EXCHANGE, *map(events_exchange, SERVICES), *map(work_exchange, SERVICES))


def exchange(name: str, vhost: str) -> dict[str, Any]:
    """A durable topic exchange."""
    return {
        "name": name,
        "vhost": vhost,
        "type": "topic",
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def permissions(name: str) -> dict[str, str]:
    """What a user may create, write to and read from: three regular expressions over exchange and queue names."""
    if name.startswith("relay-"):
        own = exactly(events_exchange(name.removeprefix("relay-")))
        return {"configure": NOTHING, "write": own, "read": NOTHING}
    queues = rf"rpc-{name}|{name}\.follow\..+" + (rf"|{name}\.work\..+" if name in SERVICES else "")
    followed = "".join(rf"|{source}\.events" for source in FOLLOWS[name])
    works = rf"|{name}\.work" if name in SERVICES else ""
    return {
        "configure": f"^({queues})$",
        "write": rf"^({queues}|{RPC_EXCHANGE}{works}|amq\.default)$",
        "read": f"^({queues}|{RPC_EXCHANGE}{followed}{works})$",
    }


def topic_permissions(name: str) -> list[dict[str, str]]:
    """
    Which routing keys a user may send and bind on each exchange.

    Every user has an entry for every exchange: one without any may send anything.
    """
    called = "|".join(rf"{service}\.({'|'.join(methods)})" for service, methods in MAY_CALL.get(name, {}).items())
    rpc = {
        "exchange": RPC_EXCHANGE,
        "write": f"^({called})$" if called else NOTHING,
        "read": rf"^{name}\.(\*|#|[a-z_]+)$" if name in SERVICES else NOTHING,
    }
    events = [
        {
            "exchange": events_exchange(source),
            "write": ".*" if name == f"relay-{source}" else NOTHING,
            "read": ".*" if source in FOLLOWS.get(name, ()) else NOTHING,
        }
        for source in SERVICES
    ]
    works = [
        {"exchange": work_exchange(service)} | dict.fromkeys(("write", "read"), ".*" if name == service else NOTHING)
        for service in SERVICES
    ]
    return [rpc, *events, *works]


def user(name: str, password: str) -> dict[str, Any]:
    """A user without any administrative tag."""
    return {
        "name": name,
        "password_hash": password_hash(password),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "",
        "limits": {},
    }


def password_hash(password: str, *, salt: bytes | None = None) -> str:
    """RabbitMQ's salted SHA-256: base64(salt + SHA-256(salt + password)), the salt being four bytes."""
    salt = os.urandom(4) if salt is None else salt
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def exactly(name: str) -> str:
    """A regular expression for this very name."""
    return f"^{name.replace('.', '[.]')}$"
