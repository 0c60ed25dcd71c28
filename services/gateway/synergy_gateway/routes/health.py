"""How the system is: for people and monitors, for a supervisor, for a load balancer."""

from typing import Literal

import msgspec

from synergy_gateway.answers import Answer, told
from synergy_gateway.asking import Asking
from synergy_gateway.health import SystemHealth
from synergy_gateway.operations import get
from synergy_gateway.problems import RETRY_AFTER


class Liveness(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Readiness(msgspec.Struct, frozen=True):
    """Whether requests should come here."""

    status: Literal["ready", "not ready"]


@get("/api/health/", SystemHealth, signed_in=False, private=True, also=(503,))
async def read_health(asking: Asking) -> Answer:
    """Read the state of every part; 503 names what is down."""
    health = await asking.gateway.health.check()
    if health.status == "healthy":
        return told(health)
    return told(health, {"Retry-After": RETRY_AFTER}, status=503)


@get("/livez", Liveness, signed_in=False, private=True)
async def read_liveness(asking: Asking) -> Answer:
    """Tell whether the gateway's process answers."""
    return told(Liveness())


@get("/readyz", Readiness, signed_in=False, private=True, also=(503,))
async def read_readiness(asking: Asking) -> Answer:
    """Tell whether the gateway can reach the services."""
    if asking.gateway.services.connected:
        return told(Readiness(status="ready"))
    return told(Readiness(status="not ready"), {"Retry-After": RETRY_AFTER}, status=503)
