"""
Rows whose stream is not there, however they came about: no page of streams leads to them.

A row and its stream are written in one transaction, so one snapshot shows both or neither.
"""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import Column, Engine, Table

from synergy_chassis.store import differences, folding
from synergy_chassis.store.differences import Difference
from synergy_chassis.store.engine import driver, translated
from synergy_chassis.store.models import InlineModel

PAGE: Final = 5_000
"""Keys that are looked up at a time."""

_Connection = psycopg.Connection[Any]


def pages(engine: Engine, model: InlineModel, *, remove: bool) -> Iterator[list[Difference]]:
    """What is stray in the tables of `model`, some at a time, children before parents; with `remove` it goes."""
    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=not remove)
    for table in reversed(model.tables):
        column, after = table.columns[model.keys[table.name]], None
        while True:
            with translated(), still.begin() as connection:
                raw = driver(connection)
                keys = _keys(raw, table, column, after)
                found = _strays(raw, model, table, column, keys)
                if remove:
                    differences.repair(raw, [table], found)
            if found:
                yield found
            if len(keys) < PAGE:
                break
            after = keys[-1]


def _keys(raw: _Connection, table: Table, column: Column[Any], after: Any) -> list[Any]:
    query = sql.SQL("SELECT {column} FROM {table} {beyond} GROUP BY 1 ORDER BY 1 LIMIT {most}").format(
        column=sql.Identifier(column.name),
        table=sql.Identifier(table.name),
        beyond=sql.SQL("" if after is None else "WHERE {} > %(after)s").format(sql.Identifier(column.name)),
        most=PAGE,
    )
    return [key for (key,) in raw.execute(query, {"after": after})]


def _strays(
    raw: _Connection, model: InlineModel, table: Table, column: Column[Any], keys: list[Any]
) -> list[Difference]:
    streams = {key: model.stream(key) for key in keys}
    there = folding.versions(raw, list(streams.values()))
    missing = {key: stream for key, stream in streams.items() if stream not in there}
    return differences.unwanted(raw, table, column, missing) if missing else []
