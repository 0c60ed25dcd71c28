"""Appends thousands of events by COPY, in portions: readers and other writers never wait for more than one of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final

import msgspec
from sqlalchemy import Engine

from synergy_chassis.clock import Clock
from synergy_chassis.store.append import Mode, Target
from synergy_chassis.store.engine import driver, translated
from synergy_chassis.store.errors import CommandDiffers
from synergy_chassis.store.events import CommandContext, NewEvent, RecordedEvent
from synergy_chassis.store.notifying import announce
from synergy_chassis.store.pipeline import finish
from synergy_chassis.store.portions import Portion, digest_of, nothing_in, prepare
from synergy_chassis.store.writer import Queue, Writer

PORTION: Final = 500
"""Events to a transaction: measured, the store's lock is then held for some 20 ms (docs/adr/0006-bulk-append.md)."""
LARGEST: Final = 1000
"""Events to a transaction that the database takes."""

Rows = Callable[[Sequence[RecordedEvent], Writer], None]

_LOCK: Final = "SELECT version, recorded_at, seen, appended, digest FROM store.lock_bulk(%s::text, %s::uuid)"
_APPEND: Final = (
    "SELECT version FROM store.append_portion("
    "%s::text, %s::text, %s::bigint, %s::uuid, %s::jsonb, %s::timestamptz, %s::jsonb, %s::uuid, %s::bigint, %s::bytea)"
)


@dataclass(frozen=True, slots=True)
class BulkAppended:
    """
    What came of the command: the outcome kept for it, whether it was `repeated` (another call had ended it), and how
    many events this call wrote.
    """

    outcome: dict[str, Any]
    repeated: bool
    appended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    target: Target
    context: CommandContext
    meta: dict[str, Any]
    outcome: dict[str, Any]
    rows: Rows | None


@dataclass(frozen=True, slots=True)
class _Standing:
    """How far the command is, and whether this transaction brought it there."""

    seen: dict[str, Any] | None
    appended: int
    digest: bytes
    committed: bool = False


class BulkAppender:
    """
    Appends as many events as an iterable gives; memory holds two portions of them.

    Each portion commits. What is asked of the stream (`mode`) is asked before the first; later ones queue behind other
    writers, whose events may come in between. A repeat of the command goes on where the last attempt stopped.
    """

    def __init__(self, engine: Engine, clock: Clock, *, portion: int = PORTION) -> None:
        if not 0 < portion <= LARGEST:
            raise ValueError(f"A portion has 1 to {LARGEST} events.")
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock
        self._portion = portion

    def append(
        self,
        stream: str,
        events: Iterable[NewEvent],
        context: CommandContext,
        *,
        mode: Mode = "any",
        expected: int | None = None,
        outcome: Mapping[str, Any] | None = None,
        rows: Rows | None = None,
    ) -> BulkAppended:
        """
        Append `events` to `stream`; `rows` queues the read-model writes of each portion, in its transaction.

        After StoreUnavailable, or when the program was killed: repeat it with the same events and the same command id,
        and it goes on. Nothing is appended twice. Raises CommandDiffers when the events or the stream are not those of
        the earlier attempt; otherwise as `Appender.append`.
        """
        task = _Task(
            target=Target(stream, mode, expected).checked(),
            context=context,
            meta=context.meta(),
            outcome=dict(outcome or {}),
            rows=rows,
        )
        return self._run(task, iter(events))

    def _run(self, task: _Task, source: Iterator[NewEvent]) -> BulkAppended:
        done, written, digest = 0, 0, nothing_in(task.target.stream)
        current = self._take(source)
        while True:
            following = self._take(source)
            portion = prepare(current, meta=task.meta, digest=digest)
            standing = self._commit(task, portion, after=done, last=not following)
            if standing.seen is not None:
                return BulkAppended(standing.seen, repeated=True, appended=written)
            if standing.committed:
                written += len(current)
                if not following:
                    return BulkAppended(task.outcome, repeated=False, appended=written)
                current = following
            else:
                source = chain(current, following, source)
                _skip(source, standing, done, digest)
                current = self._take(source)
            done, digest = standing.appended, standing.digest

    def _take(self, source: Iterator[NewEvent]) -> list[NewEvent]:
        return list(islice(source, self._portion))

    def _commit(self, task: _Task, portion: Portion, *, after: int, last: bool) -> _Standing:
        stream, command = task.target.stream, task.context.command_id
        with translated(), self._engine.connect() as connection:
            connection.begin()
            session = driver(connection)
            session.execute("BEGIN")
            portion.copy(session)
            row = session.execute(_LOCK, (stream, command), prepare=True).fetchone()
            assert row is not None
            version, recorded_at, seen, appended, digest = row
            if seen is not None or appended != after:
                return _Standing(seen, appended, digest or nothing_in(stream))
            now = max(self._clock.now(), recorded_at or self._clock.now())
            queue = Queue()
            if task.rows is not None:
                task.rows(portion.recorded(stream=stream, after=version, at=now, meta=task.meta), queue)
            mode, expected = (task.target.mode, task.target.expected) if not after else ("any", None)
            outcome = msgspec.json.encode(task.outcome).decode() if last else None
            meta = msgspec.json.encode(task.meta).decode()
            arguments = (
                stream, mode, expected, command, outcome, now, meta, portion.batch, after, portion.digest
            )  # fmt: skip
            finish(connection, queue.statements, _APPEND, arguments)
        announce(self._engine)
        return _Standing(None, after + len(portion.events), portion.digest, committed=True)


def _skip(source: Iterator[NewEvent], standing: _Standing, done: int, digest: bytes) -> None:
    """Pass over what an earlier attempt appended. Raises CommandDiffers when it appended something else."""
    if digest_of(islice(source, standing.appended - done), digest=digest) != standing.digest:
        raise CommandDiffers("The command was begun with other events, or in another stream, than it is repeated with.")
