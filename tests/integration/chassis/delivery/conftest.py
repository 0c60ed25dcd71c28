"""A store, a broker's room, a relay and a consumer that die when they are told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pika
import psycopg
import pytest
from integration.chassis.bus.conftest import until
from sqlalchemy import Engine

from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import CommandContext, EventLog, NewEvent, UnitOfWork, engine, store_ddl
from synergy_local.servers.testbed import fresh_database

SEEN = """
    CREATE TABLE effects (id bigserial PRIMARY KEY, position bigint, stream text, version bigint);
    CREATE TABLE health (cured boolean NOT NULL);
    INSERT INTO health VALUES (true);
    CREATE TABLE moves (id bigserial PRIMARY KEY, what text, position bigint);
    CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        'BEGIN INSERT INTO public.moves (what, position) VALUES (TG_TABLE_NAME, NEW.position); RETURN NULL; END';
    CREATE TRIGGER note_move AFTER UPDATE OF position ON store.positions FOR EACH ROW EXECUTE FUNCTION note_move();
    CREATE TRIGGER note_move AFTER UPDATE OF position ON store.relay FOR EACH ROW EXECUTE FUNCTION note_move();
    GRANT ALL ON effects, effects_id_seq, health TO {service};
"""


class World:
    """Auth's store, what `projects` made of it, and both programs."""

    def __init__(self, database: Any, vhost: Any, folder: Path) -> None:
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            for statement in (*store_ddl(service_role=database.service), *SEEN.split(";\n")):
                owner.execute(statement.replace("{service}", database.service))
        self._looking = psycopg.connect(database.owner_url, autocommit=True)
        self.engine: Engine = engine(database.service_url, application_name="test")
        self.uow, self.log = UnitOfWork(self.engine, SystemClock()), EventLog(self.engine)
        self.vhost = vhost
        self.journal = folder / "heard"
        self.journal.touch()
        url = vhost.amqp_url
        self.relay = Mortal("relay", folder, D=database.service_url, A=url("relay-auth"), JOURNAL=str(self.journal))
        self.consumer = Mortal("consumer", folder, D=database.service_url, A=url("projects"), JOURNAL=str(self.journal))

    def append(self, stream: str, count: int, *, poison: bool = False) -> None:
        """So many events in one stream, appended one by one."""
        for _ in range(count):
            new = not self.asked("SELECT FROM store.streams WHERE stream = %s", stream)
            event = NewEvent(type="user.updated", schema_version=1, entity=stream, data={"poison": poison})
            context = CommandContext(command_id=new_id(), actor_id=1, request_id="r")
            with self.uow.stream(stream, context, creates=new) as locked:
                locked.append([event], outcome={}, rows=lambda _events, _writer: None)

    def asked(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._looking.execute(query, parameters).fetchall()

    def cure(self, cured: bool) -> None:
        self.asked("UPDATE health SET cured = %s RETURNING cured", cured)

    @property
    def stored(self) -> list[int]:
        return [position for (position,) in self.asked("SELECT position FROM store.events ORDER BY position")]

    @property
    def effects(self) -> list[int]:
        return [position for (position,) in self.asked("SELECT position FROM effects ORDER BY id")]

    @property
    def parked(self) -> list[int]:
        return [position for (position,) in self.asked("SELECT position FROM store.parked ORDER BY position")]

    @property
    def heard(self) -> list[int]:
        return [int(line) for line in self.journal.read_text().splitlines()]

    def checkpoint(self) -> int:
        return int(self.asked("SELECT position FROM store.relay")[0][0])

    def moves(self, what: str) -> list[int]:
        return [position for (position,) in self.asked("SELECT position FROM moves WHERE what = %s ORDER BY id", what)]

    def published(self) -> None:
        until(lambda: self.checkpoint() == self.stored[-1], what=lambda: f"{self.checkpoint()} of {self.stored[-1]}")

    def settled(self) -> None:
        """Everything stored has its effect, or is parked."""
        until(
            lambda: sorted(self.effects + self.parked) == self.stored,
            what=lambda: f"{self.stored}: effects {self.effects}, parked {self.parked}; {self.consumer.said()}",
        )

    def arrived(self, positions: list[int]) -> None:
        """Each of these came over the bus at least once; its effect may have come sooner, when the owner was asked."""
        until(lambda: set(positions) <= set(self.heard), what=lambda: f"{positions} in {self.heard}")

    def lose_queue(self) -> None:
        connection = pika.BlockingConnection(pika.URLParameters(self.vhost.amqp_url()))
        connection.channel().queue_delete("projects.follow.auth")
        connection.close()

    def close(self) -> None:
        self.relay.close()
        self.consumer.close()
        self.engine.dispose()
        self._looking.close()


class Mortal:
    """Begins runs of mortal.py, one at a time."""

    def __init__(self, role: str, folder: Path, **env: str) -> None:
        self._log = folder / f"{role}.log"
        command = [sys.executable, str(Path(__file__).with_name("mortal.py")), role]
        self._popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log.open("w"), text=True,
            env=os.environ | env,
        )  # fmt: skip

    def begin(self, what: str, step: str = "") -> int:
        assert self._popen.stdin
        self._popen.stdin.write(f"{what} {step}\n")
        self._popen.stdin.flush()
        return self._number()

    def ended(self) -> int:
        return self._number()

    def dies(self, what: str, step: str) -> None:
        """A run that is killed at this step, and by itself."""
        self.begin(what, step)
        assert self.ended() == -signal.SIGKILL, self.said()

    @contextmanager
    def running(self, what: str) -> Iterator[int]:
        pid = self.begin(what)
        try:
            yield pid
        finally:
            os.kill(pid, signal.SIGKILL)
            assert self.ended() == -signal.SIGKILL, self.said()

    def said(self) -> str:
        return self._log.read_text()[-3000:]

    def close(self) -> None:
        self._popen.kill()
        self._popen.communicate()

    def _number(self) -> int:
        assert self._popen.stdout
        line = self._popen.stdout.readline()
        assert line, self.said()
        return int(line)


@pytest.fixture(scope="module")
def world(_postgres: Any, broker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with fresh_database(_postgres) as database:
        world = World(database, broker.new_vhost(), tmp_path_factory.mktemp("mortal"))
        try:
            yield world
        finally:
            world.close()
