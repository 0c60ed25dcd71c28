"""How every part of the system is, as the services themselves and our own connections tell."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final, Literal, Protocol, TypeVar

import msgspec
import structlog
from msgspec import UNSET, UnsetType

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.clock import Clock
from synergy_contracts.envelope import Nothing, PartHealth, ServiceHealth
from synergy_contracts.refusals import Refused
from synergy_gateway import __version__
from synergy_gateway.methods import HEALTH
from synergy_gateway.services import Services

log = structlog.get_logger(__name__)
Number = TypeVar("Number", int, float)

UP: Final = "up"
DOWN: Final = "down"
SHARED: Final = {"database": "database", "relay": "relays", "senders": "senders"}
"""Parts that services report and that are told once for all of them."""


class SystemHealth(msgspec.Struct, frozen=True, kw_only=True):
    """`checks` tells of every part; `down` names those that are not up."""

    status: Literal["healthy", "unhealthy"]
    timestamp: datetime
    version: str
    checks: dict[str, PartHealth]
    down: list[str] | UnsetType = UNSET


class Cache(Protocol):
    """The Redis connection, as far as health asks it."""

    def ping(self) -> Awaitable[bool]: ...


class Health:
    """Asks all parts at once, each for at most `deadline`; whoever asks at the same time shares the answer."""

    def __init__(self, services: Services, cache: Cache, clock: Clock, *, deadline: timedelta) -> None:
        self._services = services
        self._cache = cache
        self._clock = clock
        self._deadline = deadline
        self._asking: asyncio.Task[SystemHealth] | None = None

    async def check(self) -> SystemHealth:
        """The state of every part. Raises nothing: what does not answer is down."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._check(), name="health")
        return await asyncio.shield(self._asking)

    async def _check(self) -> SystemHealth:
        asked = asyncio.gather(*(self._ask(name) for name in HEALTH))
        broker, cache, reports = await asyncio.gather(self._ask_broker(), self._ask_cache(), asked)
        checks = {"broker": broker, "cache": cache}
        checks |= {name: part for name, (part, _) in zip(HEALTH, reports, strict=True)}
        told = [report for _, report in reports if report is not None]
        for part, shown_as in SHARED.items():
            checks[shown_as] = worst(report.parts[part] for report in told if part in report.parts)
        down = sorted(name for name, part in checks.items() if part.status != UP)
        return SystemHealth(
            status="unhealthy" if down else "healthy",
            timestamp=self._clock.now(),
            version=__version__,
            checks=checks,
            down=down or UNSET,
        )

    async def _ask_broker(self) -> PartHealth:
        started = perf_counter()
        try:
            await self._services.reach_broker(self._deadline)
        except (RpcTimeout, RpcUnavailable):
            return PartHealth(status=DOWN, detail="There is no connection to the broker, or it takes no messages.")
        return PartHealth(status=UP, latency_ms=_milliseconds(started))

    async def _ask_cache(self) -> PartHealth:
        started = perf_counter()
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                await self._cache.ping()
        except Exception as error:  # whatever Redis or the network does, the cache is not up
            log.warning("cache-does-not-answer", error=type(error).__name__)
            return PartHealth(status=DOWN, detail="Redis does not answer.")
        return PartHealth(status=UP, latency_ms=_milliseconds(started))

    async def _ask(self, service: str) -> tuple[PartHealth, ServiceHealth | None]:
        started = perf_counter()
        try:
            raw = await self._services.ask(HEALTH[service], Nothing(), deadline=self._deadline)
            report = msgspec.json.decode(raw, type=ServiceHealth)
        except (RpcTimeout, RpcUnavailable, Refused, msgspec.MsgspecError) as error:
            log.warning("service-does-not-answer", asked=service, error=type(error).__name__)
            return PartHealth(status=DOWN, detail="The service does not answer."), None
        return _service(report, _milliseconds(started)), report


def _service(report: ServiceHealth, latency_ms: float) -> PartHealth:
    """A service that answers is up, unless a part that is its alone is down; what a part tells besides, is told."""
    own: Mapping[str, PartHealth] = {name: part for name, part in report.parts.items() if name not in SHARED}
    for name, part in own.items():
        if part.status != UP:
            return PartHealth(
                status=DOWN, latency_ms=latency_ms, lag=part.lag, detail=part.detail or f"{name} is down."
            )
    return PartHealth(
        status=UP,
        latency_ms=latency_ms,
        lag=_most(part.lag for part in own.values()),
        detail=" ".join(part.detail for part in own.values() if part.detail) or None,
    )


def worst(parts: Iterable[PartHealth]) -> PartHealth:
    """One report for several: down if one is, the longest latency, the largest lag. Nobody's word counts as down."""
    reports = list(parts)
    if not reports:
        return PartHealth(status=DOWN, detail="No service could tell.")
    down = [report for report in reports if report.status != UP]
    return PartHealth(
        status=DOWN if down else UP,
        latency_ms=_most(report.latency_ms for report in reports),
        lag=_most(report.lag for report in reports),
        detail=next((report.detail for report in down or reports if report.detail), None),
    )


def _most(values: Iterable[Number | None]) -> Number | None:
    return max((value for value in values if value is not None), default=None)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
