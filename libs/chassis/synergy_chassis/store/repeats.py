"""A command that is sent again while the first is still under way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import sqlalchemy

from synergy_chassis.store.engine import driver, translated
from synergy_chassis.store.errors import CommandRunning, StoreUnavailable
from synergy_chassis.store.events import CommandContext

PATIENCE: Final = 2_000
"""Milliseconds that a repeat waits for the first one: as a rule that is done by then, and both are told the same."""
_KEY: Final = "hashtextextended(%s::uuid::text, 0)"  # as in store.lock

Statements = Sequence[tuple[str, Sequence[Any]]]


def first_of_all(context: CommandContext) -> Statements:
    """What goes before the lock of a command that may be sent again: it does not wait long for itself."""
    if context.fingerprint is None:
        return ()
    return (
        (f"SET LOCAL lock_timeout = {PATIENCE}", ()),
        (f"SELECT pg_advisory_xact_lock({_KEY})", (context.command_id,)),
        ("SET LOCAL lock_timeout TO DEFAULT", ()),
    )


@contextmanager
def told_apart(connection: sqlalchemy.Connection, context: CommandContext) -> Iterator[None]:
    """Raises CommandRunning instead of StoreUnavailable where what was waited for is the same command."""
    try:
        with translated():
            yield
    except StoreUnavailable as error:
        if context.fingerprint is not None and _is_running(connection, context):
            raise CommandRunning("The same command is still under way.") from error
        raise


def _is_running(connection: sqlalchemy.Connection, context: CommandContext) -> bool:
    raw = driver(connection)
    try:
        raw.execute("ROLLBACK")
        free = raw.execute(f"SELECT pg_try_advisory_xact_lock({_KEY})", (context.command_id,)).fetchone()
    except psycopg.Error:  # the connection is gone: nobody knows
        return False
    return free == (False,)
