"""The bytes of a delivery's body. Made once per event and format, kept, signed and sent as they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "standard": "application/json",
    "seed": "application/json",
    "cloudevents": "application/cloudevents+json; charset=utf-8",
}


TEST: Final = "webhook.tested"
"""Type of the event that is sent as a test: to one subscription, and but once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    What is told of one stored event: `data` is the full object right after it, `changes` what it changed, `actor` who
    did it. Only events of projects have a `position` to go on from, and a `version` of their project.
    """

    event_id: UUID
    type: str
    at: datetime
    position: int | None
    stream: str
    version: int | None
    entity: str
    actor: Mapping[str, Any] | None
    data: Mapping[str, Any]
    changes: Mapping[str, Any]


def render(told: Told, format: str) -> bytes:
    """The body in one of the formats, in UTF-8. Raises KeyError for a format that is none."""
    body = {"standard": _standard, "seed": _seed, "cloudevents": _cloudevents}[format](told)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _standard(told: Told) -> dict[str, Any]:
    return {
        "type": told.type,
        "timestamp": _time(told.at),
        "data": told.data,
        "changes": told.changes,
        "actor": told.actor,
        "position": told.position,
        "project_version": told.version,
    }


def _seed(told: Told) -> dict[str, Any]:
    """As the original sent it: the type is called `event`."""
    body = _standard(told)
    return {"event": body.pop("type"), **body}


def _cloudevents(told: Told) -> dict[str, Any]:
    """CloudEvents 1.0, structured. `sequence` sorts as text (the extension of that name)."""
    sequence = {} if told.position is None else {"sequence": f"{told.position:020d}"}
    return {
        "specversion": "1.0",
        "id": str(told.event_id),
        "source": _source(told.stream),
        "type": told.type,
        "subject": told.entity,
        "time": _time(told.at),
        "datacontenttype": "application/json",
        **sequence,
        "data": {
            "object": told.data,
            "changes": told.changes,
            "actor": told.actor,
            "position": told.position,
            "project_version": told.version,
        },
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _source(stream: str) -> str:
    """`project-7` as the URI reference `/projects/7`."""
    kind, _, name = stream.partition("-")
    return f"/{kind}s/{name}"
