"""One command's transaction: lock the stream, read, decide, append events and rows, commit."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import Engine

from synergy_chassis.clock import Clock
from synergy_chassis.observing import tracing
from synergy_chassis.store import repeats
from synergy_chassis.store.append import Batch, record
from synergy_chassis.store.constant import Constant, Question, Rows
from synergy_chassis.store.engine import translated
from synergy_chassis.store.errors import StreamExists, StreamNotFound
from synergy_chassis.store.events import CommandContext, NewEvent, RecordedEvent
from synergy_chassis.store.pipeline import begin, flush
from synergy_chassis.store.streams import Streams, lock
from synergy_chassis.store.turns import Turns
from synergy_chassis.store.writer import Queue, Writer

_LOCK = "SELECT version, recorded_at, seen FROM store.lock(%s::text, %s::uuid)"


class Stream:
    """
    A locked stream, as `UnitOfWork.stream` gives it.

    `version` is 0 when the stream does not exist yet. `now` is when what is appended counts as recorded: the clock's
    time, or that of the last event where the clock is behind it. `seen` is the outcome stored under this command's id,
    if it was seen before: return it, decide nothing. `rows` reads in the same transaction. `recorded` holds the events
    with their positions and hashes once the block has ended; `also` what was asked together with the lock, the rows of
    each question.
    """

    def __init__(
        self,
        *,
        name: str,
        version: int,
        now: datetime,
        seen: dict[str, Any] | None,
        rows: sqlalchemy.Connection,
        context: CommandContext,
        also: Sequence[Rows],
    ) -> None:
        self.name = name
        self.version = version
        self.now = now
        self.seen = seen
        self.rows = rows
        self.also = also
        self.recorded: list[RecordedEvent] = []
        self._context = context
        self._batch: Batch | None = None
        self._queue = Queue()
        self._touched: set[str] = set()

    def touch(self, name: str) -> None:
        """Once this is committed, `name` counts as changed, too: something without versions of its own."""
        self._touched.add(name)

    def append(
        self,
        events: Sequence[NewEvent],
        *,
        outcome: dict[str, Any],
        rows: Callable[[Sequence[RecordedEvent], Writer], None],
    ) -> list[RecordedEvent]:
        """
        Append `events`, have `rows` queue the read-model writes, and keep `outcome` under the command's id.

        All of it is written when the with-block ends, or none. Without events, outcome and rows are kept all the same.
        Raises Unstorable for a payload that would not come back as it is; RuntimeError when called twice or `seen`.
        """
        if self._batch is not None or self.seen is not None:
            raise RuntimeError("A command appends once, and not at all when it was seen before.")
        recorded = record(events, stream=self.name, after=self.version, at=self.now, meta=self._context.meta())
        rows(recorded, self._queue)
        self._batch = Batch(
            stream=self.name,
            mode="exact" if self.version else "no_stream",
            expected=self.version,
            command_id=self._context.command_id,
            outcome=self._context.kept(outcome),
            recorded_at=self.now,
            meta=self._context.meta(),
            events=recorded,
        )
        return recorded


class UnitOfWork:
    """Gives transactions: on a locked stream, for reading, and for rows without events."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._turns = Turns()
        self._glancing = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def stream(
        self, name: str, context: CommandContext, *, creates: bool = False, also: Sequence[Question] = ()
    ) -> Iterator[Stream]:
        """
        Lock stream `name` for one command; `also` is asked as soon as it is locked, in the same round trip. Leaving the
        block without `append`, or by an exception, rolls back.

        Writers of one stream queue here; none fails for it. A command that is in flight elsewhere is waited for, but
        not for long where it has a fingerprint (`repeats.PATIENCE`, from its turn on: that it is a repeat shows only
        then, and until then it stands in line like any writer, `turns.LONGEST`). Raises CommandRunning then;
        StreamExists with `creates` and StreamNotFound without, unless the command was seen before; RowConflict when the
        block ends and a read-model row breaks a constraint; StoreUnavailable, also for too long a line.
        """
        with self._turns.of(name), translated(), self._engine.connect() as connection:
            stream = self._locked(connection, name, context, also)
            if stream.seen is None:
                if creates and stream.version:
                    raise StreamExists(f"The stream {name} exists.")
                if not creates and not stream.version:
                    raise StreamNotFound(f"There is no stream {name}.")
            yield stream
            if stream._batch is not None:
                with tracing.span("append", "client", parent=context.traceparent, db__system="postgresql"):
                    stream.recorded = flush(connection, stream._queue.statements, stream._batch)
        context.reached[name] = stream.version + len(stream.recorded)
        context.reached.update(dict.fromkeys(stream._touched))

    @contextmanager
    def streams(
        self, names: Collection[str], context: CommandContext, *, creates: Collection[str] = ()
    ) -> Iterator[Streams]:
        """
        Lock several streams for one command, in the order of their names: so commands that meet queue, none deadlocks.

        Those of `creates` must not exist, the others must. Otherwise as `stream`.
        """
        with translated(), self._engine.connect() as connection:
            with repeats.told_apart(connection, context):
                streams = lock(connection, names, context, creates=creates, clock=self._clock)
            yield streams
            if streams._batch is not None:
                with tracing.span("append", "client", parent=context.traceparent, db__system="postgresql"):
                    streams.recorded = flush(connection, streams._queue.statements, streams._batch)
        context.reached.update(streams.versions)
        context.reached.update({event.stream: event.version for event in streams.recorded})

    def _locked(
        self, connection: sqlalchemy.Connection, name: str, context: CommandContext, also: Sequence[Question]
    ) -> Stream:
        with repeats.told_apart(connection, context):
            before, wanted = repeats.first_of_all(context), (name, context.command_id)
            ((version, last, seen),), asked = begin(connection, _LOCK, wanted, before=before, also=also)
        seen = context.recognise(seen)
        now = self._clock.now()
        return Stream(
            name=name,
            version=version,
            now=now if last is None else max(now, last),
            seen=seen,
            rows=connection,
            context=context,
            also=asked,
        )

    @contextmanager
    def reading(self) -> Iterator[sqlalchemy.Connection]:
        """One read-only transaction: everything read in it is of one moment."""
        with translated(), self._reading.connect() as connection:
            yield connection
            connection.commit()  # at a ROLLBACK psycopg lets the session forget every prepared statement

    @contextmanager
    def glancing(self) -> Iterator[sqlalchemy.Connection]:
        """For one statement, which is of one moment by itself: no transaction is begun or ended, each a round trip."""
        with translated(), self._glancing.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlalchemy.Connection]:
        """One transaction for rows alone, without events. Commits at the end. Raises RowConflict."""
        with translated(), self._engine.begin() as connection:
            yield connection

    def next_id(self, sequence: str) -> int:
        """The next value of a sequence: an id that is known before the transaction that uses it."""
        with self.glancing() as connection:
            ((number,),) = (row.values() for row in _next(sequence).rows(connection))
            return int(number)


@cache
def _next(sequence: str) -> Constant:
    return Constant(sqlalchemy.select(sqlalchemy.Sequence(sequence).next_value().label("number")))
