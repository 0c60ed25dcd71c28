"""Compares rows with what events say they should be, and writes what differs."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, Final, Literal

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Column, Table, Text
from sqlalchemy.dialects import postgresql

from synergy_chassis.store.folding import PAGE, Folded
from synergy_chassis.store.models import InlineModel, Row

_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One row that is not as the events say: `missing`, `extra`, or `different` in `columns`. `wanted` None: no row."""

    table: str
    stream: str | None
    key: dict[str, Any]
    kind: Literal["missing", "extra", "different"]
    columns: tuple[str, ...]
    wanted: Row | None


def find(connection: _Connection, model: InlineModel, folded: Sequence[Folded]) -> list[Difference]:
    """What differs in the rows of these streams, table by table. Raises ValueError for rows of a strange table."""
    strange = {name for one in folded for name in one.rows} - {table.name for table in model.tables}
    if strange:
        raise ValueError(f"Not a table of this model: {', '.join(sorted(strange))}.")
    streams = {one.key: one.stream for one in folded}
    found: list[Difference] = []
    for table in model.tables:
        wanted = (row for one in folded for row in one.rows.get(table.name, ()))
        column = table.columns[model.keys[table.name]]
        found += _compared(table, column, streams, wanted, _held(connection, table, column, list(streams)))
    return found


def unwanted(connection: _Connection, table: Table, column: Column[Any], streams: dict[Any, str]) -> list[Difference]:
    """All rows of these streams, by the value that `column` has in them, as rows that should not be."""
    return list(_compared(table, column, streams, (), _held(connection, table, column, list(streams))))


def _held(connection: _Connection, table: Table, column: Column[Any], keys: list[Any]) -> Iterable[Row]:
    query = sql.SQL("SELECT {} FROM {} WHERE {} = ANY({})").format(
        sql.SQL(", ").join(map(sql.Identifier, _names(table))),
        sql.Identifier(table.name),
        sql.Identifier(column.name),
        _array(column),
    )
    rows = connection.execute(query, (keys,), binary=True).fetchall()
    arrays = _arrays(table)
    return _with_tuples(rows, arrays) if arrays else rows


@cache
def _arrays(table: Table) -> tuple[int, ...]:
    return tuple(place for place, one in enumerate(table.columns) if isinstance(one.type, ARRAY))


def _with_tuples(rows: Iterable[Row], arrays: Collection[int]) -> Iterator[Row]:
    for row in rows:
        values = list(row)
        for place in arrays:
            values[place] = tuple(values[place])
        yield tuple(values)


def _compared(
    table: Table, column: Column[Any], streams: dict[Any, str], wanted: Iterable[Row], held: Iterable[Row]
) -> Iterator[Difference]:
    primary, owner = primary_key(table), itemgetter(_names(table).index(column.name))
    right = {primary(row): row for row in wanted}
    for row in held:
        as_told = right.pop(primary(row), None)
        if row == as_told:
            continue
        stream = streams[owner(as_told or row)]
        yield _extra(table, stream, row) if as_told is None else _changed(table, stream, row, as_told)
    for row in right.values():
        yield _missing(table, streams[owner(row)], row)


def merged(table: Table, wanted: Iterator[Row], held: Iterator[Row]) -> Iterator[Difference]:
    """What differs between two readings that are both in the order of the primary key."""
    primary = primary_key(table)
    should, is_ = next(wanted, None), next(held, None)
    while should is not None or is_ is not None:
        if is_ is None or (should is not None and primary(should) < primary(is_)):
            assert should is not None
            yield _missing(table, None, should)
            should = next(wanted, None)
        elif should is None or primary(is_) < primary(should):
            yield _extra(table, None, is_)
            is_ = next(held, None)
        else:
            if is_ != should:
                yield _changed(table, None, is_, should)
            should, is_ = next(wanted, None), next(held, None)


def in_order(connection: _Connection, schema: str, table: Table) -> Iterator[Row]:
    """All rows, in the order of the primary key as Python has it; memory stays flat."""
    query = sql.SQL("SELECT {} FROM {} ORDER BY {}").format(
        sql.SQL(", ").join(map(sql.Identifier, _names(table))),
        sql.Identifier(schema, table.name),
        sql.SQL(", ").join(map(_sorted, table.primary_key)),
    )
    with connection.cursor(f"{schema}-{table.name}", binary=True) as cursor:
        cursor.execute(query)
        yield from _with_tuples(chain.from_iterable(iter(lambda: cursor.fetchmany(PAGE), [])), _arrays(table))


def _sorted(column: Column[Any]) -> sql.Composable:
    return sql.SQL('{} COLLATE "C"' if isinstance(column.type, Text) else "{}").format(sql.Identifier(column.name))


def _missing(table: Table, stream: str | None, should: Row) -> Difference:
    return _difference(table, stream, should, "missing", (), should)


def _extra(table: Table, stream: str | None, is_: Row) -> Difference:
    return _difference(table, stream, is_, "extra", (), None)


def _changed(table: Table, stream: str | None, is_: Row, should: Row) -> Difference:
    columns = tuple(name for name, one, other in zip(_names(table), is_, should, strict=True) if one != other)
    return _difference(table, stream, should, "different", columns, should)


def _difference(
    table: Table,
    stream: str | None,
    row: Row,
    kind: Literal["missing", "extra", "different"],
    columns: tuple[str, ...],
    wanted: Row | None,
) -> Difference:
    names = _names(table)
    key = {column.name: row[names.index(column.name)] for column in table.primary_key}
    return Difference(table=table.name, stream=stream, key=key, kind=kind, columns=columns, wanted=wanted)


def repair(connection: _Connection, tables: Sequence[Table], found: Sequence[Difference]) -> None:
    """Put the wanted rows in the place of whatever holds their keys: all go first, children before parents."""
    for table in reversed(tables):
        _delete(connection, table, [one for one in found if one.table == table.name])
    for table in tables:
        _insert(connection, table, [one.wanted for one in found if one.table == table.name and one.wanted is not None])


def _delete(connection: _Connection, table: Table, found: Sequence[Difference]) -> None:
    if not found:
        return
    primary = list(table.primary_key)
    query = sql.SQL("DELETE FROM {table} t USING unnest({arrays}) AS gone({names}) WHERE {same}").format(
        table=sql.Identifier(table.name),
        arrays=sql.SQL(", ").join(map(_array, primary)),
        names=sql.SQL(", ").join(sql.Identifier(column.name) for column in primary),
        same=sql.SQL(" AND ").join(
            sql.SQL("t.{0} = gone.{0}").format(sql.Identifier(column.name)) for column in primary
        ),
    )
    connection.execute(query, [[one.key[column.name] for one in found] for column in primary])


def _insert(connection: _Connection, table: Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, _names(table)))
    query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for row in rows:
            copy.write_row([list(value) if isinstance(value, tuple) else value for value in row])


@cache
def primary_key(table: Table) -> Callable[[Row], Any]:
    """Picks the primary key out of a row."""
    names = _names(table)
    return itemgetter(*(names.index(column.name) for column in table.primary_key))


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _array(column: Column[Any]) -> sql.Composable:
    """A parameter that is an array of a column's values."""
    return sql.SQL("{}::" + column.type.compile(dialect=_DIALECT) + "[]").format(sql.Placeholder())
