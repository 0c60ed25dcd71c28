"""What a caller hears when a handler failed."""

import json
from typing import Final

from synergy_chassis.bus.errors import NotConfirmed, RpcTimeout, RpcUnavailable
from synergy_chassis.bus.wire import internal_error
from synergy_contracts.refusals import Refused

DATABASE_AWAY: Final = frozenset(
    {
        "sqlalchemy.exc.OperationalError",
        "sqlalchemy.exc.InterfaceError",
        "sqlalchemy.exc.TimeoutError",
        "synergy_chassis.store.errors.StoreUnavailable",
        "psycopg.OperationalError",
        "psycopg.InterfaceError",
        "psycopg.errors.ReadOnlySqlTransaction",
    }
)
"""
By name, for the bus can be installed without the store. SQLAlchemy's TimeoutError means that the pool is
exhausted.
"""

RUNNING: Final = "synergy_chassis.store.errors.CommandRunning"
REUSED: Final = "synergy_chassis.store.errors.CommandReused"
TOO_MUCH: Final = "54"
"""The class of SQLSTATE of what exceeds a limit of PostgreSQL's own: to try again does not help."""


def refusal_for(error: BaseException) -> Refused:
    """
    The Refused that stands for `error`: itself, "unavailable" while something we need is away, else an internal
    error.
    """
    if isinstance(error, Refused):
        return error
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if name == RUNNING:
        detail = "The first request with this Idempotency-Key is still under way; ask again for its answer."
        return Refused("conflict", "idempotency-key-running", detail, "", "1")
    if name == REUSED:
        detail = "This Idempotency-Key was used for another request. Use a new key for each thing you want done."
        at_fault = json.dumps([{"parameter": "Idempotency-Key", "detail": "belongs to another request"}])
        return Refused("invalid", "idempotency-key-reused", detail, at_fault)
    if database_is_away(error):
        return Refused("unavailable", "database-unavailable", "The database is not reachable; try again.", "", "1")
    if isinstance(error, RpcUnavailable | RpcTimeout | NotConfirmed):
        return Refused("unavailable", "service-unavailable", "A service we need does not answer; try again.", "", "1")
    return internal_error()


def database_is_away(error: BaseException) -> bool:
    """Whether `error`, or the driver's error inside it, says that the database cannot be used now."""
    inner = getattr(error, "orig", None)
    if isinstance(inner, Exception) and getattr(inner, "sqlstate", None):
        return database_is_away(inner)
    if (getattr(error, "sqlstate", None) or "").startswith(TOO_MUCH):
        return False
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return not DATABASE_AWAY.isdisjoint(kinds)
