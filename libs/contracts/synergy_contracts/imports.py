"""Projects that come as files and go as files: the commands projects takes and the views it answers."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from synergy_contracts.envelope import PositiveId
from synergy_contracts.projects import Title

MOST_BYTES = 50_000_000
"""Of a file."""
PART_BYTES = 262_144
"""Of a part of a file, the last one aside."""

ImportFormat = Literal["json", "csv", "trello", "github"]
ExportFormat = Literal["json", "csv"]
ImportStatus = Literal["receiving", "queued", "checking", "importing", "done", "failed"]


class ExportProject(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write a project in a format: its first part, or the one after `after` of the same `version`."""

    project_id: PositiveId
    format: ExportFormat = "json"
    version: Annotated[int, Meta(ge=1)] | None = None
    after: Annotated[str, Meta(max_length=50)] | None = None


class ExportedPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the text; `next` names the part that follows, None after the last."""

    version: int
    text: str
    next: str | None


class BeginImport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Announce a file. Without a `format` it is what it looks like; `name` is for the project, instead of its own."""

    format: ImportFormat | None = None
    name: Title | None = None


class ImportPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the file, counted from 0."""

    import_id: UUID
    number: Annotated[int, Meta(ge=0, le=MOST_BYTES // PART_BYTES)]
    data: Annotated[bytes, Meta(min_length=1, max_length=PART_BYTES)]


class SubmitImport(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file is there: so many parts; `digest` is its SHA-256 in hex."""

    import_id: UUID
    parts: Annotated[int, Meta(ge=0, le=MOST_BYTES // PART_BYTES + 1)]
    digest: Annotated[str, Meta(min_length=64, max_length=64)]


class ImportRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One import by its id."""

    import_id: UUID


class ImportFault(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said about a line of the file, counted from 1."""

    line: int
    detail: str


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """
    An import. `done` and `total` count tasks, `total` None until they are counted. `errors` say why it failed, and
    nothing was made then; `warnings` what was made otherwise than the file says. `project` is there once it is done.
    """

    id: UUID
    status: ImportStatus
    done: int
    total: int | None
    errors: list[ImportFault]
    warnings: list[ImportFault]
    project: int | None
    created_at: datetime
    finished_at: datetime | None
