"""What every handler works with."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

from synergy_chassis.store import (
    CommandContext,
    EventCodec,
    Question,
    RecordedEvent,
    Stream,
    StreamNotFound,
    Streams,
    UnitOfWork,
    Writer,
)
from synergy_projects import projections
from synergy_projects.domain.errors import DomainError, ProjectNotFound
from synergy_projects.domain.events import Event
from synergy_projects.domain.person import Person
from synergy_projects.domain.project import Project, evolve
from synergy_projects.queries import loading
from synergy_projects.queries.history import Histories
from synergy_projects.queries.people import people, remember
from synergy_projects.queries.versions import membership

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Directory(Protocol):
    """Where names of users come from when they are not known here: auth."""

    def people(self, ids: Collection[int]) -> list[Person]:
        """Those of the users who exist."""
        ...

    def find(self, username: str) -> Person | None:
        """The active user of exactly this name."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, its codec, the past, and the directory of people."""

    uow: UnitOfWork
    codec: EventCodec
    histories: Histories
    directory: Directory

    @contextmanager
    def locked(
        self,
        project_id: int,
        context: CommandContext,
        *,
        missing: type[DomainError] = ProjectNotFound,
        also: Sequence[Question] = (),
    ) -> Iterator[Stream]:
        """
        The project's stream, locked until the block ends; `also` is asked in the same round trip. Raises `missing` if
        there is no such project.
        """
        try:
            with self.uow.stream(stream_of(project_id), context, also=also) as stream:
                if stream.seen is not None:  # whom it let in then is among those who are in now
                    self._touch_members(stream, loading.project(stream.rows, project_id))
                yield stream
        except StreamNotFound:
            raise missing from None

    def record(
        self, stream: Stream, project: Project | None, events: Sequence[Event], outcome: Mapping[str, Any] = NOTHING
    ) -> Project:
        """
        Append the events, with the rows that follow from them, and tell the project after them.

        What is kept under the command's id is `outcome`, the project and the version reached: enough to give the same
        answer again, without anybody's name in it.
        """
        before = projections.rows(project)
        after = project

        def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
            nonlocal after
            for event, stored in zip(events, recorded, strict=True):
                after = evolve(after, event, version=stored.version, at=stored.recorded_at)
            if after is not None and after.purged:
                projections.clear(after.id, writer)
                return
            writes = list(projections.writes(before, projections.rows(after)))
            for user_id in projections.joining(writes):
                stream.touch(membership(user_id))
            projections.queue(writes, writer)

        version, of = stream.version + len(events), {"project": project.id} if project else {}
        stream.append(
            [self.codec.encode(event) for event in events], outcome={**of, **outcome, "version": version}, rows=rows
        )
        if after is None:
            raise LookupError(f"{stream.name} has no project.")
        return after

    def record_both(
        self, streams: Streams, one: tuple[Project, Sequence[Event]], other: tuple[Project, Sequence[Event]]
    ) -> Project:
        """
        Append the events of two projects at once, with the rows that follow: first those of the `one`. Answer the
        `other` after them, which is also what is kept under the command's id.
        """
        befores = [projections.rows(project) for project, _ in (one, other)]

        def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
            remaining = iter(recorded)
            for (project, events), before in zip((one, other), befores, strict=True):
                for event in events:
                    stored = next(remaining)
                    evolve(project, event, version=stored.version, at=stored.recorded_at)
                projections.queue(projections.writes(before, projections.rows(project)), writer)

        project, events = other
        name = stream_of(project.id)
        encoded = [(stream_of(owner.id), self.codec.encode(event)) for owner, found in (one, other) for event in found]
        outcome = {"project": project.id, "version": streams.versions[name] + len(events)}
        streams.append(encoded, outcome=outcome, rows=rows)
        return project

    def told_again(self, context: CommandContext, project_id: int, version: int) -> None:
        """The command that started this project is seen again: `context` tells what it touched then."""
        context.reached[stream_of(project_id)] = version
        if context.actor_id is not None:
            context.reached[membership(context.actor_id)] = None

    def known(self, ids: Collection[int]) -> dict[int, Person]:
        """The users' names; those not known here yet are asked for and kept. Users who do not exist are left out."""
        with self.uow.glancing() as connection:
            found = people(connection, ids)
        missing = [user_id for user_id in ids if user_id not in found]
        if missing:
            found |= {person.id: person for person in self.keep(self.directory.people(missing))}
        return found

    def keep(self, found: list[Person]) -> list[Person]:
        """Store these names."""
        if found:
            with self.uow.writing() as connection:
                remember(connection, found)
        return found

    def _touch_members(self, stream: Stream, project: Project | None) -> None:
        for user_id in project.members if project else ():
            stream.touch(membership(user_id))


def stream_of(project_id: int) -> str:
    """The name of a project's stream."""
    return f"project-{project_id}"
