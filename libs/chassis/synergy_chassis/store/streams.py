"""Several streams in one command."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy

from synergy_chassis.clock import Clock
from synergy_chassis.store.append import Batches, Target, recorded
from synergy_chassis.store.errors import StreamNotFound
from synergy_chassis.store.events import CommandContext, NewEvent, RecordedEvent
from synergy_chassis.store.pipeline import begin
from synergy_chassis.store.repeats import first_of_all
from synergy_chassis.store.writer import Queue, Writer

_LOCK = "SELECT stream, version, recorded_at, seen FROM store.lock_several(%s::text[], %s::text[], %s::uuid)"


class Streams:
    """
    Locked streams, as `UnitOfWork.streams` gives them.

    `versions` tells the version of each, 0 for those that are to be created; it is empty when the command was `seen`.
    `now`, `seen`, `rows` and `recorded` are as in `Stream`; `now` is not before the last event of any of them.
    """

    def __init__(
        self,
        *,
        versions: Mapping[str, int],
        now: datetime,
        seen: dict[str, Any] | None,
        rows: sqlalchemy.Connection,
        context: CommandContext,
    ) -> None:
        self.versions = dict(versions)
        self.now = now
        self.seen = seen
        self.rows = rows
        self.recorded: list[RecordedEvent] = []
        self._context = context
        self._batch: Batches | None = None
        self._queue = Queue()

    def append(
        self,
        events: Sequence[tuple[str, NewEvent]],
        *,
        outcome: dict[str, Any],
        rows: Callable[[Sequence[RecordedEvent], Writer], None],
    ) -> list[RecordedEvent]:
        """
        Append `events`, each to the stream named beside it, have `rows` queue the read-model writes, keep `outcome`.

        Positions follow the order of `events`. All of it is written when the with-block ends, or none.
        Raises Unstorable; RuntimeError when called twice or `seen`; KeyError for a stream that is not locked;
        ValueError where a stream that was to be created gets no event.
        """
        if self._batch is not None or self.seen is not None:
            raise RuntimeError("A command appends once, and not at all when it was seen before.")
        reached, meta, all_recorded = dict(self.versions), self._context.meta(), []
        for name, event in events:
            reached[name] += 1
            all_recorded.append(recorded(event, stream=name, version=reached[name], at=self.now, meta=meta))
        if empty := [name for name, version in reached.items() if not version]:
            raise ValueError(f"A stream is created with an event: {', '.join(empty)}")
        rows(all_recorded, self._queue)
        self._batch = Batches(
            expecting=[
                Target(name, "exact", version) if version else Target(name, "no_stream")
                for name, version in self.versions.items()
            ],
            command_id=self._context.command_id,
            outcome=self._context.kept(outcome),
            recorded_at=self.now,
            meta=meta,
            events=all_recorded,
        )
        return all_recorded


def lock(
    connection: sqlalchemy.Connection,
    names: Collection[str],
    context: CommandContext,
    *,
    creates: Collection[str],
    clock: Clock,
) -> Streams:
    """The streams, locked in the order of their names. Raises StreamExists and StreamNotFound unless `seen`."""
    wanted = (sorted({*names, *creates}), sorted(creates), context.command_id)
    found, _ = begin(connection, _LOCK, wanted, before=first_of_all(context))
    now = clock.now()
    if found and found[0][3] is not None:
        seen = context.recognise(found[0][3])
        return Streams(versions={}, now=max(now, found[0][2]), seen=seen, rows=connection, context=context)
    versions = {name: version for name, version, _, _ in found}
    if missing := [name for name, version in versions.items() if not version and name not in creates]:
        raise StreamNotFound(f"There is no stream {', '.join(missing)}.")
    latest = max([now, *(last for _, _, last, _ in found if last is not None)])
    return Streams(versions=versions, now=latest, seen=None, rows=connection, context=context)
