"""/api/projects/{id}/export/ and /api/projects/import/: projects as files."""

import hashlib
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar.types import Receive, Send

from synergy_contracts.documents import ProjectDocument
from synergy_contracts.imports import (
    MOST_BYTES,
    PART_BYTES,
    BeginImport,
    ExportedPart,
    ExportFormat,
    ExportProject,
    ImportPart,
    ImportRef,
    ImportView,
    SubmitImport,
)
from synergy_gateway import methods
from synergy_gateway.answers import JSON, NO_STORE, Answer, answered, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import get, post
from synergy_gateway.uploads import Upload

CSV: Final = "text/csv"
BYTES: Final = "application/octet-stream"
MEDIA_TYPES: Final = {"json": JSON, "csv": f"{CSV}; charset=utf-8"}
EXPORT: Final = "/api/projects/{project_id}/export/"
IMPORT: Final = "/api/projects/import/"
IMPORTS: Final = "/api/imports/{import_id}/"
parts: Final = msgspec.json.Decoder(ExportedPart)


class ExportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As what the project is written: `json` holds all of it, `csv` its tasks."""

    format: ExportFormat = "json"


class _Import(msgspec.Struct, frozen=True):
    id: UUID


@get(EXPORT, ProjectDocument, private=True, media_types=(CSV,), streamed=True, narrowed=False)
async def export_project(asking: Asking, project_id: int, query: ExportQuery) -> Answer:
    """Export a project as a file, as it is at this moment."""
    wanted = ExportProject(project_id=project_id, format=query.format)
    first = parts.decode(await asking.ask(methods.EXPORT_PROJECT, wanted))

    async def write(_receive: Receive, send: Send, start: Any) -> None:
        part = first
        await send(start)
        while not asking.visit.head:
            await send({"type": "http.response.body", "body": part.text.encode(), "more_body": True})
            if part.next is None:
                break
            following = msgspec.structs.replace(wanted, version=part.version, after=part.next)
            part = parts.decode(await asking.ask(methods.EXPORT_PROJECT, following))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    name = f'attachment; filename="project-{project_id}.{query.format}"'
    headers = {"Cache-Control": NO_STORE, "Content-Disposition": name}
    return Answer(media_type=MEDIA_TYPES[query.format], headers=headers, stream=write)


@post(IMPORT, ImportView, status=202, private=True, uploads=(JSON, CSV, BYTES))
async def import_project(asking: Asking, query: BeginImport, upload: Upload) -> Answer:
    """Import a project from a file: an export, tasks as CSV, a Trello board or GitHub issues as JSON."""
    begun = await asking.ask(methods.BEGIN_IMPORT, query)
    import_id: UUID = identified(begun, _Import).id
    digest, number = hashlib.sha256(), 0
    async for data in upload.parts(PART_BYTES, most=MOST_BYTES):
        digest.update(data)
        part = ImportPart(import_id=import_id, number=number, data=data)
        await asking.change(methods.ADD_IMPORT_PART, part, actor=asking.caller())
        number += 1
    whole = SubmitImport(import_id=import_id, parts=number, digest=digest.hexdigest())
    submitted = await asking.change(methods.SUBMIT_IMPORT, whole, actor=asking.caller())
    return Answer(status=202, body=bytes(submitted), headers={"Location": IMPORTS.format(import_id=import_id)})


@get(IMPORTS, ImportView, private=True)
async def read_import(asking: Asking, import_id: UUID) -> Answer:
    """Read how far an import of yours is, what is wrong with its file, and which project it made."""
    told = await asking.ask(methods.READ_IMPORT, ImportRef(import_id=import_id))
    await asking.gateway.keeper.changed(asking.told)  # who hears that the project is there finds it
    return answered(told)
