"""The golden files, and what they are compared with."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from synergy_auth.bootstrap import CODEC as AUTH
from synergy_chassis.store import EventCodec, RecordedEvent
from synergy_projects.projections import CODEC as PROJECTS
from synergy_webhooks import projections as webhooks

CODECS: Final[Mapping[str, EventCodec]] = {"auth": AUTH, "projects": PROJECTS, "webhooks": webhooks.codec}
FOLDER: Final = Path(__file__).parent
_NOT_THE_FORM: Final = frozenset({"title", "description"})
"""What docstrings and names of classes put into a schema."""


@dataclass(frozen=True)
class Golden:
    """One type at one schema version."""

    service: str
    type: str
    version: int

    @property
    def path(self) -> Path:
        return FOLDER / self.service / f"{self.type}.v{self.version}.json"

    @property
    def codec(self) -> EventCodec:
        return CODECS[self.service]

    @property
    def today(self) -> bool:
        """Whether events are written in this version now."""
        return self.codec.versions[self.type] == self.version

    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return content

    def cases(self) -> Iterator[tuple[str, dict[str, Any], dict[str, str] | None]]:
        """Name, stored data, and the fields it is decoded to (None: not written down yet)."""
        for name, case in self.content()["cases"].items():
            yield name, case["stored"], case.get("decoded")

    def decoded(self, stored: dict[str, Any]) -> dict[str, str]:
        """What the program makes of the data now."""
        event = self.codec.decode(recorded(self.type, self.version, stored))
        return {field.name: repr(getattr(event, field.name)) for field in fields(event)}

    def fingerprint(self) -> str:
        return fingerprint(self.codec.classes[self.type])

    def __str__(self) -> str:
        return f"{self.service}/{self.type}.v{self.version}"


def ever_stored() -> list[Golden]:
    """Each type of each service, at each schema version from the first to today's."""
    return [
        Golden(service, name, version)
        for service, codec in CODECS.items()
        for name, today in codec.versions.items()
        for version in range(1, today + 1)
    ]


def fingerprint(kind: type) -> str:
    """What changes when a field of the class is added, renamed, retyped or taken away; not when it is explained."""
    schema = msgspec.json.schema(kind)
    return sha256(json.dumps(_form(schema, schema["$defs"]), sort_keys=True).encode()).hexdigest()[:16]


def _form(schema: Any, named: dict[str, Any]) -> Any:
    """The schema with what it refers to in place, without explanations. A field may well be called `title`."""
    if isinstance(schema, list):
        return [_form(value, named) for value in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _form(named[schema["$ref"].rpartition("/")[2]], named)
    return {
        key: _form(value, named)
        for key, value in schema.items()
        if not (key in _NOT_THE_FORM and isinstance(value, str))
    }


def recorded(type: str, version: int, data: dict[str, Any]) -> RecordedEvent:
    return RecordedEvent(
        position=1, stream="stream-1", version=1, event_id=UUID(int=1), type=type, schema_version=version, entity="it",
        data=data, meta={}, recorded_at=datetime(2026, 1, 1, tzinfo=UTC), hash=None,
    )  # fmt: skip
