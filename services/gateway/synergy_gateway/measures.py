"""What a gateway process counts of the requests it answers."""

from typing import Final

from prometheus_client import Counter, Gauge

from synergy_chassis.metrics import REGISTRY
from synergy_chassis.metrics.tallies import Counts, Times

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE: Final = "none"
"""The route of a request that none of ours took."""
UNFINISHED: Final = "none"
"""The status of a request that was given no answer."""

_requests: Final = Counts("http_requests", "Requests, by the template of their address.", ["route", "method", "status"])
_seconds: Final = Times("http_seconds", "From the request's headers to the end of its answer.", ["route", "method"])
shared_reads: Final = Counter(
    "rpc_reads_shared", "Reads that were answered by the call of an equal one.", registry=REGISTRY
)
in_line: Final = Gauge(
    "rpc_waiting", "Calls that wait for their turn before a service is asked.", ["line"], registry=REGISTRY
)
turned_away: Final = Counter(
    "http_turned_away", "Requests answered 503 because too many were under way.", registry=REGISTRY
)
_in_progress: Final = Gauge("http_in_progress", "Requests being answered now.", registry=REGISTRY)


class UnderWay:
    """How many requests are being answered: a plain number, which is shown whenever somebody asks."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now = 0


under_way: Final = UnderWay()
_in_progress.set_function(lambda: under_way.now)


def answered(route: str | None, method: str, status: int | None, milliseconds: float) -> None:
    """A request has ended. What is not of ours is counted under one name, so that nobody can make names."""
    route, known = route or NO_ROUTE, method if method in METHODS else "other"
    _requests.of[route, known, str(status or UNFINISHED)] += 1
    _seconds.of[route, known].add(milliseconds / 1000)
