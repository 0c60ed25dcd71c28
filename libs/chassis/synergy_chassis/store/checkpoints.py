"""
Where a rebuild stands. The streams of a category are cut into parts, each with a checkpoint of its own.

A part is claimed by the lock on its row, for one page at a time, and the checkpoint moves in the transaction that
writes the page: whoever is killed leaves nothing claimed, and nothing that was done is done again.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select, text, update

from synergy_chassis.store.tables import rebuilds

PARTS: Final = 32
KEPT: Final = timedelta(days=1)
"""How long an interrupted rebuild is gone on with: who waits longer wants to know of all rows again."""

# '.' follows '-' in the C collation: between the two lies every stream of the category, found by the primary key.
_TOTAL: Final = text(
    "SELECT coalesce(sum(version), 0)::bigint FROM store.streams "
    "WHERE stream > :category || '-' AND stream < :category || '.'"
)
_CUTS: Final = text(
    "SELECT max(stream) FROM ("
    "  SELECT stream, (sum(version) OVER (ORDER BY stream) - 1) * :parts / sum(version) OVER () AS place"
    "    FROM store.streams WHERE stream > :category || '-' AND stream < :category || '.' AND version > 0"
    ") cut GROUP BY floor(place) ORDER BY 1"
)
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('store.rebuilds ' || :model, 0))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The streams after `after`, up to and with `upto`, of which `events` are done and `differences` were found."""

    number: int
    after: str
    upto: str
    events: int = 0
    differences: int = 0


def total(connection: Connection, category: str) -> int:
    """How many events the streams of a category have."""
    return int(connection.execute(_TOTAL, {"category": category}).scalar_one())


def parts(connection: Connection, category: str) -> list[Part]:
    """The streams of a category in at most PARTS parts with about as many events each; new streams fall in one too."""
    cuts = list(connection.execute(_CUTS, {"category": category, "parts": PARTS}).scalars())
    edges = [f"{category}-", *cuts[:-1], f"{category}."]
    return [Part(number=n, after=edges[n], upto=edges[n + 1]) for n in range(len(edges) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The rebuild of a model by the code of this version: whoever runs other code has no part in it."""

    model: str
    fold: str

    def rows(self) -> ColumnElement[bool]:
        """Its checkpoints."""
        return and_(rebuilds.c.model == self.model, rebuilds.c.fold == self.fold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """
    How a rebuild begins: where an interrupted one stopped (`resumed`: events it did, differences it found), or at the
    first stream; `because` says why an interrupted one is not gone on with.
    """

    resumed: tuple[int, int] | None = None
    because: str | None = None


def begin(connection: Connection, work: Work, category: str, *, anew: bool) -> Begun:
    """
    Set the checkpoints, unless they are there from a rebuild that was interrupted within the last day, and that folded
    as this one does.
    """
    connection.execute(_ONE_AT_A_TIME, {"model": work.model})
    stale = outdated(connection, work) or _left_alone(connection, work)
    if anew or stale:
        connection.execute(delete(rebuilds).where(rebuilds.c.model == work.model))
    sums = select(func.sum(rebuilds.c.events_done), func.sum(rebuilds.c.differences)).where(work.rows())
    events, differences = connection.execute(sums).one()
    if events is not None:
        return Begun(resumed=(int(events), int(differences)))
    for part in parts(connection, category):
        _add(connection, work, part)
    return Begun(because=None if anew else stale)


def begin_whole(connection: Connection, work: Work) -> None:
    """Note which code fills the tables of a model from the first event on; for a model that has no parts."""
    connection.execute(delete(rebuilds).where(rebuilds.c.model == work.model))
    _add(connection, work, Part(number=0, after="", upto=""))


def end_whole(connection: Connection, model: str) -> None:
    """The tables are swapped, or given up."""
    connection.execute(delete(rebuilds).where(rebuilds.c.model == model))


def _add(connection: Connection, work: Work, part: Part) -> None:
    row = {"model": work.model, "fold": work.fold, "part": part.number, "last_stream": part.after, "upto": part.upto}
    connection.execute(insert(rebuilds).values(row))


def outdated(connection: Connection, work: Work) -> str | None:
    """Why what is there of an interrupted rebuild says nothing now: other code made it."""
    others = select(rebuilds.c.part).where(rebuilds.c.model == work.model, rebuilds.c.fold != work.fold).limit(1)
    return None if connection.execute(others).one_or_none() is None else "the code has changed since"


def _left_alone(connection: Connection, work: Work) -> str | None:
    touched = select(func.max(rebuilds.c.updated_at) < func.now() - KEPT).where(work.rows())
    return "nobody went on with it for a day" if connection.execute(touched).scalar_one() else None


def claim(connection: Connection, work: Work, *, wait: bool) -> Part | None:
    """A part that is not finished, locked until the transaction ends; None if others have all of them in hand."""
    chosen = select(rebuilds).where(work.rows(), ~rebuilds.c.finished).order_by(rebuilds.c.part).limit(1)
    row = connection.execute(chosen.with_for_update(skip_locked=not wait)).one_or_none()
    return None if row is None else _part(row)


def _part(row: Row[Any]) -> Part:
    return Part(
        number=row.part, after=row.last_stream, upto=row.upto, events=row.events_done, differences=row.differences
    )


def note(connection: Connection, work: Work, part: Part, last_stream: str, *, events: int, differences: int) -> None:
    """Move the checkpoint of a claimed part on."""
    done = {
        "last_stream": last_stream, "events_done": part.events + events, "differences": part.differences + differences
    }  # fmt: skip
    connection.execute(_of(work, part).values(done))


def finish(connection: Connection, work: Work, part: Part) -> None:
    """A claimed part is done."""
    connection.execute(_of(work, part).values(finished=True))


def _of(work: Work, part: Part) -> Any:
    return update(rebuilds).where(work.rows(), rebuilds.c.part == part.number)


def forget(connection: Connection, work: Work) -> None:
    """
    All parts are finished: the next rebuild begins anew. Does nothing while one is not.

    Raises ValueError when another rebuild, by other code, has taken the place of this one.
    """
    if outdated(connection, work):
        raise ValueError(f"Another rebuild of {work.model}, by other code, has begun meanwhile: what it says counts.")
    unfinished = select(rebuilds.c.part).where(work.rows(), ~rebuilds.c.finished).exists()
    connection.execute(delete(rebuilds).where(work.rows(), ~unfinished))


def unfinished(connection: Connection, work: Work) -> bool:
    """Whether a part is left, claimed or not."""
    left = select(rebuilds.c.part).where(work.rows(), ~rebuilds.c.finished)
    return connection.execute(left.limit(1)).one_or_none() is not None
