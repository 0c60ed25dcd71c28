"""Questions about imports."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, select

from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import ImportNotFound
from synergy_projects.queries.people import among
from synergy_projects.queries.views import View

_I = tables.imports.c


def read_import(connection: Connection, actor: Actor, import_id: UUID) -> View:
    """How far an import of the actor's is. Raises ImportNotFound."""
    return shown(import_of(connection, actor, import_id))


def import_of(connection: Connection, actor: Actor, import_id: UUID) -> Row[Any]:
    """Its row. Raises ImportNotFound."""
    mine = _I.id == import_id, _I.user_id == actor.user_id
    row = connection.execute(select(tables.imports).where(*mine)).first()
    if row is None:
        raise ImportNotFound
    return row


def unfinished_imports(connection: Connection, user_id: int) -> int:
    """How many imports of this user's wait or go on."""
    theirs = _I.user_id == user_id, _I.status.in_(("queued", "checking", "importing"))
    return connection.execute(select(func.count()).select_from(tables.imports).where(*theirs)).scalar_one()


def forget_imports_of(connection: Connection, user_ids: Collection[int]) -> None:
    """Keep nothing of these users' imports."""
    theirs = select(_I.id).where(among(_I.user_id, user_ids))
    connection.execute(delete(tables.import_parts).where(tables.import_parts.c.import_id.in_(theirs)))
    connection.execute(delete(tables.imports).where(among(_I.user_id, user_ids)))


def shown(row: Row[Any]) -> View:
    """The import as its owner sees it."""
    return {
        "id": row.id,
        "status": row.status,
        "done": row.done,
        "total": row.total,
        "errors": row.errors,
        "warnings": row.warnings,
        "project": row.project_id if row.status == "done" else None,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }
