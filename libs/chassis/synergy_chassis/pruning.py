"""Forgets the outcomes of commands that nobody repeats any more."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import psycopg

SHORTEST: Final = timedelta(hours=24)
"""How long the outcome of a command is kept at least: the database refuses less."""
PORTION: Final = 1_000
_PRUNE: Final = "SELECT store.prune_commands(%s, %s)"


def prune_commands(
    connection: psycopg.Connection[Any], *, keep: timedelta = SHORTEST, portion: int = PORTION
) -> Iterator[int]:
    """
    Forget commands older than `keep`, `portion` to a transaction of `connection`, in autocommit; tells how many each
    time, while there may be more. A long append that was given up as long ago is forgotten too: a repeat begins anew.

    Several may do it at once. What `verify` knows of a missing tail from commands goes with them; the streams' rows and
    the seals stay. Raises ValueError for less than 24 hours, psycopg.Error.
    """
    if keep < SHORTEST:
        raise ValueError("The outcome of a command is kept for 24 hours at least.")
    count = portion
    while count >= portion:
        row = connection.execute(_PRUNE, (keep, portion)).fetchone()
        assert row is not None
        count = int(row[0])
        yield count
