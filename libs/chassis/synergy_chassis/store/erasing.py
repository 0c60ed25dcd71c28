"""The proof of an erasure: what a service held of a person, what became of it, and that every hash is still valid."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text

from synergy_chassis.store.verify import verify

Fate = Literal["erased", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """`rows` in one `place` that hold something of the person, what that is, and its fate; `kept` says why."""

    place: str
    rows: int
    holds: str
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """
    What was done about the person with the id `user_id`, or would be in a dry run. `key` tells what became of the key
    of their sealed texts: `none` there was, `destroyed`, or `would be destroyed`.
    """

    service: str
    user_id: int
    dry_run: bool
    traces: list[Trace]
    key: Literal["none", "destroyed", "would be destroyed"] = "none"
    verified: bool = False
    events: int = 0

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def in_words(self) -> str:
        """For an operator."""
        verb = "would be erased" if self.dry_run else "erased"
        lines = [f"{self.service}: user {self.user_id}" + (" (dry run: nothing was changed)" if self.dry_run else "")]
        lines += [
            f"  {trace.place}: {trace.rows} {verb if trace.fate == 'erased' else 'kept'}: {trace.holds}"
            for trace in self.traces
            if trace.rows
        ]
        lines.append(f"  key of sealed texts: {self.key}")
        lines.append(f"  {self.events} events checked: every hash is {'valid' if self.verified else 'NOT valid'}")
        return "\n".join(lines)


def counted(rows: Connection, where: ColumnElement[bool]) -> int:
    """How many rows of the tables in the condition meet it."""
    return rows.execute(select(func.count()).where(where)).scalar_one()


def events_of(rows: Connection, stream: str) -> int:
    """How many events a stream has."""
    found = text("SELECT coalesce((SELECT version FROM store.streams WHERE stream = :stream), 0)")
    return int(rows.execute(found, {"stream": stream}).scalar_one())


def events_by(rows: Connection, user_id: int) -> int:
    """How many events were made by the user: they hold the id, and stay."""
    made = text("SELECT count(*) FROM store.events WHERE (meta ->> 'actor_id')::bigint = :user_id")
    return int(rows.execute(made, {"user_id": user_id}).scalar_one())


Erase = Callable[[str, bool], Erasure]
"""Erases the person whom a text names (an id, or where the service knows names a name); the flag asks for a dry run."""


def proven(engine: Engine, erasure: Erasure) -> Erasure:
    """The same, with the log verified after it."""
    report = verify(engine, progress=lambda done, total: None)
    return replace(erasure, verified=report.ok, events=report.events)
