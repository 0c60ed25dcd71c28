"""How far a consumer has followed a source: one row each, in the consumer's own database."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store.constant import Constant, Question, Rows
from synergy_chassis.store.tables import positions
from synergy_chassis.store.together import together


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Who follows whom."""

    consumer: str
    source: str

    def fields(self) -> dict[str, str]:
        """The same as log fields and as columns."""
        return {"consumer": self.consumer, "source": self.source}


@dataclass(frozen=True, slots=True)
class Held:
    """
    Up to where a consumer has followed, in which epoch of the owner's store (None: not asked yet), and how many events
    it has `taken` on the way: applied or parked. While it follows a restored store from the first event again, what it
    had taken up to `taken_before` is what comes again.
    """

    position: int
    epoch: str | None
    taken: int = 0
    taken_before: int = 0


def _at(place: Place) -> ColumnElement[bool]:
    return and_(positions.c.consumer == place.consumer, positions.c.source == place.source)


_HERE: Final = and_(positions.c.consumer == bindparam("consumer"), positions.c.source == bindparam("source"))
_READING: Final = select(positions.c.position, positions.c.epoch, positions.c.taken, positions.c.taken_before).where(
    _HERE
)
_READ: Final = Constant(_READING)
_LOCK: Final = Constant(_READING.with_for_update())
_BEGIN: Final = Constant(
    insert(positions)
    .values(consumer=bindparam("consumer"), source=bindparam("source"), position=0)
    .on_conflict_do_nothing()
)
_MOVE: Final = Constant(
    update(positions)
    .where(_HERE)
    .values(position=bindparam("to", type_=BigInteger), taken=positions.c.taken + bindparam("more", type_=BigInteger))
)


def read(connection: Connection, place: Place) -> Held:
    """Where the consumer is; 0 when it has not begun."""
    row = _READ.first(connection, place.fields())
    return Held(0, None) if row is None else Held(**row)


def lock(connection: Connection, place: Place) -> Held:
    """Where the consumer is, locked until the transaction ends: two of the same name take turns."""
    return lock_and_ask(connection, place)[0]


def lock_and_ask(connection: Connection, place: Place, *questions: Question) -> tuple[Held, list[Rows]]:
    """The same, and what is asked behind it, in one round trip."""
    (found, *asked) = together(connection, (_LOCK, place.fields()), *questions)
    if not found:
        _BEGIN.rows(connection, place.fields())
        (found, *asked) = together(connection, (_LOCK, place.fields()), *questions)
    return Held(**found[0]), asked


def forget(connection: Connection, place: Place) -> None:
    """The consumer follows no more."""
    connection.execute(delete(positions).where(_at(place)))


def move(connection: Connection, place: Place, position: int, *, taken: int) -> None:
    """Move a locked place on to `position`, over `taken` events."""
    _MOVE.rows(connection, place.fields() | {"to": position, "more": taken})


def enter(connection: Connection, place: Place, epoch: str) -> None:
    """Note which epoch of the owner's store is followed."""
    connection.execute(update(positions).where(_at(place)).values(epoch=epoch))


def restart(connection: Connection, place: Place, *, taken_before: int = 0) -> None:
    """Put a locked place before the first event, with nothing taken; up to `taken_before` what comes was taken once."""
    begun = {"position": 0, "taken": 0, "taken_before": taken_before}
    connection.execute(update(positions).where(_at(place)).values(**begun))
