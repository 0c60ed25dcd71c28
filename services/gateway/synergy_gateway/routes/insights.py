"""/api/projects/…/stats/, burnup/, flow/, forecast/, verify/: how a project went, from its events."""

from synergy_contracts.insights import (
    Burnup,
    CumulativeFlow,
    ForecastView,
    ReadForecast,
    ReadPoints,
    ReadStats,
    StatsView,
    Verified,
)
from synergy_contracts.projects import ProjectRef
from synergy_gateway import methods
from synergy_gateway.answers import Answer
from synergy_gateway.asking import Asking
from synergy_gateway.operations import get

STATS = "/api/projects/{project_id}/stats/"
BURNUP = "/api/projects/{project_id}/burnup/"
FLOW = "/api/projects/{project_id}/flow/"
FORECAST = "/api/projects/{project_id}/forecast/"
VERIFY = "/api/projects/{project_id}/verify/"


@get(STATS, StatsView, fixed={"project_id": "project_id"})
async def read_stats(asking: Asking, project_id: int, query: ReadStats) -> Answer:
    """Read what came and went in a project lately, and how long tasks took."""
    return await asking.answer(methods.READ_STATS, query)


@get(BURNUP, Burnup, fixed={"project_id": "project_id"})
async def read_burnup(asking: Asking, project_id: int, query: ReadPoints) -> Answer:
    """Read day by day how much there was to do in a project and how much was done."""
    return await asking.answer(methods.READ_BURNUP, query)


@get(FLOW, CumulativeFlow, fixed={"project_id": "project_id"})
async def read_flow(asking: Asking, project_id: int, query: ReadPoints) -> Answer:
    """Read day by day how many tasks of a project were in each status."""
    return await asking.answer(methods.READ_FLOW, query)


@get(FORECAST, ForecastView, fixed={"project_id": "project_id"})
async def read_forecast(asking: Asking, project_id: int, query: ReadForecast) -> Answer:
    """Read when the open tasks of a project will be done, by its pace so far."""
    return await asking.answer(methods.READ_FORECAST, query)


@get(VERIFY, Verified)
async def verify_project(asking: Asking, project_id: int) -> Answer:
    """Check that all events of a project are there, and as they were written."""
    return await asking.answer(methods.VERIFY_PROJECT, ProjectRef(project_id=project_id))
