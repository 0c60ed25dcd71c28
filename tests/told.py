"""Whether what webhooks are told is what the catalogue says."""

import json
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker

from synergy_contracts.catalogue import data_of, schema

FORMATS = ("standard", "seed", "cloudevents")
CHECKS = FormatChecker(["uuid", "date"])


@CHECKS.checks("date-time", raises=ValueError)
def _is_a_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@cache
def _validator(event_type: str, format: str) -> Draft202012Validator:
    return Draft202012Validator(schema(event_type, format), format_checker=CHECKS)


def format_of(body: dict[str, Any]) -> str:
    """Which format a body is in."""
    return "cloudevents" if "specversion" in body else "seed" if "event" in body else "standard"


def misfits(raw: bytes) -> list[str]:
    """Where a body is not what the catalogue says of its type, or holds more of its object than that says."""
    body = json.loads(raw)
    format = format_of(body)
    event_type = body["event" if format == "seed" else "type"]
    errors = _validator(event_type, format).iter_errors(body)
    found = [f"{event_type} {error.json_path}: {error.message}" for error in errors]
    data = body["data"]["object"] if format == "cloudevents" else body["data"]
    known = {field.encode_name for field in msgspec.structs.fields(data_of(event_type))}
    return found + [f"{event_type} tells of {name}" for name in sorted(set(data) - known)]


def body_of(event_type: str, rendered: Any) -> bytes:
    """The body in the standard format that webhooks would make of what `projects` renders of an event."""
    told = msgspec.to_builtins(rendered)
    about = {name: told[name] for name in ("data", "changes", "actor", "position")}
    at = {"type": event_type, "timestamp": "2026-01-02T03:04:05Z", "project_version": 1}
    return msgspec.json.encode(at | about)
