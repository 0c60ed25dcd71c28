"""Projects as they were: the fold of their events up to a version."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, text

from synergy_chassis.store import EventCodec, RecordedEvent
from synergy_chassis.store.rows import SELECT, recorded
from synergy_projects.domain.project import Project, evolve

HELD_TASKS: Final = 20_000
"""How many tasks, comments and time logs the states that are kept for the next question may have in all."""

_BETWEEN: Final = text(
    SELECT + "WHERE stream = :stream AND version > :after AND version <= :upto ORDER BY version LIMIT :page"
)


class Histories:
    """
    Answers with states at past versions. The last state of each project is kept, so that successive versions advance it
    instead of folding from the start; the least recently used ones go when they get too many.
    """

    def __init__(self, codec: EventCodec, *, held_tasks: int = HELD_TASKS, page: int = 1_000) -> None:
        self._codec = codec
        self._limit = held_tasks
        self._page = page
        self._held: OrderedDict[str, Project] = OrderedDict()
        self._weight = 0

    @contextmanager
    def at(
        self, connection: Connection, stream: str, version: int, *, event: RecordedEvent | None = None
    ) -> Iterator[Project | None]:
        """
        The project right after `version`, None if there is no such stream. To be read within the block only.

        Whoever holds the event of that version gives it along; where it is the next one, nothing is read.
        """
        project = self._taken(stream)  # nobody else sees it while it is in use
        if project is not None and project.version > version:
            project = None
        if event is not None and event.version == version == (project.version if project else 0) + 1:
            project = self._evolved(project, [event])
        else:
            project = self._advanced(connection, project, stream, version)
        yield project
        if project is not None:
            self._keep(stream, project)

    def _advanced(self, connection: Connection, project: Project | None, stream: str, upto: int) -> Project | None:
        reached = project.version if project else 0
        while reached < upto:
            parameters = {"stream": stream, "after": reached, "upto": upto, "page": self._page}
            page = [recorded(row) for row in connection.execute(_BETWEEN, parameters)]
            project = self._evolved(project, page)
            if len(page) < self._page:
                break
            reached += self._page  # versions have no gaps
        return project

    def _evolved(self, project: Project | None, events: Sequence[RecordedEvent]) -> Project | None:
        for event in events:
            project = evolve(project, self._codec.decode(event), version=event.version, at=event.recorded_at)
        return project

    def _taken(self, stream: str) -> Project | None:
        project = self._held.pop(stream, None)
        self._weight -= _weight(project) if project else 0
        return project

    def _keep(self, stream: str, project: Project) -> None:
        self._taken(stream)
        self._held[stream] = project
        self._weight += _weight(project)
        while self._weight > self._limit:
            self._taken(next(iter(self._held)))


def _weight(project: Project) -> int:
    return 1 + len(project.tasks) + len(project.comments) + len(project.time_logs)
