"""
Text in events that can be made unreadable for good: sealed under a key of the person whom it concerns.

The log keeps the sealed text, and its hashes are over that; the key lies beside the log, sealed under SECRET_KEY. Where
the key is destroyed, every hash stays valid and the text reads as "[erased]", here and in every backup made later.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Column, Connection, DateTime, LargeBinary, MetaData, Table, Text, func, select, update
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.sealing import Box, Sealer

ERASED: Final = "[erased]"
"""What a text reads as once the key of its person is destroyed."""
PURPOSE: Final = "subject-keys"
"""The purpose of the Sealer that seals the keys themselves."""
_KEY: Final = 32

_keys: Final = Table(
    "subject_keys",
    MetaData(schema="store"),
    Column("subject", Text, primary_key=True),
    Column("sealed", LargeBinary),
    Column("destroyed_at", DateTime(timezone=True)),
)


class KeyDestroyed(Exception):
    """The person was erased: nothing is sealed for them any more."""


class SubjectKeys:
    """
    The keys of one service's database. A subject is whom a text concerns, "user-12" for example.

    A sealed text is the JSON object `{"sealed": base64, "subject": subject}`. Its `context` names the place that it
    belongs to ("project-7 task-9 title"): moved elsewhere it does not open.
    """

    def __init__(self, secret_key: str) -> None:
        self._sealer = Sealer(secret_key, purpose=PURPOSE)

    def seal(self, rows: Connection, subject: str, text: str, *, context: str) -> dict[str, str]:
        """The sealed text; makes the person's first key. Raises KeyDestroyed when the person was erased."""
        fresh = self._sealer.seal(os.urandom(_KEY), context=subject)
        rows.execute(insert(_keys).values(subject=subject, sealed=fresh).on_conflict_do_nothing())
        box = self._box(rows, subject)
        if box is None:
            raise KeyDestroyed(f"{subject} was erased.")
        return {"sealed": b64encode(box.seal(text.encode(), context=context)).decode(), "subject": subject}

    def open(self, rows: Connection, sealed: dict[str, str], *, context: str) -> str:
        """The text, or ERASED where the key is destroyed. Raises Unsealable for what was changed or moved."""
        box = self._box(rows, sealed["subject"])
        return ERASED if box is None else box.open(b64decode(sealed["sealed"]), context=context).decode()

    def destroy(self, rows: Connection, subject: str) -> bool:
        """Make all that was sealed for the person unreadable, and never seal for them again; False if it was so."""
        gone = insert(_keys).values(subject=subject, sealed=None, destroyed_at=func.now()).on_conflict_do_nothing()
        made = rows.execute(gone.returning(_keys.c.subject)).first() is not None
        if made:
            return False
        living = (_keys.c.subject == subject) & _keys.c.sealed.is_not(None)
        done = rows.execute(update(_keys).where(living).values(sealed=None, destroyed_at=func.now()))
        return done.rowcount == 1

    def _box(self, rows: Connection, subject: str) -> Box | None:
        key = rows.execute(select(_keys.c.sealed).where(_keys.c.subject == subject)).scalar_one_or_none()
        return None if key is None else Box(self._sealer.open(bytes(key), context=subject))


def holds_key(rows: Connection, subject: str) -> bool:
    """Whether texts of the person can be read."""
    living = select(_keys.c.subject).where(_keys.c.subject == subject, _keys.c.sealed.is_not(None))
    return rows.execute(living).first() is not None


def is_sealed(value: Any) -> bool:
    """Whether a value in an event's data is a sealed text."""
    return isinstance(value, dict) and value.keys() == {"sealed", "subject"}


def revealed(data: dict[str, Any], open: Callable[[dict[str, str], str], str]) -> dict[str, Any]:
    """
    An event's data with its sealed texts opened, also those within objects.

    `open` gets the sealed text and the names that lead to it, with dots between ("changes.title").
    """

    def at(value: Any, path: str) -> Any:
        if is_sealed(value):
            return open(value, path)
        if isinstance(value, dict):
            return {name: at(inner, f"{path}.{name}" if path else name) for name, inner in value.items()}
        return value

    opened: dict[str, Any] = at(data, "")
    return opened
