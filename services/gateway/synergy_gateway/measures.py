"""What a gateway process counts of the requests it answers."""

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from synergy_chassis.metrics import REGISTRY, SECONDS
from synergy_gateway.visit import Visit

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE: Final = "none"
"""The route of a request that none of ours took."""
UNFINISHED: Final = "none"
"""The status of a request that was given no answer."""

_requests: Final = Counter(
    "http_requests", "Requests, by the template of their address.", ["route", "method", "status"], registry=REGISTRY
)
_seconds: Final = Histogram(
    "http_seconds", "From the request's headers to the end of its answer.", ["route", "method"], buckets=SECONDS,
    registry=REGISTRY,
)  # fmt: skip
shared_reads: Final = Counter(
    "rpc_reads_shared", "Reads that were answered by the call of an equal one.", registry=REGISTRY
)
in_line: Final = Gauge(
    "rpc_waiting", "Calls that wait for their turn before a service is asked.", ["line"], registry=REGISTRY
)
turned_away: Final = Counter(
    "http_turned_away", "Requests answered 503 because too many were under way.", registry=REGISTRY
)
in_progress: Final = Gauge("http_in_progress", "Requests being answered now.", registry=REGISTRY)


def answered(visit: Visit, method: str, status: int | None) -> None:
    """A request has ended. What is not of ours is counted under one name, so that nobody can make names."""
    route, known = visit.route or NO_ROUTE, method if method in METHODS else "other"
    counted(route, known, status).inc()
    timed(route, known).observe(visit.milliseconds / 1000)


@cache
def counted(route: str, method: str, status: int | None) -> Counter:
    """The counter of these; there are few."""
    return _requests.labels(route, method, str(status or UNFINISHED))


@cache
def timed(route: str, method: str) -> Histogram:
    """The same of the times."""
    return _seconds.labels(route, method)
