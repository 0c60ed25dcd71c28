"""How a project went and will go on: what projects works out from its events. Days are of UTC."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from synergy_contracts.envelope import PositiveId
from synergy_contracts.projects import Counts, ProgressView

Days = Annotated[int, Meta(ge=7, le=366, description="How many days are looked back on.")]


class ReadStats(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came and went in a project in the last `days`, today among them."""

    project_id: PositiveId
    days: Days = 84


class TasksByStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How many tasks outside the trash are in each status."""

    todo: int
    in_progress: int
    review: int
    done: int


class Durations(msgspec.Struct, frozen=True, kw_only=True):
    """Hours that `count` completions took: their mean, and what 50, 85 and 95 of 100 took at most."""

    count: int
    mean: float
    p50: float
    p85: float
    p95: float


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """How many tasks were created, became done and were reopened in a week. `week` is its Monday."""

    week: date
    created: int
    completed: int
    reopened: int


class StatsView(ProgressView, frozen=True, kw_only=True):
    """
    Where a project stands, and what came and went from `since` to `until`.

    `cycle_time` counts from the first time a task left `todo`, `lead_time` from its creation, until it was done; null
    where nothing was done. The first and the last week of `throughput` may be parts of weeks.
    """

    by_status: TasksByStatus
    since: date
    until: date
    created: int
    completed: int
    reopened: int
    completed_per_day: float
    cycle_time: Durations | None
    lead_time: Durations | None
    throughput: list[Week]


class ReadPoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The days of a project from `since` to `until`, at most the newest 1,000 of them; today's still changes."""

    project_id: PositiveId
    since: date | None = None
    until: date | None = None


class BurnupPoint(Counts, frozen=True, kw_only=True):
    """What there was to do (`impact_total`, `task_count`: the scope) and what of it was done when the day ended."""

    day: date


class Burnup(msgspec.Struct, frozen=True, kw_only=True):
    """One point a day, the first on the day the project was created."""

    project: int
    version: int
    points: list[BurnupPoint]


class FlowPoint(TasksByStatus, frozen=True, kw_only=True):
    """The tasks in each status when the day ended, and how many were created, became done and were reopened in it."""

    day: date
    created: int
    completed: int
    reopened: int


class CumulativeFlow(msgspec.Struct, frozen=True, kw_only=True):
    """One point a day, the first on the day the project was created."""

    project: int
    version: int
    points: list[FlowPoint]


class ReadForecast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the open tasks will be done, if days to come are like the last `days` whole ones."""

    project_id: PositiveId
    days: Days = 84


class ForecastDate(msgspec.Struct, frozen=True, kw_only=True):
    """In `percentile` of 100 trials all was done after so many days, on that date; null beyond two years."""

    percentile: int
    days: int | None
    date: date | None


class ForecastView(msgspec.Struct, frozen=True, kw_only=True):
    """
    A forecast made on `day`, by drawing whole days of the past at random: what they got done, less what was reopened.

    Tasks that will be added are not foreseen. The `seed` follows from project, version and day, so the answer is the
    same however often it is asked for. Where there is too little to go by, `percentiles` is empty and `why_not` says
    what is missing.
    """

    project: int
    version: int
    day: date
    open_tasks: int
    days_of_history: int
    completed_in_them: int
    trials: int
    seed: int
    percentiles: list[ForecastDate]
    why_not: str | None


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a project's log that contradicts the rest of it: of which sort, at which version, in words."""

    damage: str
    version: int | None
    detail: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """
    A project's events checked against their hash chain: how many there are, and the hash at its head, in hex.

    `findings` tells the first 20 contradictions.
    """

    ok: bool
    events: int
    version: int
    head: str
    findings: list[Contradiction]
