"""Questions about how a project went, from its events: what it took, how it grew, when it will be done."""

import math
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

from synergy_chassis.clock import Clock
from synergy_chassis.store import EventCodec
from synergy_chassis.store.verify import verify
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import InvalidParameter
from synergy_projects.domain.flow import DAY, Point
from synergy_projects.domain.forecasting import TRIALS, forecast, on, seed_of
from synergy_projects.queries import views
from synergy_projects.queries.flows import Flows
from synergy_projects.queries.projects import visible_project
from synergy_projects.queries.views import View

MOST_POINTS: Final = 1_000
"""Days that one answer may have."""
MOST_FINDINGS: Final = 20
_AT_ONCE: Final = 2
"""Projects that one process verifies at a time: each takes two connections of its pool."""
_PERCENTILES: Final = (50, 85, 95)
_HEAD: Final = text("SELECT version, encode(head_hash, 'hex') AS head FROM store.streams WHERE stream = :stream")


class Insights:
    """Answers to whoever may see the project. Days are of UTC; today is the clock's."""

    def __init__(self, codec: EventCodec, clock: Clock, engine: Engine) -> None:
        self._flows = Flows(codec)
        self._engine = engine
        self._clock = clock
        self._verifying = threading.BoundedSemaphore(_AT_ONCE)

    def stats(self, connection: Connection, actor: Actor, project_id: int, *, days: int) -> View:
        """What came and went in the last so many days, today among them, and how long it took. ProjectNotFound."""
        today = self._today()
        since = today - (days - 1) * DAY
        state = visible_project(connection, actor, project_id)
        with self._flows.of(connection, project_id, state.version) as flow:
            points = list(flow.points(until=today))
            recent = [point for point in points if point.day >= since]
            taken = [completion for completion in flow.completions if since <= completion.day <= today]
        completed = sum(point.completed for point in recent)
        return views.progress(state) | {
            "by_status": points[-1].by_status if points else {},
            "since": since,
            "until": today,
            "created": sum(point.created for point in recent),
            "completed": completed,
            "reopened": sum(point.reopened for point in recent),
            "completed_per_day": round(completed / len(recent), 2) if recent else 0.0,
            "cycle_time": _durations([completion.cycle for completion in taken]),
            "lead_time": _durations([completion.lead for completion in taken]),
            "throughput": _weeks(recent),
        }

    def burnup(
        self, connection: Connection, actor: Actor, project_id: int, *, since: date | None, until: date | None
    ) -> View:
        """Day by day what there was to do and what of it was done. Raises ProjectNotFound, InvalidParameter."""
        return self._points(connection, actor, project_id, since, until, _burnup)

    def flow(
        self, connection: Connection, actor: Actor, project_id: int, *, since: date | None, until: date | None
    ) -> View:
        """Day by day how many tasks were in each status. Raises ProjectNotFound, InvalidParameter."""
        return self._points(connection, actor, project_id, since, until, _flow)

    def forecast(self, connection: Connection, actor: Actor, project_id: int, *, days: int) -> View:
        """When the open tasks will be done, by the pace of the last so many whole days. Raises ProjectNotFound."""
        today = self._today()
        state = visible_project(connection, actor, project_id)
        with self._flows.of(connection, project_id, state.version) as flow:
            past = [point.completed - point.reopened for point in flow.points(today - days * DAY, today - DAY)]
        open_tasks = state.counters.task_count - state.counters.completed_task_count
        told = forecast(open_tasks, past, seed=seed_of(project_id, state.version, today))
        return {
            "project": project_id,
            "version": state.version,
            "day": today,
            "open_tasks": open_tasks,
            "days_of_history": len(past),
            "completed_in_them": sum(past),
            "trials": TRIALS,
            "seed": told.seed,
            "percentiles": [
                {"percentile": percent, "days": found, "date": on(today, found)} for percent, found in told.days.items()
            ],
            "why_not": told.why_not,
        }

    def verify(self, connection: Connection, actor: Actor, project_id: int) -> View:
        """Whether the project's events are all there and unchanged, by their hash chain. Raises ProjectNotFound."""
        visible_project(connection, actor, project_id)
        stream = f"project-{project_id}"
        head = connection.execute(_HEAD, {"stream": stream}).one()
        with self._verifying:
            report = verify(self._engine, stream=stream)
        return {
            "ok": report.ok,
            "events": report.events,
            "version": head.version,
            "head": head.head,
            "findings": [
                {"damage": (found.damage.name or "damage").lower(), "version": found.version, "detail": found.detail}
                for found in report.findings[:MOST_FINDINGS]
            ],
        }

    def _points(
        self,
        connection: Connection,
        actor: Actor,
        project_id: int,
        since: date | None,
        until: date | None,
        shown: Any,
    ) -> View:
        until = until or self._today()
        if since is not None and until < since:
            raise InvalidParameter("until", "is before since")
        since = max(since or date.min, until - min(MOST_POINTS - 1, (until - date.min).days) * DAY)
        state = visible_project(connection, actor, project_id)
        until = min(until, self._today())
        with self._flows.of(connection, project_id, state.version) as flow:
            points = [shown(point) for point in flow.points(since, until)]
        return {"project": project_id, "version": state.version, "points": points}

    def _today(self) -> date:
        return self._clock.now().astimezone(UTC).date()


def _burnup(point: Point) -> View:
    return {"day": point.day} | views.counts(point.counters)


def _flow(point: Point) -> View:
    return {
        "day": point.day,
        **point.by_status,
        "created": point.created,
        "completed": point.completed,
        "reopened": point.reopened,
    }


def _weeks(points: Iterable[Point]) -> list[View]:
    """Sums by week, which begins on Monday; the first and the last may be parts of weeks."""
    weeks: dict[date, Counter[str]] = {}
    for point in points:
        week = weeks.setdefault(_monday(point.day), Counter())
        week.update(created=point.created, completed=point.completed, reopened=point.reopened)
    return [
        {"week": monday} | {name: week[name] for name in ("created", "completed", "reopened")}
        for monday, week in weeks.items()
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _durations(seconds: Sequence[float]) -> View | None:
    """Percentiles by the nearest rank, and the mean, in hours; None of nothing."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    told = {f"p{percent}": _hours(ordered[math.ceil(percent * len(ordered) / 100) - 1]) for percent in _PERCENTILES}
    return {"count": len(ordered), "mean": _hours(math.fsum(ordered) / len(ordered)), **told}


def _hours(seconds: float) -> float:
    return round(seconds / 3600, 2)
