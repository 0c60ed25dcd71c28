"""A connection of the sender to its database, made again when it breaks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias, TypeVar

import psycopg
from psycopg.rows import dict_row

from synergy_chassis.conninfo import conninfo

T = TypeVar("T")
Connection: TypeAlias = psycopg.AsyncConnection[dict[str, Any]]

AWAY: Final = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.UndefinedTable, OSError, TimeoutError)
"""The database cannot be reached, gave up on a lock, or is not migrated yet: try again."""

OPTIONS: Final = (
    "-c timezone=UTC -c lock_timeout=5000 -c statement_timeout=10000 -c idle_in_transaction_session_timeout=5000"
    " -c jit=off"  # to compile a query takes longer than ours run
)
USUAL: Final[dict[str, int]] = {"connect_timeout": 5, "keepalives_idle": 15, "tcp_user_timeout": 30_000}


class Link:
    """One connection for one task. `purpose` is how it shows in pg_stat_activity."""

    def __init__(self, url: str, *, purpose: str) -> None:
        self._conninfo = conninfo(url, options=OPTIONS, application_name=f"webhooks sender: {purpose}", **USUAL)
        self._connection: Connection | None = None

    async def connection(self) -> Connection:
        """The connection, in autocommit. Raises one of AWAY."""
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, row_factory=dict_row
            )
        return self._connection

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """What `work` does, in one transaction. Raises one of AWAY; then the connection is thrown away."""
        try:
            connection = await self.connection()
            async with connection.transaction():
                return await work(connection)
        except (*AWAY, asyncio.CancelledError):
            await self.close()
            raise

    async def run_apart(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """The same, each statement in a transaction of its own: none is begun or ended, each a round trip."""
        try:
            return await work(await self.connection())
        except (*AWAY, asyncio.CancelledError):
            await self.close()
            raise

    async def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
