"""
The store without a server, for unit tests of handlers: events in a list, rows in SQLite's memory.

No product code uses it. It passes the same exam as the real one (tests: EventStoreExam, StoreMachine). One writer at a
time, in one process; nothing is kept. It serves handlers whose statements SQLite understands too (auth's, but for
login); those that write PostgreSQL's own (arrays, ON CONFLICT, locks) are tested on the real store. Times come back
from rows without their zone.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy
from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import StaticPool

from synergy_chassis.clock import Clock
from synergy_chassis.store.append import Appending
from synergy_chassis.store.appender import Appended, Appender
from synergy_chassis.store.constant import Constant, Question
from synergy_chassis.store.errors import StreamExists, StreamNotFound
from synergy_chassis.store.events import CommandContext, RecordedEvent
from synergy_chassis.store.memory_conflicts import row_conflicts
from synergy_chassis.store.memory_log import MemoryEventLog
from synergy_chassis.store.streams import Streams
from synergy_chassis.store.unit_of_work import Stream
from synergy_chassis.store.writer import Queue

__all__ = ["MemoryAppender", "MemoryEventLog", "MemoryUnitOfWork"]


class MemoryAppender(Appender):
    """Appender over a list."""

    def __init__(self, log: MemoryEventLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    def _send(self, batch: Appending) -> Appended:
        with self._log.lock:
            known = self._log.commands.get(batch.command_id)
            if known is not None:
                return Appended(known.outcome, repeated=True, events=[])
            return Appended(dict(batch.outcome), repeated=False, events=self._log.append(batch))


class MemoryUnitOfWork:
    """UnitOfWork over a list and SQLite; `metadata` holds the tables that its rows go to."""

    def __init__(self, log: MemoryEventLog, clock: Clock, metadata: MetaData) -> None:
        self._log = log
        self._clock = clock
        self._metadata = metadata
        self._ids: dict[str, int] = {}
        threads = {"check_same_thread": False}
        self._engine = create_engine("sqlite://", poolclass=StaticPool, connect_args=threads)
        metadata.create_all(self._engine)

    def close(self) -> None:
        """Forget the rows."""
        self._engine.dispose()

    @contextmanager
    def stream(
        self, name: str, context: CommandContext, *, creates: bool = False, also: Sequence[Question] = ()
    ) -> Iterator[Stream]:
        """As UnitOfWork.stream."""
        with self._connected() as connection:
            known = self._log.commands.get(context.command_id)
            last = self._log.last(name)
            version = known.version if known else last.version if last else 0
            if known is None:
                self._expect([name], [name] if creates else [])
            reached = known.recorded_at if known else last.recorded_at if last else None
            now = self._clock.now() if reached is None else max(self._clock.now(), reached)
            seen = context.recognise(known.outcome if known else None)
            asked = [question.rows(connection, values) for question, values in also]
            stream = Stream(
                name=name, version=version, now=now, seen=seen, rows=connection, context=context, also=asked
            )
            yield stream
            if stream._batch is not None:
                stream.recorded = self._flush(connection, stream._queue, stream._batch)

    @contextmanager
    def streams(
        self, names: Collection[str], context: CommandContext, *, creates: Collection[str] = ()
    ) -> Iterator[Streams]:
        """As UnitOfWork.streams."""
        with self._connected() as connection:
            known = self._log.commands.get(context.command_id)
            every = sorted({*names, *creates}) if known is None else []
            self._expect(every, creates)
            lasts = {name: self._log.last(name) for name in every}
            times = [last.recorded_at for last in lasts.values() if last] + ([known.recorded_at] if known else [])
            streams = Streams(
                versions={name: last.version if last else 0 for name, last in lasts.items()},
                now=max([self._clock.now(), *times]),
                seen=context.recognise(known.outcome if known else None),
                rows=connection,
                context=context,
            )
            yield streams
            if streams._batch is not None:
                streams.recorded = self._flush(connection, streams._queue, streams._batch)

    def _expect(self, names: Collection[str], creates: Collection[str]) -> None:
        for name in names:
            exists = self._log.last(name) is not None
            if exists and name in creates:
                raise StreamExists(f"The stream {name} exists.")
            if not exists and name not in creates:
                raise StreamNotFound(f"There is no stream {name}.")

    def _flush(self, connection: sqlalchemy.Connection, queue: Queue, batch: Appending) -> list[RecordedEvent]:
        batch.parameters()  # raises for what cannot be sent, before anything is written
        for statement, values in queue.statements:
            connection.execute(statement.statement if isinstance(statement, Constant) else statement, values)
        connection.commit()
        return self._log.append(batch)

    @contextmanager
    def _connected(self) -> Iterator[sqlalchemy.Connection]:
        with self._log.lock, row_conflicts(self._metadata), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def glancing(self) -> Iterator[sqlalchemy.Connection]:
        """As UnitOfWork.glancing."""
        with self.reading() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlalchemy.Connection]:
        """As UnitOfWork.reading."""
        with self._log.lock, self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("PRAGMA query_only = OFF")

    @contextmanager
    def writing(self) -> Iterator[sqlalchemy.Connection]:
        """As UnitOfWork.writing."""
        with self._connected() as connection, connection.begin():
            yield connection

    def next_id(self, sequence: str) -> int:
        """As UnitOfWork.next_id."""
        with self._log.lock:
            self._ids[sequence] = self._ids.get(sequence, 0) + 1
            return self._ids[sequence]
