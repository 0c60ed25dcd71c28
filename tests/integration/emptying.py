"""A service's database without what earlier tests have left there, at a tenth of the price of a new one."""

from collections.abc import Iterator

import psycopg
from psycopg.conninfo import make_conninfo

TABLES = """
    SELECT format('%%I.%%I', nspname, relname),
           array(SELECT tgname::text FROM pg_trigger WHERE tgrelid = tables.oid AND NOT tgisinternal)
      FROM pg_class tables JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE relkind = 'r' AND nspname IN ('public', 'store') AND relname <> ALL (%s)
"""
MIGRATED = ("alembic_version", "epoch", "relay")
AGAIN = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences",
    "UPDATE store.relay SET holder = NULL, token = 0, expires_at = '-infinity', position = 0, published = 0",
)


class Emptying:
    """
    A superuser's session in a database, which knows its tables and deletes the rows of those that have any; `staying`
    is a further table whose rows are there from the beginning, `again` makes these what they were.

    It does not truncate: that takes new files, and all other sessions plan anew what they ask these tables.
    """

    def __init__(self, admin_url: str, database: str, *, staying: str = "", again: str = "") -> None:
        self._session = psycopg.connect(make_conninfo(admin_url, dbname=database), autocommit=True)
        self._session.execute("SET session_replication_role = replica")  # no foreign key is looked after
        found = self._session.execute(TABLES, [[*MIGRATED, staying]]).fetchall()
        self._triggers: dict[str, list[str]] = dict(found)
        self._asked = "SELECT " + ", ".join(f"EXISTS (SELECT FROM {table})" for table in self._triggers)
        self._again = [*AGAIN, again]

    def __call__(self) -> None:
        """Waits for what other sessions have begun."""
        row = self._session.execute(self._asked).fetchone()
        assert row is not None
        held = [table for table, holds in zip(self._triggers, row, strict=True) if holds]
        self._session.execute(";".join([*(step for table in held for step in self._emptied(table)), *self._again]))

    def close(self) -> None:
        self._session.close()

    def _emptied(self, table: str) -> Iterator[str]:
        """What is append-only lets go of its rows while its triggers are off."""
        triggers = self._triggers[table]
        yield from (f"ALTER TABLE {table} DISABLE TRIGGER {trigger}" for trigger in triggers)
        yield f"DELETE FROM {table}"
        yield from (f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}" for trigger in triggers)
