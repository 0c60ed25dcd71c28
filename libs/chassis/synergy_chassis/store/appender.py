"""Appends that need no decision: one round trip, in every mode, each with its command's outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine

from synergy_chassis.clock import Clock
from synergy_chassis.store.append import Appending, Batch, Batches, Mode, Target, record, recorded
from synergy_chassis.store.engine import sessions, translated
from synergy_chassis.store.events import CommandContext, NewEvent, RecordedEvent
from synergy_chassis.store.notifying import announce


@dataclass(frozen=True, slots=True)
class Appended:
    """What came of a command: the outcome kept for it, whether it was `repeated`, and the events this call wrote."""

    outcome: dict[str, Any]
    repeated: bool
    events: Sequence[RecordedEvent]


class Appender:
    """
    Appends what is known to have happened, without reading first and without read-model rows.

    A command that was seen before gives its stored outcome, in every mode and whatever it asks for now; one in flight
    is waited for. After StoreUnavailable nobody knows whether it was done: ask again under the same id.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._sessions = sessions(engine)
        self._clock = clock

    def append(
        self,
        stream: str,
        events: Sequence[NewEvent],
        context: CommandContext,
        *,
        mode: Mode = "any",
        expected: int | None = None,
        outcome: Mapping[str, Any] | None = None,
    ) -> Appended:
        """
        Append `events` to `stream` in mode `exact` (at version `expected`), `no_stream`, `exists` or `any`.

        `any` queues behind other writers and creates the stream where it is missing; it never fails for them. Without
        events the outcome is kept all the same. Raises VersionConflict, StreamExists, StreamNotFound, Unstorable,
        StoreUnavailable; ValueError for mode `exact` without a version.
        """
        Target(stream, mode, expected).checked()
        at, meta = self._clock.now(), context.meta()
        batch = Batch(
            stream=stream,
            mode=mode,
            expected=expected,
            command_id=context.command_id,
            outcome=dict(outcome or {}),
            recorded_at=at,
            meta=meta,
            events=record(events, stream=stream, after=expected or 0, at=at, meta=meta),
        )
        return self._send(batch)

    def append_together(
        self,
        events: Sequence[tuple[str, NewEvent]],
        context: CommandContext,
        *,
        expecting: Sequence[Target] = (),
        outcome: Mapping[str, Any] | None = None,
    ) -> Appended:
        """
        Append each event to the stream named beside it: all, or none. Positions follow the order of `events`.

        Streams that `expecting` does not name are appended to in mode `any`. Raises as `append`.
        """
        targets = {name: Target(name) for name, _ in events} | {target.stream: target.checked() for target in expecting}
        at, meta = self._clock.now(), context.meta()
        batch = Batches(
            expecting=[
                *targets.values(),
                *map(Target, dict.fromkeys(name for name, _ in events if name not in targets)),
            ],
            command_id=context.command_id,
            outcome=dict(outcome or {}),
            recorded_at=at,
            meta=meta,
            events=[recorded(event, stream=name, version=0, at=at, meta=meta) for name, event in events],
        )
        return self._send(batch)

    def _send(self, batch: Appending) -> Appended:
        statement, parameters = batch.call()
        with translated():
            rows = self._sessions.execute(statement, parameters)
        if rows and (seen := rows[0][3]) is not None:
            return Appended(msgspec.json.decode(seen), repeated=True, events=[])
        if rows:
            announce(self._engine)
        return Appended(batch.outcome, repeated=False, events=batch.written(map(_read, rows)))


def _read(row: Sequence[Any]) -> tuple[Any, ...]:
    version, position, digest, _, at = row
    return int(version), int(position), digest.decode(), None, datetime.fromisoformat(at.decode())
