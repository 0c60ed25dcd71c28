"""Where a task comes to stand among the others of its project."""

from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from synergy_projects import tables
from synergy_projects.domain.project import Project, Task
from synergy_projects.domain.ranking import LONGEST, spread
from synergy_projects.queries import loading
from synergy_projects.queries.people import among

CROWD: Final = 32
"""Tasks on each side that get new ranks when there is no room left; twice as many where that does not help."""
_T: Final = tables.tasks.c


class Place(NamedTuple):
    """Between `low` and `high`; or `at` a place among the `crowd`, which stands there and gets new ranks too."""

    low: str | None
    high: str | None
    crowd: tuple[int, ...] = ()
    at: int = 0


def place_beside(connection: Connection, project: Project, task_id: int, other: Task | None, *, before: bool) -> Place:
    """
    Right before or after another task, whose place is left to itself. Tasks in the trash keep theirs.

    Where a crowd is told, the state holds its tasks afterwards.
    """
    if other is None:
        return Place(None, None)
    first = (_T.rank < other.rank) if before else (_T.rank <= other.rank)
    below = _beside(connection, project.id, task_id, first, _T.rank.desc(), 1)
    above = _beside(connection, project.id, task_id, ~first, _T.rank, 1)
    place = Place(below[0][1] if below else None, above[0][1] if above else None)
    count = CROWD
    while len(spread(1, place.low, place.high)[0]) > LONGEST:
        place, longest = _crowded(connection, project.id, task_id, first, count)
        if longest <= LONGEST // 2 or (place.low is None and place.high is None):
            break
        count *= 2
    if place.crowd:
        project.tasks |= loading.tasks(connection, _T.project_id == project.id, among(_T.id, place.crowd))
    return place


def _crowded(
    connection: Connection, project_id: int, task_id: int, first: ColumnElement[bool], count: int
) -> tuple[Place, int]:
    """The place among so many on each side, and how long the longest rank there would be."""
    below = _beside(connection, project_id, task_id, first, _T.rank.desc(), count + 1)[::-1]
    above = _beside(connection, project_id, task_id, ~first, _T.rank, count + 1)
    low = below.pop(0)[1] if len(below) > count else None
    high = above.pop()[1] if len(above) > count else None
    crowd = tuple(one for one, _ in (*below, *above))
    place = Place(low, high, crowd, len(below))
    return place, max(map(len, spread(len(crowd) + 1, low, high)))


def _beside(
    connection: Connection,
    project_id: int,
    task_id: int,
    where: ColumnElement[bool],
    order: ColumnElement[Any],
    count: int,
) -> list[tuple[int, str]]:
    within = (_T.project_id == project_id) & (_T.id != task_id)
    found = connection.execute(select(_T.id, _T.rank).where(within, where).order_by(order).limit(count))
    return [(row.id, row.rank) for row in found]
