"""
What comes with time and nobody's doing: tasks that are due, milestones that were missed, trash that is old, imports
that are over.

Any replica may sweep, also several at once: each project is decided on under its stream's lock, by its state then, so
nothing is told twice, and what one sweep does not come to, the next one finds, however long after. Days are of UTC.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Final
from uuid import UUID, uuid5

import structlog

from synergy_chassis.store import CommandContext, Stream
from synergy_projects import tables
from synergy_projects.domain.decide import due as decide
from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.domain.events import Event
from synergy_projects.domain.project import Milestone, Project
from synergy_projects.handlers.desk import Desk
from synergy_projects.handlers.imports import forget_imports
from synergy_projects.queries import due, loading
from synergy_projects.queries.due import Due
from synergy_projects.queries.people import among

log = structlog.get_logger(__name__)

_BY_TIME: Final = UUID("6c8f2b6e-5d0b-5c51-9d6e-6f1c7f4b8a10")
"""The name space of the ids of these commands: the same finding has the same id, so the same effect, once."""
_IN_A_COMMAND: Final = 100
_Decide = Callable[[Stream, Project, Sequence[int]], list[Event]]


def sweep(now: datetime, *, desk: Desk) -> Iterator[int]:
    """
    Tell and purge what is due by `now`, project by project; yields how many events each command made.

    A project that fails is passed over and logged: the next sweep tries it again.
    """
    today = now.astimezone(UTC).date()
    tomorrow, expired = today + timedelta(days=1), now - decide.TRASH_KEPT
    for what, find, decided in (
        ("due", partial(due.tasks_due, today=today, tomorrow=tomorrow), _due),
        ("missed", partial(due.milestones_missed, today=today), _missed),
        ("tasks purged", partial(due.trashed_tasks_expired, before=expired), _tasks_purged),
        ("purged", partial(due.trash_expired, before=expired), _purged),
    ):
        for project_id, ids in _found(find, desk):
            yield _told(f"{what} on {today}", project_id, ids, partial(decided, now), desk)
    with desk.uow.writing() as rows:
        forget_imports(rows, now)


def _found(find: Callable[..., list[Due]], desk: Desk) -> Iterator[tuple[int, Sequence[Due]]]:
    """What is due, a project or a part of it at a time."""
    after: Due | None = None
    while True:
        with desk.uow.reading() as connection:
            found = find(connection, after=after)
        for project_id, of_project in groupby(sorted(found), key=attrgetter("project_id")):
            listed = list(of_project)
            for start in range(0, len(listed), _IN_A_COMMAND):
                yield project_id, listed[start : start + _IN_A_COMMAND]
        if len(found) < due.AT_ONCE:
            return
        after = found[-1]


def _told(what: str, project_id: int, found: Sequence[Due], decided: _Decide, desk: Desk) -> int:
    named = " ".join(f"{one.id}@{one.since}.{one.version}" for one in found)
    context = CommandContext(
        command_id=uuid5(_BY_TIME, f"{what} {project_id}: {named}"), actor_id=None, request_id=None
    )
    try:
        with desk.locked(project_id, context) as stream:
            project = loading.project(stream.rows, project_id, only=()) if stream.seen is None else None
            events = decided(stream, project, [one.id for one in found]) if project else []
            if events:
                desk.record(stream, project, events)
        return len(events)
    except ProjectNotFound:
        return 0
    except Exception as error:
        log.warning("not-swept", what=what, project=project_id, error=f"{type(error).__name__}: {error}"[:200])
        return 0


def _due(now: datetime, stream: Stream, project: Project, ids: Sequence[int]) -> list[Event]:
    columns = tables.tasks.c
    project.tasks = loading.tasks(stream.rows, columns.project_id == project.id, among(columns.id, ids))
    return decide.tell_due(project, now.astimezone(UTC).date())


def _missed(now: datetime, stream: Stream, project: Project, ids: Sequence[int]) -> list[Event]:
    columns = tables.milestones.c
    own = columns.project_id == project.id
    project.milestones = loading.entities(stream.rows, tables.milestones, Milestone, own, among(columns.id, ids))
    return decide.tell_missed(project, now.astimezone(UTC).date())


def _tasks_purged(now: datetime, stream: Stream, project: Project, ids: Sequence[int]) -> list[Event]:
    """With what waits for them, and what hangs on them."""
    columns = tables.tasks.c
    waiting = columns.depends_on.overlap(list(ids))
    project.tasks = loading.tasks(stream.rows, columns.project_id == project.id, among(columns.id, ids) | waiting)
    project.comments = loading.comments(stream.rows, among(tables.comments.c.task_id, ids))
    project.time_logs = loading.time_logs(stream.rows, among(tables.time_logs.c.task_id, ids))
    project.timers = loading.timers(stream.rows, among(tables.timers.c.task_id, ids))
    return decide.expire_tasks(project, now)


def _purged(now: datetime, _stream: Stream, project: Project, _ids: Sequence[int]) -> list[Event]:
    return decide.expire(project, now)
