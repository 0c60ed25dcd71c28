"""What people do with projects in these tests, on a real store."""

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine

from synergy_chassis.clock import FixedClock, new_id
from synergy_chassis.store import CommandContext, EventLog, UnitOfWork
from synergy_chassis.store.migrate import migrate
from synergy_chassis.store.trip import Trip
from synergy_local.servers.postgres import Postgres
from synergy_local.servers.testbed import FreshDatabase, fresh_database
from synergy_projects import handlers, projections, queries
from synergy_projects.domain import commands
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.person import Person

WITH_VERSIONS = ("read_project", "list_projects", "read_task", "list_tasks")
_user_ids = count(1)


class People:
    """The directory of a test: who exists, and how often it was asked."""

    def __init__(self) -> None:
        self.known: dict[int, Person] = {}
        self.asked: list[object] = []

    def people(self, ids: Collection[int]) -> list[Person]:
        self.asked.append(sorted(ids))
        return [self.known[user_id] for user_id in ids if user_id in self.known]

    def find(self, username: str) -> Person | None:
        self.asked.append(username)
        return next((person for person in self.known.values() if person.username == username), None)


@dataclass
class World:
    """The service's commands and questions, and people to ask them."""

    engine: Engine
    clock: FixedClock
    people: People = field(default_factory=People)

    def __post_init__(self) -> None:
        self.uow = UnitOfWork(self.engine, self.clock)
        self.log = EventLog(self.engine)
        self.histories = queries.Histories(projections.CODEC)
        self.past = queries.Past(projections.CODEC)
        self.renderer = queries.Renderer(self.uow, self.log, projections.CODEC, self.histories)
        self.desk = handlers.Desk(self.uow, projections.CODEC, self.histories, self.people)

    def somebody(self, name: str = "user", *, superuser: bool = False) -> Actor:
        user_id = next(_user_ids)
        self.people.known[user_id] = Person(user_id, f"{name}-{user_id}", f"{name.title()} Body")
        return Actor(user_id=user_id, superuser=superuser)

    def do(self, verb: str, actor: Actor, *, command_id: UUID | None = None, **fields: Any) -> Any:
        """A command by the name of its handler."""
        self.clock.advance(timedelta(seconds=1))
        kind = getattr(commands, "".join(part.title() for part in verb.split("_")))
        context = CommandContext(command_id=command_id or new_id(), actor_id=actor.user_id, request_id=None)
        return getattr(handlers, verb)(kind(actor=actor, **fields), context=context, desk=self.desk)

    def ask(self, verb: str, actor: Actor, *args: Any, **fields: Any) -> Any:
        """A question by its name."""
        with self.uow.reading() as connection:
            found = getattr(queries, verb)(connection, actor, *args, **fields)
        return found[0] if verb in WITH_VERSIONS else found  # the other one is what it was made of

    def then(self, question: str, actor: Actor, project_id: int, as_of: Any, **fields: Any) -> Any:
        """A question about the past, by its name."""
        with self.uow.reading() as connection:
            return getattr(self.past, question)(connection, actor, project_id, as_of, **fields)

    def project(self, owner: Actor, *members: tuple[Actor, str], **fields: Any) -> int:
        view = self.do("create_project", owner, **{"name": "Apollo"} | fields)
        for member, role in members:
            self.do("add_member", owner, project_id=view["id"], user_id=member.user_id, role=role)
        return int(view["id"])

    def task(self, actor: Actor, project_id: int, **fields: Any) -> dict[str, Any]:
        view: dict[str, Any] = self.do("create_task", actor, project_id=project_id, **{"title": "Build"} | fields)
        return view

    def events(self, project_id: int) -> list[str]:
        return [event.type for event in self.log.stream(f"project-{project_id}")]

    def at(self, project_id: int, version: int, histories: queries.Histories | None = None) -> tuple[int, int] | None:
        """The version and the number of tasks of a past state."""
        past = histories or self.histories
        with self.uow.reading() as connection, past.at(connection, f"project-{project_id}", version) as state:
            return None if state is None else (state.version, len(state.tasks))

    def statements(self) -> "Statements":
        return Statements()


class Statements:
    """Counts the SQL statements that this thread sends within the block, those that begin and end aside."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._thread = threading.get_ident()
        self._execute, self._ask = psycopg.Cursor.execute, Trip.ask

    def __enter__(self) -> "Statements":
        def executed(cursor: Any, query: Any, *args: Any, **named: Any) -> Any:
            self._note(str(query))
            return self._execute(cursor, query, *args, **named)

        def asked(trip: Trip, text: bytes, *args: Any, **named: Any) -> int:
            self._note(text.decode())
            return self._ask(trip, text, *args, **named)

        psycopg.Cursor.execute = executed  # type: ignore[method-assign]
        Trip.ask = asked  # type: ignore[method-assign]
        return self

    def _note(self, text: str) -> None:
        if threading.get_ident() == self._thread and not text.startswith(
            ("BEGIN", "COMMIT")
        ):  # the notifier has its own
            self.texts.append(text)

    def __exit__(self, *_: object) -> None:
        psycopg.Cursor.execute, Trip.ask = self._execute, self._ask  # type: ignore[method-assign]


@contextmanager
def a_migrated_database(server: Postgres) -> Iterator[FreshDatabase]:
    """A database with the tables of projects, gone with the block."""
    with fresh_database(server) as database:
        migrate(package="synergy_projects", migration_url=database.owner_url, database_url=database.service_url)
        yield database
