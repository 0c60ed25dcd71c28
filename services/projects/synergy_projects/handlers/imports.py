"""Files are taken in, part by part; what becomes of them is the importer's work."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store import CommandContext
from synergy_chassis.store.errors import CommandReused
from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import ImportNotFound, ImportsRunning, UnknownActor
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries.imports import import_of, shown, unfinished_imports
from synergy_projects.queries.views import View

MOST_AT_ONCE: Final = 5
"""Imports of one person that are not finished."""
RECEIVED: Final = timedelta(hours=1)
"""How long a file may take to arrive."""
AWAITED: Final = timedelta(minutes=5)
"""How long one that never does stands in the way of others of the same person."""
KEPT: Final = timedelta(days=7)
"""How long it is told what became of an import."""
FINISHED: Final = ("done", "failed")
_I: Final = tables.imports.c
_P: Final = tables.import_parts.c


def begin_import(
    actor: Actor, *, format: str | None, name: str | None, context: CommandContext, desk: Desk, now: datetime
) -> View:
    """
    An import that waits for its file. It has the command's id, so that the same command again is the same import; the
    id is kept as those of other commands are, so that none of them has it, too.

    Raises UnknownActor, ImportsRunning, CommandReused.
    """
    if not desk.known([actor.user_id]):
        raise UnknownActor
    with desk.uow.stream(f"import-{context.command_id}", context, creates=True) as stream:
        if stream.seen is None:
            stream.append([], outcome={"import": str(context.command_id)}, rows=lambda _recorded, _writer: None)
    with desk.uow.writing() as rows:
        rows.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"imports {actor.user_id}", 1))))
        begun = rows.execute(select(_I.id).where(_I.id == context.command_id)).first()
        if begun is None:
            _make_room(rows, actor.user_id, now)
            new = insert(tables.imports).values(
                id=context.command_id, user_id=actor.user_id, status="receiving", format=format, name=name, done=0,
                errors=[], warnings=[], attempts=0, created_at=now,
            )  # fmt: skip
            rows.execute(new.on_conflict_do_nothing())
        row = import_of(rows, actor, context.command_id)
        if (row.format, row.name) != (format, name):
            raise CommandReused("This id was given to another import before.")
        return shown(row)


def _make_room(rows: Connection, user_id: int, now: datetime) -> None:
    """For one import more of this user's: files that do not arrive go. Raises ImportsRunning."""
    receiving = _I.user_id == user_id, _I.status == "receiving"
    counted = rows.execute(select(func.count()).select_from(tables.imports).where(*receiving)).scalar_one()
    room = MOST_AT_ONCE - unfinished_imports(rows, user_id)
    if counted >= room:
        counted -= _forget(rows, *receiving, _I.created_at < now.astimezone(UTC) - AWAITED)
    if counted >= room:
        raise ImportsRunning


def add_import_part(actor: Actor, import_id: UUID, number: int, data: bytes, *, desk: Desk) -> None:
    """Keep a part of a file that is awaited, in place of one that came before. Raises ImportNotFound."""
    with desk.uow.writing() as rows:
        if import_of(rows, actor, import_id).status != "receiving":
            return  # the same file is sent again
        awaited = select(literal(import_id), literal(number), literal(data)).where(
            _I.id == import_id, _I.status == "receiving"
        )
        awaited = awaited.with_for_update(read=True)  # it neither goes nor is submitted meanwhile
        new = insert(tables.import_parts).from_select(["import_id", "number", "data"], awaited)
        replaced = new.on_conflict_do_update(index_elements=["import_id", "number"], set_={"data": new.excluded.data})
        rows.execute(replaced)


def submit_import(actor: Actor, import_id: UUID, *, parts: int, digest: str, desk: Desk) -> View:
    """The file is whole, and waits to be imported. Raises ImportNotFound; CommandReused for another file."""
    mine = _I.id == import_id, _I.user_id == actor.user_id
    with desk.uow.writing() as rows:
        row = rows.execute(select(tables.imports).where(*mine).with_for_update()).first()
        if row is None:
            raise ImportNotFound
        if row.status == "receiving":
            rows.execute(delete(tables.import_parts).where(_P.import_id == import_id, _P.number >= parts))
            rows.execute(update(tables.imports).where(*mine).values(status="queued", parts=parts, digest=digest))
        elif row.digest != digest:
            raise CommandReused("This id was given to another file before.")
        return shown(import_of(rows, actor, import_id))


def forget_imports(rows: Connection, now: datetime) -> int:
    """Files that never became whole go, and what is told of imports long ago; how many of them there were."""
    moment = now.astimezone(UTC)
    stale = (_I.status == "receiving") & (_I.created_at < moment - RECEIVED)
    old = _I.status.in_(FINISHED) & (_I.finished_at < moment - KEPT)
    return _forget(rows, stale | old)


def _forget(rows: Connection, *which: ColumnElement[bool]) -> int:
    gone = rows.execute(delete(tables.imports).where(*which).returning(_I.id)).scalars().all()
    for import_id in gone:
        rows.execute(delete(tables.import_parts).where(_P.import_id == import_id))
    return len(gone)
