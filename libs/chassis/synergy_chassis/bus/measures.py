"""What a process counts of the calls it answers, the calls it makes, and its application."""

import time
from functools import cache
from typing import Any, Final

from prometheus_client import Counter, Gauge, Histogram

from synergy_chassis.bus import follower_measures
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.metrics import REGISTRY, SECONDS, barrier
from synergy_contracts.refusals import Refused

OK: Final = "ok"
KINDS: Final = frozenset({
    "malformed", "unauthenticated", "forbidden", "not_found", "conflict", "gone", "precondition_failed", "invalid",
    "too_many", "unavailable", "too_late", "internal",
})  # fmt: skip
"""Kinds of refusals that are told apart; another one is `other`."""
UNKNOWN: Final = "unknown"
"""The method of a call that named none of ours."""

_answered: Final = Counter(
    "rpc_requests", "Calls answered, by what was answered.", ["service", "method", "outcome"], registry=REGISTRY
)
_answering: Final = Histogram(
    "rpc_seconds", "From taking a call to having its answer.", ["service", "method"], buckets=SECONDS, registry=REGISTRY
)
_in_progress: Final = Gauge("rpc_in_progress", "Calls being answered now.", ["service"], registry=REGISTRY)
_made: Final = Counter(
    "rpc_calls", "Calls made to services, by what came back.", ["method", "outcome"], registry=REGISTRY
)
_making: Final = Histogram(
    "rpc_call_seconds", "From sending a call to having its answer.", ["method"], buckets=SECONDS, registry=REGISTRY
)
_pool_in_use: Final = Gauge("db_pool_in_use", "Database connections in use.", ["service"], registry=REGISTRY)
_pool_size: Final = Gauge("db_pool_size", "Database connections there may be.", ["service"], registry=REGISTRY)


def outcome_of(kind: str) -> str:
    """The label of a refusal of this kind."""
    return kind if kind in KINDS else "other"


def refused_at_the_door(service: str, method: str, kind: str) -> None:
    """A call that no worker was given."""
    _answered.labels(service, method, outcome_of(kind)).inc()


class Answering:
    """One call while it is answered; `ended` once."""

    __slots__ = ("_method", "_service", "_started")

    def __init__(self, service: str, method: str) -> None:
        self._service, self._method = service, method
        self._started = time.perf_counter()
        _in_progress.labels(service).inc()

    def ended(self, outcome: str) -> None:
        """Its answer is there."""
        _in_progress.labels(self._service).dec()
        _answered.labels(self._service, self._method, outcome).inc()
        _answering.labels(self._service, self._method).observe(time.perf_counter() - self._started)

    def withdrawn(self) -> None:
        """It was given to no worker after all."""
        _in_progress.labels(self._service).dec()


class Calling:
    """Counts the call to `method`, one of our own literals, that the block makes."""

    __slots__ = ("_method", "_started")

    def __init__(self, method: str) -> None:
        self._method = method

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        _made_of(self._method, OK if error is None else _outcome(error)).inc()
        _making_of(self._method).observe(time.perf_counter() - self._started)


def _outcome(error: BaseException) -> str:
    match error:
        case Refused():
            return outcome_of(error.kind)
        case RpcTimeout():
            return "timeout"
        case RpcUnavailable():
            return "unreachable"
        case _:
            return "cancelled"


@cache
def _made_of(method: str, outcome: str) -> Counter:
    return _made.labels(method, outcome)


@cache
def _making_of(method: str) -> Histogram:
    return _making.labels(method)


def watch(service: str, application: Any) -> None:
    """Show the application's `engine`, `log` and `followers`, if it has them, whenever somebody asks."""
    pool = getattr(getattr(application, "engine", None), "pool", None)
    if pool is not None:
        _pool_in_use.labels(service).set_function(pool.checkedout)
        _pool_size.labels(service).set_function(pool.size)
    if log := getattr(application, "log", None):
        barrier.watch(service, log.barrier)
    if followers := getattr(application, "followers", {}):
        follower_measures.watch(followers.values())
