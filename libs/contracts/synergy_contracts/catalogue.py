"""
What webhooks are told of each type of event: a JSON Schema of the body and an example, from one table.

`DATA` says what the `data` of a type is; a contract test fails for a stored type that has no line there. Contracts only
grow, so the schemas allow fields that they do not name.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import msgspec

from synergy_contracts.comments import CommentView
from synergy_contracts.events import CATALOGUE, PROJECT_EVENTS
from synergy_contracts.labels import LabelView
from synergy_contracts.milestones import MilestoneView
from synergy_contracts.people import Person
from synergy_contracts.projects import Membership, ProjectView, Role
from synergy_contracts.samples import sample
from synergy_contracts.sprints import SprintView
from synergy_contracts.subtasks import SubtaskView
from synergy_contracts.tasks import TaskView
from synergy_contracts.time_logs import TimeLogView, TimerView
from synergy_contracts.webhooks import Format

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def without(view: type[msgspec.Struct], *left_out: str, name: str) -> type[msgspec.Struct]:
    """The same fields but for these: what is told of everybody has nothing of a caller's."""
    fields = [(field.encode_name, field.type) for field in msgspec.structs.fields(view) if field.name not in left_out]
    return msgspec.defstruct(name, fields, frozen=True, kw_only=True, namespace={"__doc__": view.__doc__})


ProjectTold: Final = without(ProjectView, "role", name="ProjectTold")


class MemberTold(Membership, frozen=True, kw_only=True):
    """A person in a project, with the role that they have or, removed, had."""

    project: int


class InvitedTold(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation to a project; to whom it went is not told."""

    project: int
    invitation: UUID
    role: Role


class SubtaskTold(SubtaskView, frozen=True, kw_only=True):
    """A step of a task; what it was if it was deleted."""

    project: int


class TimerTold(TimerView, frozen=True, kw_only=True):
    """A timer that began to run, and whose it is."""

    user: Person


CommentGone: Final = without(CommentView, "created_at", "updated_at", name="CommentGone")
TimeLogGone: Final = without(TimeLogView, "started_at", "created_at", "updated_at", name="TimeLogGone")


class TaskGone(msgspec.Struct, frozen=True, kw_only=True):
    """A task that is gone for good."""

    id: int
    project: int
    number: int
    title: str


class PlanGone(msgspec.Struct, frozen=True, kw_only=True):
    """A label, milestone or sprint that is gone."""

    id: int
    project: int
    name: str


class UserTold(msgspec.Struct, frozen=True, kw_only=True):
    """An account, by its id alone."""

    id: int


class UserRightsTold(UserTold, frozen=True, kw_only=True):
    """An account, and whether it is a superuser's."""

    is_superuser: bool


class WebhookTold(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription of the owner's, without its URL."""

    id: UUID
    name: str
    events: list[str]
    projects: list[int]
    format: Format
    ordered: bool
    is_active: bool
    disabled_reason: str | None


DATA: Final[Mapping[str, type[msgspec.Struct]]] = {
    "project": ProjectTold,
    "task": TaskView,
    "task.purged": TaskGone,
    "comment": CommentView,
    "comment.deleted": CommentGone,
    "subtask": SubtaskTold,
    "time": TimeLogView,
    "time.started": TimerTold,
    "time.deleted": TimeLogGone,
    "label": LabelView,
    "label.deleted": PlanGone,
    "milestone": MilestoneView,
    "milestone.deleted": PlanGone,
    "sprint": SprintView,
    "sprint.deleted": PlanGone,
    "member": MemberTold,
    "member.invited": InvitedTold,
    "user": UserTold,
    "user.rights_changed": UserRightsTold,
    "webhook": WebhookTold,
}
"""What `data` is: of one type, or of all types of a noun."""

CHANGED: Final[Mapping[str, str]] = {
    "project.updated": "name",
    "project.completed": "status",
    "project.progress_changed": "progress",
    "task.updated": "title",
    "task.completed": "status",
    "task.reopened": "status",
    "comment.updated": "content",
    "subtask.updated": "is_completed",
    "time.updated": "minutes",
    "label.updated": "color",
    "milestone.updated": "due_date",
    "milestone.completed": "status",
    "sprint.updated": "goal",
    "sprint.started": "status",
    "sprint.completed": "status",
    "member.role_changed": "role",
    "user.rights_changed": "is_superuser",
    "webhook.disabled": "is_active",
}
"""A field that such an event changes, for the examples."""


class WebhookEvent(msgspec.Struct, frozen=True, kw_only=True):
    """
    One type of event: what it means, a JSON Schema (2020-12) of its body in the format `standard`, and an example.
    `seed` says `event` for `type`; `cloudevents` has `data` as `object` beside the rest within its own `data`.
    """

    type: str
    description: str
    schema: dict[str, Any]
    example: dict[str, Any]


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A field before and after; people as ids."""

    from_: Any = msgspec.field(name="from")
    to: Any


class SomeId(msgspec.Struct, frozen=True, kw_only=True):
    """A person by id alone."""

    id: int


def data_of(event_type: str) -> type[msgspec.Struct]:
    """What the `data` of the type is. Raises KeyError for a type without a line in `DATA`."""
    return DATA.get(event_type) or DATA[event_type.partition(".")[0]]


def told() -> list[WebhookEvent]:
    """The whole catalogue, in the order of its table."""
    return [
        WebhookEvent(type=name, description=about, schema=schema(name), example=example(name))
        for name, about in CATALOGUE.items()
    ]


@cache
def schema(event_type: str, format: str = "standard") -> dict[str, Any]:
    """The JSON Schema of a body in one of the formats. Raises KeyError as `data_of`."""
    kinds = [data_of(event_type), Person, SomeId, Changed]
    (data, person, some_id, changed), named = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    of_project = {"type": ["integer", "null"]}
    rest: dict[str, Any] = {
        "changes": {"type": "object", "additionalProperties": changed},
        "actor": {"anyOf": [person, some_id, {"type": "null"}]},
        "position": of_project,
        "project_version": of_project,
    }
    time = {"type": "string", "format": "date-time"}
    if format == "cloudevents":
        inner = _object({"object": data, **rest})
        properties = {
            "specversion": {"const": "1.0"}, "id": {"type": "string", "format": "uuid"}, "source": {"type": "string"},
            "type": {"const": event_type}, "subject": {"type": "string"}, "time": time,
            "datacontenttype": {"const": "application/json"}, "data": inner,
        }  # fmt: skip
    else:
        kind = "event" if format == "seed" else "type"
        properties = {kind: {"const": event_type}, "timestamp": time, "data": data, **rest}
    return {"$schema": DIALECT, "title": event_type, **_object(properties), "$defs": named}


def example(event_type: str) -> dict[str, Any]:
    """A body in the format `standard`. Raises KeyError as `data_of`."""
    data = sample(data_of(event_type))
    field = CHANGED.get(event_type)
    of_project = event_type in PROJECT_EVENTS
    return {
        "type": event_type,
        "timestamp": sample(datetime),
        "data": data,
        "changes": {field: {"from": None, "to": data[field]}} if field else {},
        "actor": sample(Person),
        "position": 4_711 if of_project else None,
        "project_version": 12 if of_project else None,
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}
