"""
Works on imports: checks a file whole, and then makes a project of it, portion by portion.

Any replica may; who does holds the import for some seconds and renews that. What one leaves, because it was killed or
stops, another takes over where it stands: the events that were appended are passed over, for the same file makes the
same events. The project is out of sight until the last of them.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Event as Signal
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

import structlog
from sqlalchemy import Row, delete, func, or_, select, update

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.clock import Clock, new_id
from synergy_chassis.store import BulkAppender, CommandContext, StoreUnavailable
from synergy_projects import tables
from synergy_projects.documents import Source, Unreadable, opened
from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.domain.events import Event, ProjectPurged
from synergy_projects.domain.importing import (
    CountedIds,
    Fault,
    Faults,
    Ids,
    ImportedProject,
    Making,
    ReservedIds,
    Survey,
)
from synergy_projects.domain.importing.ids import KINDS, in_ranges
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.handlers.portions import Portions
from synergy_projects.queries import loading, owners

log = structlog.get_logger(__name__)
T = TypeVar("T")

HELD: Final = timedelta(seconds=10)
"""How long an import is held without a sign of life."""
RENEWED: Final = 2.0
"""Seconds between two."""
MOST_ATTEMPTS: Final = 10
AWAY: Final = (StoreUnavailable, RpcTimeout, RpcUnavailable)
"""What has nothing to do with the import: it waits."""
PORTION: Final = 200
"""Events to a transaction: what is done between two looks at other work."""
BREATH: Final = 16
"""Tasks, or events, between two moments for other work."""
_YOURS: Final = "what is this person's counts as yours, and nothing is assigned to them."
_I: Final = tables.imports.c
_SEQUENCES: Final = {
    "tasks": tables.task_ids, "comments": tables.comment_ids, "subtasks": tables.subtask_ids,
    "time_logs": tables.time_log_ids, "labels": tables.label_ids, "milestones": tables.milestone_ids,
    "sprints": tables.sprint_ids,
}  # fmt: skip


class Released(Exception):
    """The import is somebody else's by now, or this process ends."""


@dataclass(frozen=True, slots=True)
class _File:
    """What was surveyed of a file."""

    source: Source
    project: ImportedProject
    survey: Survey


