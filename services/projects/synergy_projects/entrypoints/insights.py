"""How a project went, and whether its history is whole."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
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
from synergy_projects.entrypoints.doors import Doors


class InsightDoors(Doors):
    """How a project went, and whether its history is whole."""

    @rpc
    def read_stats(self, body: object) -> Any:
        """ReadStats → StatsView."""
        return self._insight(StatsView, self.app.insights.stats, decode(ReadStats, body))

    @rpc
    def read_burnup(self, body: object) -> Any:
        """ReadPoints → Burnup."""
        return self._insight(Burnup, self.app.insights.burnup, decode(ReadPoints, body))

    @rpc
    def read_flow(self, body: object) -> Any:
        """ReadPoints → CumulativeFlow."""
        return self._insight(CumulativeFlow, self.app.insights.flow, decode(ReadPoints, body))

    @rpc
    def read_forecast(self, body: object) -> Any:
        """ReadForecast → ForecastView."""
        return self._insight(ForecastView, self.app.insights.forecast, decode(ReadForecast, body))

    @rpc
    def verify_project(self, body: object) -> Any:
        """ProjectRef → Verified."""
        return self._insight(Verified, self.app.insights.verify, decode(ProjectRef, body))

    def _insight(self, view: Any, question: Any, wanted: Any) -> Any:
        with self.reading() as connection:
            return encode(view, question(connection, self.actor(), **structs.asdict(wanted)))
