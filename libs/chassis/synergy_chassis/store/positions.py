"""How far a consumer has followed a source: one row each, in the consumer's own database."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from synergy_chassis.store.tables import positions


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


def _reading(place: Place) -> Select[int, str | None, int, int]:
    columns = positions.c.position, positions.c.epoch, positions.c.taken, positions.c.taken_before
    return select(*columns).where(_at(place))


def read(connection: Connection, place: Place) -> Held:
    """Where the consumer is; 0 when it has not begun."""
    row = connection.execute(_reading(place)).one_or_none()
    return Held(0, None) if row is None else Held(*row)


def lock(connection: Connection, place: Place) -> Held:
    """Where the consumer is, locked until the transaction ends: two of the same name take turns."""
    row = connection.execute(_reading(place).with_for_update()).one_or_none()
    if row is None:
        connection.execute(insert(positions).values(**place.fields(), position=0).on_conflict_do_nothing())
        row = connection.execute(_reading(place).with_for_update()).one()
    return Held(*row)


def forget(connection: Connection, place: Place) -> None:
    """The consumer follows no more."""
    connection.execute(delete(positions).where(_at(place)))


def move(connection: Connection, place: Place, position: int, *, taken: int) -> None:
    """Move a locked place on to `position`, over `taken` events."""
    moved = {"position": position, "taken": positions.c.taken + taken}
    connection.execute(update(positions).where(_at(place)).values(**moved))


def enter(connection: Connection, place: Place, epoch: str) -> None:
    """Note which epoch of the owner's store is followed."""
    connection.execute(update(positions).where(_at(place)).values(epoch=epoch))


def restart(connection: Connection, place: Place, *, taken_before: int = 0) -> None:
    """Put a locked place before the first event, with nothing taken; up to `taken_before` what comes was taken once."""
    begun = {"position": 0, "taken": 0, "taken_before": taken_before}
    connection.execute(update(positions).where(_at(place)).values(**begun))
