"""What the stores of auth, projects and webhooks hold of the people of a round: rows, and types of events."""

from collections import defaultdict
from dataclasses import dataclass, field

import psycopg

from synergy_local.testing import RunningStack


@dataclass(slots=True, kw_only=True)
class Account:
    """A row of auth's, and the types of the events in its stream."""

    id: int
    username: str
    first_name: str
    events: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Hook:
    """A stream of webhooks' and the types of its events. `first_name` is as created, `name` of its row."""

    first_name: str
    name: str | None
    events: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Found:
    """
    All of it. `projects`: name and owner's id of each; `known_names`: what projects calls a user; `known_members`: name
    of a project and user, as webhooks has them.
    """

    accounts: list[Account] = field(default_factory=list)
    projects: list[tuple[str, int]] = field(default_factory=list)
    known_names: dict[int, str] = field(default_factory=dict)
    known_members: set[tuple[str, int]] = field(default_factory=set)
    hooks: list[Hook] = field(default_factory=list)


def found(stack: RunningStack, prefix: str) -> Found:
    """Read what belongs to the people whose names start with `prefix`."""
    alike = f"{prefix}%"
    accounts = [
        Account(id=user_id, username=username, first_name=first_name)
        for user_id, username, first_name in rows(
            stack, "auth", "SELECT id, username, first_name FROM users WHERE username LIKE %s ORDER BY id", alike
        )
    ]
    told = events(stack, "auth", [f"user-{account.id}" for account in accounts])
    for account in accounts:
        account.events = told[f"user-{account.id}"]
    ids = [account.id for account in accounts]
    projects = rows(stack, "projects", "SELECT id, name, owner_id FROM projects WHERE name LIKE %s", alike)
    called = {project_id: name for project_id, name, _ in projects}
    names = rows(stack, "projects", "SELECT id, full_name FROM people WHERE id = ANY(%s)", ids)
    members = rows(
        stack, "webhooks", "SELECT project_id, user_id FROM memberships WHERE project_id = ANY(%s)", list(called)
    )
    return Found(
        accounts=accounts,
        projects=[(name, owner_id) for _, name, owner_id in projects],
        known_names=dict(names),
        known_members={(called[project_id], user_id) for project_id, user_id in members},
        hooks=hooks(stack, alike),
    )


def hooks(stack: RunningStack, alike: str) -> list[Hook]:
    """Every subscription that was ever made under such a name."""
    made = dict(
        rows(
            stack,
            "webhooks",
            "SELECT stream, data ->> 'name' FROM store.events"
            " WHERE type = 'webhook.created' AND data ->> 'name' LIKE %s ORDER BY position",
            alike,
        )
    )
    told = events(stack, "webhooks", list(made))
    there = dict(
        rows(stack, "webhooks", "SELECT 'webhook-' || webhook_id, name FROM webhooks WHERE name LIKE %s", alike)
    )
    return [Hook(first_name=name, name=there.get(stream), events=told[stream]) for stream, name in made.items()]


def events(stack: RunningStack, service: str, streams: list[str]) -> dict[str, list[str]]:
    """The types of the events of each stream, in order."""
    told: dict[str, list[str]] = defaultdict(list)
    asked = "SELECT stream, type FROM store.events WHERE stream = ANY(%s) ORDER BY stream, version"
    for stream, event_type in rows(stack, service, asked, streams):
        told[stream].append(event_type)
    return told


def rows(stack: RunningStack, service: str, query: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
    """What a service's database answers."""
    url = stack.env(f"{service}-migrate")[f"{service.upper()}_MIGRATION_URL"]
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()
