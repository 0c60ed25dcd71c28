"""Every address of the API."""

from types import ModuleType
from typing import Final

from synergy_gateway.operations import Operation
from synergy_gateway.routes import (
    accounts,
    activity,
    administration,
    comments,
    credentials,
    documents,
    events,
    health,
    imports,
    insights,
    invitations,
    labels,
    links,
    milestones,
    people,
    projects,
    search,
    sessions,
    sprints,
    subtasks,
    tasks,
    time_logs,
    webhooks,
)

MODULES: Final[tuple[ModuleType, ...]] = (
    accounts, sessions, credentials, people, administration, projects, imports, insights, invitations, tasks, comments,
    subtasks, time_logs, search, activity, labels, milestones, sprints, webhooks, health, events, documents, links,
)  # fmt: skip
OPERATIONS: Final[tuple[Operation, ...]] = tuple(
    value for module in MODULES for value in vars(module).values() if isinstance(value, Operation)
)
