"""Examples in the OpenAPI document, made of the schemas: what each field means says its name."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from synergy_gateway import likely
from synergy_gateway.operations import Operation
from synergy_gateway.problem_types import PROBLEM_TYPES

Schema = Mapping[str, Any]

DEEPEST: Final = 8
"""Objects within each other that an example shows; none of ours are within themselves."""
CSV: Final = "title,status\r\nLaunch,todo\r\n"
MOMENT: Final = "2026-11-28T09:30:00Z"
DAY: Final = "2026-12-01"
UUID: Final = "019ab7d4-7c1e-7a3b-9d52-0f1c6b8e4a21"
BY_NAME: Final[Mapping[str, Any]] = {
    "username": "ann", "email": "ann@example.com", "password": "correct horse battery", "first_name": "Ann",
    "last_name": "Example", "full_name": "Ann Example", "old_password": "correct horse battery",
    "new_password": "another horse battery", "otp": "492039", "search": "launch", "q": "launch",
    "bio": "Builds things.", "location": "Berlin",
    "phone": "+49 30 123456", "company": "Example Ltd", "timezone": "Europe/Berlin",
    "access": "eyJhbGciOiJFZERTQSJ9…", "refresh": "8Zl0bV5…", "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "title": "Launch", "name": "Apollo", "description": "To the moon and back.", "content": "Looks good to me.",
    "url": "https://hooks.example.com/synergy", "events": ["task.*"], "budget": "12000.00", "impact": 60.0,
    "estimated_hours": 8.0, "actual_hours": 6.5, "story_points": 5, "labels": ["rocket"], "label": "rocket",
    "color": "#336699", "minutes": 90, "detail": "What to do about it.", "pointer": "/title",
    "status_code": 200, "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "ordering": "-created_at", "types": "task.*", "slug": "not-found", "type": "task.created",
    "version": 17, "progress": 60,
    "recovery_codes": ["k3m9-x2vq-7hpd"], "user_agent": "Mozilla/5.0", "client_address": "203.0.113.9",
    "at": MOMENT, "time": MOMENT, "timestamp": MOMENT, "address": "203.0.113.9", "event_type": "task.created",
    "next": "https://synergy.example/api/tasks/?page=3", "previous": "https://synergy.example/api/tasks/?page=1",
}  # fmt: skip
"""What a field of this name usually holds, where its schema takes it."""
BESIDE: Final[Mapping[str, Mapping[str, Any]]] = {
    "CreateTask": {"project": 7, "impact": 60.0},
    "NewMember": {"user_id": 8, "role": "contributor"},
    "ProjectChanges": {"status": "active"},
    "TaskChanges": {"status": "done"},
    "WebhookChanges": {"is_active": False},
    "ProfileChanges": {"timezone": "Europe/Berlin"},
    "UserChanges": {"is_active": False},
}
"""By the name of a body's schema, what it holds beside the fields it must have."""


def of_body(schema: Schema, components: Mapping[str, Schema]) -> dict[str, Any]:
    """A body: the fields that it must have, and some more."""
    whole = _whole(schema, components)
    properties: Mapping[str, Schema] = whole.get("properties", {})
    wanted: dict[str, Any] = {name: value(properties[name], components, name) for name in whole.get("required", ())}
    wanted |= BESIDE.get(str(whole.get("title")), {})
    usual = next((name for name in properties if name in BY_NAME and not properties[name].get("readOnly")), None)
    if not wanted and usual is not None:
        wanted[usual] = value(properties[usual], components, usual)
    return wanted


def value(schema: Schema, components: Mapping[str, Schema], name: str = "", depth: int = 0) -> Any:
    """Something of this schema, for a field of this name."""
    schema = _whole(schema, components)
    if "anyOf" in schema:
        options = [option for option in schema["anyOf"] if option != {"type": "null"}]
        return value(options[0], components, name, depth)
    if "enum" in schema:
        return next((one for one in schema["enum"] if one is not None), None)
    if "properties" in schema:
        if depth > DEEPEST:
            return {}
        return {key: value(one, components, key, depth + 1) for key, one in schema["properties"].items()}
    usual = MOMENT if name.endswith("_at") else BY_NAME.get(name)
    if usual is not None and _takes(schema, components, usual):
        return usual
    return _plain(schema, components, name, depth)


def _plain(schema: Schema, components: Mapping[str, Schema], name: str, depth: int) -> Any:
    match schema.get("type"):
        case "array":
            count = max(1, int(schema.get("minItems", 0)))
            return [value(schema.get("items", {}), components, name.removesuffix("s"), depth + 1)] * count
        case "object":
            return {}
        case "string":
            return _text(schema)
        case "integer" | "number":
            return _number(schema, 7)
        case "boolean":
            return bool(schema.get("default", True))
    return None


def _text(schema: Schema) -> str:
    by_format = {"date-time": MOMENT, "date": DAY, "uuid": UUID, "email": "ann@example.com", "decimal": "12000.00"}
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    text = str(schema.get("default") or "text")
    return text.ljust(int(schema.get("minLength", 0)), "x")[: int(schema.get("maxLength", 200))]


def _number(schema: Schema, usual: int) -> Any:
    number = max(usual, schema.get("minimum", usual))
    return min(number, schema.get("maximum", number))


def _takes(schema: Schema, components: Mapping[str, Schema], usual: Any) -> bool:
    if "enum" in schema:
        return usual in schema["enum"]
    kinds = {"string": str, "integer": int, "number": float | int, "boolean": bool, "array": list}
    kind = kinds.get(str(schema.get("type")))
    if kind is None or not isinstance(usual, kind) or "format" in schema:
        return False
    if isinstance(usual, str):
        return int(schema.get("minLength", 0)) <= len(usual) <= int(schema.get("maxLength", 10**6))
    if isinstance(usual, int | float):
        return bool(schema.get("minimum", usual) <= usual <= schema.get("maximum", usual))
    items = _whole(schema.get("items", {}), components)
    return all(_takes(items, components, item) for item in usual)


def _whole(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    """The schema that is meant by a reference."""
    return components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def of_problem(status: int, operation: Operation) -> dict[str, Any]:
    """A problem of this status as the operation may answer it."""
    slug = likely.slug(operation, status)
    known = PROBLEM_TYPES[slug]
    told: dict[str, Any] = {
        "type": f"/problems/{slug}", "title": known.title, "status": status, "detail": known.help,
        "instance": operation.path, "request_id": UUID,
    }  # fmt: skip
    if errors := _errors(slug, operation):
        told["errors"] = errors
    return told


def _errors(slug: str, operation: Operation) -> list[dict[str, str]]:
    match slug:
        case "invalid-parameter":
            return [{"parameter": "colour", "detail": "is not a parameter here"}]
        case "idempotency-key-reused":
            return [{"parameter": "Idempotency-Key", "detail": "belongs to another request"}]
        case "invalid-body":
            fields = msgspec.structs.fields(operation.body) if operation.body is not None else ()
            required = next((field.encode_name for field in fields if field.required), None)
            told = ("colour", "is not a field here") if required is None else (required, "is required")
            return [{"pointer": f"/{told[0]}", "detail": told[1]}]
    return []