class Importer:
    """One for a process. `waiting` is set when there is something to do, `closing` when the process ends."""

    def __init__(self, desk: Desk, bulk: BulkAppender, clock: Clock, closing: Signal) -> None:
        self._desk = desk
        self._bulk = bulk
        self._clock = clock
        self._closing = closing
        self._holder = new_id()
        self._renewed = 0.0
        self.waiting = Signal()

    def work(self) -> bool:
        """Do one import, if one waits; whether one did."""
        row = self._taken()
        if row is None:
            return False
        self._renewed = time.monotonic()
        try:
            if row.attempts > MOST_ATTEMPTS:
                self._give_up(row)
            else:
                self._do(row)
        except Released:
            self._release(row.id, timedelta(), attempts=row.attempts - 1)
        except Exception as error:
            if isinstance(error, AWAY):
                log.warning("import-interrupted", id=str(row.id), error=f"{type(error).__name__}: {error}"[:200])
                self._release(row.id, HELD, attempts=row.attempts - 1)
            else:
                log.exception("import-interrupted", id=str(row.id), attempt=row.attempts)
                self._release(row.id, HELD)
        return True

    def _taken(self) -> Row[Any] | None:
        free = or_(_I.held_until.is_(None), _I.held_until < func.now())
        next_one = (
            select(_I.id)
            .where(_I.status.in_(("queued", "checking", "importing")), free)
            .order_by(_I.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        taking = update(tables.imports).where(_I.id == next_one)
        held = taking.values(holder=self._holder, held_until=func.now() + HELD, attempts=_I.attempts + 1)
        with self._desk.uow.writing() as rows:
            return rows.execute(held.returning(*tables.imports.columns)).first()

    def _do(self, row: Row[Any]) -> None:
        if row.status != "importing":
            self._set(row.id, status="checking")
            found = self._checked(row)
            if isinstance(found, Faults):
                self._failed(row.id, found.found)
                return
            row = found
        faults = Faults()
        file = self._surveyed(row, faults)
        if file is None or faults.found:
            raise RuntimeError("The file was right before.")
        self._append(row, file)

    def _surveyed(self, row: Row[Any], faults: Faults) -> _File | None:
        def chunks() -> Iterator[bytes]:
            return self._parts(row)

        source = opened(chunks, row.format, row.name)
        project = source.project(faults)
        if project is None:
            return None
        survey = Survey(project, faults)
        for task in self._breathing(source.tasks(faults)):
            if survey.exceeded:
                return None
            survey.add(task)
        if survey.exceeded:
            return None
        survey.finish()
        return _File(source, project, survey)

    def _checked(self, row: Row[Any]) -> Row[Any] | Faults:
        """The import as it is to be done: everything but appending was tried. Or what is wrong with it."""
        faults = Faults()
        try:
            whole = hashlib.sha256()
            for part in self._parts(row):
                whole.update(part)
            if whole.hexdigest() != row.digest:
                faults.add(0, "The file did not arrive as it was sent. Send it again.")
                return faults
            file = self._surveyed(row, faults)
            if file is None:
                return faults
            ids = CountedIds()
            people: list[int | None] = [None] * len(file.survey.names) if faults.found else self._people(row, file)
            making = self._making(row, file, ids, dict(zip(file.survey.names, people, strict=True)), 1, faults)
            for _ in self._breathing(making.events(file.source.tasks(Faults()))):  # what is wrong is told already
                pass
            if faults.found:
                return faults
        except Unreadable as no:
            faults.add(no.line, no.detail)
            return faults
        return self._ready(row, file, people, ids)

    def _ready(self, row: Row[Any], file: _File, people: list[int | None], ids: CountedIds) -> Row[Any] | Faults:
        """Note what the events are made of besides the file, so that they are the same whoever makes them."""
        named = file.survey.names.items()
        joining = {member.username for member in file.project.members}
        passed_over = [
            {"line": line, "detail": _unknown(name) if found is None else _outside(name)}
            for (name, line), found in zip(named, people, strict=True)
            if found is None or (name not in joining and found != row.user_id)
        ]
        with self._desk.uow.writing() as rows:
            if owners.held_and_leaving(rows, row.user_id):
                faults = Faults()
                faults.add(0, "This account is being erased.")
                return faults
            reserved = {
                kind: in_ranges(sorted(loading.fresh_ids(rows, _SEQUENCES[kind], ids.counts[kind]))) for kind in KINDS
            }
            ready = update(tables.imports).where(_I.id == row.id, _I.holder == self._holder)
            noted = rows.execute(
                ready.values(
                    status="importing",
                    total=file.survey.count,
                    people=people,
                    reserved=reserved,
                    project_id=rows.execute(select(tables.project_ids.next_value())).scalar_one(),
                    warnings=passed_over,
                ).returning(*tables.imports.columns)
            ).first()
        if noted is None:
            raise Released
        return noted

    def _people(self, row: Row[Any], file: _File) -> list[int | None]:
        """The ids of those whom the file names, None for who has no account here."""
        found = []
        for name in file.survey.names:
            self._renew(row.id)
            found.append(self._desk.directory.find(name))
        self._desk.keep([person for person in found if person is not None])
        return [person.id if person else None for person in found]

    def _making(
        self, row: Row[Any], file: _File, ids: Ids, people: dict[str, int | None], project_id: int, faults: Faults
    ) -> Making:
        return Making(
            file.project,
            file.survey,
            importer=row.user_id,
            project_id=project_id,
            people={name: user_id for name, user_id in people.items() if user_id is not None},
            ids=ids,
            now=row.created_at,
            faults=faults,
        )

    def _append(self, row: Row[Any], file: _File) -> None:
        faults, people = Faults(), dict(zip(file.survey.names, row.people, strict=True))
        making = self._making(row, file, ReservedIds(row.reserved), people, row.project_id, faults)
        made = self._breathing(making.events(file.source.tasks(faults)))
        stream = stream_of(row.project_id)
        portions = Portions(self._desk, row.id, row.project_id, lambda done: self._renew(row.id, done=done))
        own_id = uuid5(row.id, f"project {row.project_id}")  # that of the import is the one of its beginning
        context = CommandContext(command_id=own_id, actor_id=row.user_id, request_id=None)
        encoded = map(self._desk.codec.encode, _sound(made, faults))
        appended = self._bulk.append(
            stream, encoded, context, mode="no_stream", outcome={"project": row.project_id}, rows=portions.rows
        )
        if appended.repeated:
            self._set(row.id)  # raises Released where somebody else did it
            raise RuntimeError("What the project is made by was done, and the import is not.")
        log.info("imported", id=str(row.id), project=row.project_id, tasks=row.total)

    def _breathing(self, things: Iterable[T]) -> Iterator[T]:
        for count, thing in enumerate(things):
            if count % BREATH == 0:
                time.sleep(0)  # whoever shares the process with this is served
            yield thing

    def _parts(self, row: Row[Any]) -> Iterator[bytes]:
        columns = tables.import_parts.c
        for number in range(row.parts):
            self._renew(row.id)
            with self._desk.uow.reading() as connection:
                wanted = select(columns.data).where(columns.import_id == row.id, columns.number == number)
                data = connection.execute(wanted).scalar()
            if data is None:
                raise Unreadable(0, "A part of the file is missing. Send it again.")
            yield bytes(data)

    def _renew(self, import_id: UUID, *, done: int | None = None) -> None:
        """Go on holding the import. Raises Released."""
        if self._closing.is_set():
            raise Released
        if done is not None or time.monotonic() - self._renewed >= RENEWED:
            self._set(import_id, **({} if done is None else {"done": done}))

    def _set(self, import_id: UUID, **values: Any) -> None:
        own = update(tables.imports).where(_I.id == import_id, _I.holder == self._holder)
        with self._desk.uow.writing() as rows:
            held = rows.execute(own.values(held_until=func.now() + HELD, **values).returning(_I.id)).first()
        if held is None:
            raise Released
        self._renewed = time.monotonic()

    def _release(self, import_id: UUID, after: timedelta, **values: Any) -> None:
        own = update(tables.imports).where(_I.id == import_id, _I.holder == self._holder)
        with self._desk.uow.writing() as rows:
            rows.execute(own.values(holder=None, held_until=func.now() + after, **values))

    def _failed(self, import_id: UUID, faults: Iterable[Fault]) -> None:
        errors = [{"line": line, "detail": detail} for line, detail in faults]
        own = update(tables.imports).where(_I.id == import_id, _I.holder == self._holder)
        with self._desk.uow.writing() as rows:
            over = own.values(status="failed", errors=errors, finished_at=self._clock.now(), held_until=None)
            if rows.execute(over.returning(_I.id)).first() is not None:
                rows.execute(delete(tables.import_parts).where(tables.import_parts.c.import_id == import_id))

    def _give_up(self, row: Row[Any]) -> None:
        """It cannot be done: what there is of the project goes, which nobody has seen."""
        try:
            context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
            with self._desk.locked(row.project_id or 0, context) as stream:
                project = loading.project(stream.rows, row.project_id, only=())
                if project is not None and project.importing:
                    self._desk.record(stream, project, [ProjectPurged()])
        except ProjectNotFound:
            pass  # it was not begun
        self._failed(row.id, [Fault(0, "This cannot be imported here, for a reason that is no fault of the file.")])


def _sound(events: Iterable[Event], faults: Faults) -> Iterator[Event]:
    """The events, as long as nothing is refused of what was found right before."""
    for event in events:
        if faults.found:
            raise RuntimeError(f"The file was right before: {faults.found[0]}")
        yield event


def _unknown(name: str) -> str:
    return f"“{name}” has no account here: {_YOURS}"


def _outside(name: str) -> str:
    return f"“{name}” is not among the members in the file: {_YOURS}"
