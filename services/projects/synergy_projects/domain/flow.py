"""
A project day by day, from its events: how much there was to do and how much was done when each day (UTC) ended, what
came and went in it, and how long tasks took.

Events only come after those that are there, so the points of days that have ended never change.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from synergy_projects.domain.events import Event
from synergy_projects.domain.fields import TASK_STATUSES, TaskStatus
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project, evolve

DAY: Final = timedelta(days=1)


class Point(NamedTuple):
    """
    A day: the counters and the tasks in each status at its end, and how many tasks were created, became done and were
    reopened in it. What goes to the trash is out of the counters; that it was done once stays in the day it was.
    """

    day: date
    counters: Counters
    by_status: dict[str, int]
    created: int
    completed: int
    reopened: int


class Completion(NamedTuple):
    """A task became done: the seconds since work on it began, and since it was created."""

    day: date
    cycle: float
    lead: float


@dataclass(slots=True)
class _Passage:
    """Where a task is, None while it does not count, and since when it is worked on."""

    created_at: datetime
    status: TaskStatus | None = None
    started_at: datetime | None = None


@dataclass(slots=True)
class Flow:
    """The fold. It grows in place; `take` every event of the project, in order."""

    project: Project | None = None
    completions: list[Completion] = field(default_factory=list)
    _ended: list[Point] = field(default_factory=list)
    _by_status: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TASK_STATUSES, 0))
    _tasks: dict[int, _Passage] = field(default_factory=dict)
    _created: int = 0
    _completed: int = 0
    _reopened: int = 0
    _day: date | None = None

    @property
    def version(self) -> int:
        """That of the last event taken."""
        return self.project.version if self.project else 0

    def take(self, event: Event, *, version: int, at: datetime) -> None:
        """One more event, recorded `at`."""
        day = at.astimezone(UTC).date()
        if day != self._day:
            self._end_day()
            self._day = day
        self.project = evolve(self.project, event, version=version, at=at)
        task_id = getattr(event, "task_id", None)
        if task_id is not None:
            self._follow(task_id, day, at)

    def points(self, since: date | None = None, until: date | None = None) -> Iterator[Point]:
        """
        One point a day from the day the project was created, or `since`, to the day of the last event, or `until`: a
        day without events ends as the one before it.
        """
        last: Point | None = None
        for point in self._days():
            if until is not None and point.day > until:
                break
            if last is not None:
                yield from _still(last, since, point.day)
            if since is None or since <= point.day:
                yield point
            last = point
        if last is not None and until is not None:
            yield from _still(last, since, until + DAY)

    def _days(self) -> Iterator[Point]:
        yield from self._ended
        if self._day is not None:
            yield self._point()

    def _end_day(self) -> None:
        if self._day is not None:
            self._ended.append(self._point())
            self._created = self._completed = self._reopened = 0

    def _point(self) -> Point:
        counters = self.project.counters if self.project else Counters()
        assert self._day is not None
        return Point(self._day, counters, dict(self._by_status), self._created, self._completed, self._reopened)

    def _follow(self, task_id: int, day: date, at: datetime) -> None:
        task = self.project.tasks.get(task_id) if self.project else None
        now = None if task is None or task.trashed_at is not None else task.status
        passage = self._tasks.get(task_id)
        if passage is None:
            passage = self._tasks[task_id] = _Passage(at)
            self._created += 1
        was = passage.status
        if now == was:
            return
        passage.status = now
        if was is not None:
            self._by_status[was] -= 1
        if now is not None:
            self._by_status[now] += 1
            if now != "todo" and passage.started_at is None:
                passage.started_at = at
        if was is not None and now == "done":
            self._completed += 1
            cycle = at - (passage.started_at or at)
            self.completions.append(Completion(day, cycle.total_seconds(), (at - passage.created_at).total_seconds()))
        elif was == "done" and now is not None:
            self._reopened += 1


def _still(last: Point, since: date | None, until: date) -> Iterator[Point]:
    """The days after `last` and before `until`, none before `since`, in which nothing happened."""
    day = max(last.day + DAY, since) if since else last.day + DAY
    while day < until:
        yield Point(day, last.counters, last.by_status, 0, 0, 0)
        day += DAY
