"""The door to a service's database."""

import logging
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec
import psycopg
import sqlalchemy
from sqlalchemy import Dialect, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from synergy_chassis.store import green
from synergy_chassis.store.errors import (
    RowConflict,
    StatementTooSlow,
    StoreError,
    StoreUnavailable,
    StreamExists,
    StreamNotFound,
    VersionConflict,
)
from synergy_chassis.store.sessions import Sessions

_LIMITS: Final = {
    "lock_timeout": timedelta(seconds=10),
    "statement_timeout": timedelta(seconds=30),
    "idle_in_transaction_session_timeout": timedelta(seconds=10),
}
"""
They bound how long a stuck or frozen process keeps others waiting, for a row or behind the barrier. A transaction may
wait for a call to another service, which has 5 s.
"""

_RANDOM_PAGE_COST: Final = 1.1
"""
What a page out of turn is thought to cost, of one in turn. PostgreSQL's own 4 is that of a disk that turns: it would
read ten thousand projects, in memory or not, to find the three hundred of one person.
"""

_PATIENCE: Final = 10
"""Seconds to wait for a connection that others use."""
_LIFETIME: Final = 1800
"""Seconds after which a connection is replaced."""
_TRANSPORT: Final[dict[str, object]] = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

_OF_THE_STORE: Final[dict[str, type[StoreError]]] = {
    "SY001": VersionConflict,
    "SY002": StreamNotFound,
    "SY003": StreamExists,
    "57014": StatementTooSlow,
}
_VANISHED: Final = {"tcp_keepalives_idle": 15, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}
"""
After these seconds the server ends the session of a host that is gone. No other limit runs while it has got an append
and waits for the COMMIT that was sent with it.
"""
# psycopg warns of the second error when a pipeline ends by a first one; the first is raised, and says it all.
logging.getLogger("psycopg").addFilter(lambda line: not str(line.msg).startswith("error ignored terminating"))

_UNAVAILABLE: Final = (psycopg.OperationalError, psycopg.InterfaceError)
_TOO_MUCH: Final = "54"
"""The class of what exceeds a limit of PostgreSQL's own (an index row too long): it does so each time."""


def engine(url: str, *, pool_size: int = 10, application_name: str, patient: bool = False) -> Engine:
    """
    A pool of at most `pool_size` psycopg connections to `url` (postgresql://…), checked before use.

    Sessions speak UTC and READ COMMITTED. Unless `patient` (migrations, rebuild, verify) they give up waiting for a
    lock after 10 s and on a statement after 30 s, and are closed by the server when idle in a transaction for 10 s.
    What the address itself asks for (`?options=-c statement_timeout=5000`, `connect_timeout`) goes before all of this.
    Under eventlet, waiting for the database lets other greenlets run.

    Single statements that commit by themselves (an Appender's, notifications) have sessions beside this pool, up to as
    many and none until they are needed: a service that decides before it appends has one, for notifications.
    """
    green.prepare()
    address = make_url(url).set(drivername="postgresql+psycopg")
    asked = dict(address.query)
    settings = f"{_settings(patient=patient)} {asked.pop('options', '')}".strip()
    usual = _TRANSPORT | {"application_name": application_name}
    arguments = {name: value for name, value in usual.items() if name not in asked} | {"options": settings}
    pool = create_engine(
        address.set(query=asked),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_PATIENCE,
        pool_recycle=_LIFETIME,
        pool_use_lifo=True,  # a session that has just worked has its plans and pages at hand
        json_serializer=_json_text,
        json_deserializer=msgspec.json.decode,
        connect_args=arguments,
    )
    sqlalchemy.event.listen(pool, "checkout", _look_at)
    _, known = pool.dialect.create_connect_args(pool.url)
    beside = Sessions(
        partial(psycopg.connect, autocommit=True, **{**known, **arguments}),
        size=pool_size,
        patience=_PATIENCE,
        lifetime=_LIFETIME,
    )
    sqlalchemy.event.listen(pool, "engine_disposed", lambda _: beside.close())
    _sessions[pool.dialect] = beside
    return pool


_sessions: Final[WeakKeyDictionary[Dialect, Sessions]] = WeakKeyDictionary()
"""By dialect: an engine has it in common with those of other execution options, and keeps it through dispose()."""


def sessions(engine: Engine) -> Sessions:
    """What single statements that commit by themselves go through, beside the pool of `engine`, one of `engine()`."""
    return _sessions[engine.dialect]


def _look_at(connection: psycopg.Connection[Any], *_: object) -> None:
    """Notice, without a round trip, that the server closed a connection while it lay idle; the pool opens another."""
    try:
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()  # the first may have read the server's parting words
    except psycopg.OperationalError as error:
        raise DisconnectionError(str(error)) from error
    if connection.closed:
        raise DisconnectionError("The connection is closed.")


def _settings(*, patient: bool) -> str:
    options: dict[str, object] = {"timezone": "UTC", "default_transaction_isolation": r"read\ committed"}
    options |= _VANISHED
    if not patient:
        options["jit"] = "off"  # to compile a query takes a hundred times as long as ours run
        options["random_page_cost"] = _RANDOM_PAGE_COST
        options |= {name: round(limit.total_seconds() * 1000) for name, limit in _LIMITS.items()}
    return " ".join(f"-c {name}={value}" for name, value in options.items())


def _json_text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def driver(connection: sqlalchemy.Connection) -> psycopg.Connection[Any]:
    """The psycopg connection beneath SQLAlchemy's."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw


class translated:  # noqa: N801
    """Turns the database's errors into the store's: RowConflict, VersionConflict …, StoreUnavailable; others pass."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, PoolTimeout):
            raise StoreUnavailable("No database connection came free in time.") from error
        if isinstance(error, DBAPIError | psycopg.Error):
            translation = _translation(error.orig if isinstance(error, DBAPIError) else error)
            if translation is not None:
                raise translation from error


def _translation(error: BaseException | None) -> StoreError | None:
    if isinstance(error, psycopg.IntegrityError):
        return RowConflict(error.diag.constraint_name or error.diag.column_name or "")
    if isinstance(error, psycopg.Error) and error.sqlstate in _OF_THE_STORE:
        return _OF_THE_STORE[error.sqlstate](error.diag.message_primary)
    if isinstance(error, _UNAVAILABLE) and not (error.sqlstate or "").startswith(_TOO_MUCH):
        return StoreUnavailable(str(error).strip() or type(error).__name__)
    return None
