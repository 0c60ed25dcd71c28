"""What a service says about its parts."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, Final

from sqlalchemy import Engine, text

from synergy_contracts.envelope import Head, PartHealth

UP: Final = "up"
DOWN: Final = "down"
LAG_COUNTED: Final = 10_000
"""A relay's lag is counted up to here."""
PUBLISHED: Final = """
    SELECT r.holder IS NOT NULL AND r.expires_at > clock_timestamp(),
           (SELECT count(*) FROM (SELECT FROM store.events e WHERE e.position > r.position LIMIT :most) behind)
      FROM store.relay r
"""
FOLLOWED: Final = """
    SELECT coalesce((SELECT position FROM store.positions WHERE consumer = :consumer AND source = :source), 0),
           (SELECT count(*) FROM store.parked WHERE consumer = :consumer AND source = :source)
"""


def database_health(engine: Engine) -> PartHealth:
    """Whether the database answers; `latency_ms` of one round trip."""
    started = perf_counter()

    def ask() -> PartHealth:
        _one(engine, "SELECT 1")
        return PartHealth(status=UP, latency_ms=_milliseconds(started))

    return _or_down(ask, "The database does not answer.")


def relay_health(engine: Engine) -> PartHealth:
    """Whether a relay holds a fresh lease, and how many stored events it has not published (counted to 10,000)."""

    def ask() -> PartHealth:
        leads, lag = _one(engine, PUBLISHED, most=LAG_COUNTED)
        if leads:
            return PartHealth(status=UP, lag=lag)
        return PartHealth(status=DOWN, lag=lag, detail="No relay holds the lease: start one.")

    return _or_down(ask, "The database does not answer.")


def follower_health(engine: Engine, *, consumer: str, source: str, head: Callable[[], Head]) -> PartHealth:
    """
    How far `consumer` is behind the store of `source`, in positions (an upper bound of events, for positions have
    holes), and how many events it has parked. `head` asks the owner.
    """

    def ask() -> PartHealth:
        position, parked = _one(engine, FOLLOWED, consumer=consumer, source=source)
        try:
            lag = max(0, head().position - position)
        except Exception:
            return PartHealth(status=DOWN, detail=f"{source} does not answer.")
        return PartHealth(status=UP, lag=lag, detail=parked_events(parked) if parked else None)

    return _or_down(ask, "The database does not answer.")


def parked_events(count: int) -> str:
    """How that is told."""
    return "1 event is parked." if count == 1 else f"{count} events are parked."


def models_health(engine: Engine) -> PartHealth:
    """Whether every stream could be folded when its rows were last rebuilt; they are served all the same."""

    def ask() -> PartHealth:
        (count,) = _one(engine, "SELECT count(*) FROM store.parked_streams")
        plural = "" if count == 1 else "s"
        return PartHealth(status=UP, detail=f"{count} stream{plural} cannot be rebuilt." if count else None)

    return _or_down(ask, "The database does not answer.")


def _one(engine: Engine, query: str, **parameters: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(query), parameters).one()


def _or_down(ask: Callable[[], PartHealth], detail: str) -> PartHealth:
    try:
        return ask()
    except Exception:
        return PartHealth(status=DOWN, detail=detail)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
