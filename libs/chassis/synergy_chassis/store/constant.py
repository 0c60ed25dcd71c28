"""A statement that is made once and asked again and again, with little between it and psycopg."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import psycopg
import sqlalchemy
from sqlalchemy import Dialect, Executable, Insert
from sqlalchemy.sql.compiler import SQLCompiler

from synergy_chassis.store.engine import driver

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_DRIVER: Final = "psycopg"

Rows = list[dict[str, Any]]
Question = tuple["Constant", Mapping[str, Any]]
"""A statement and its parameters."""


def direct(connection: sqlalchemy.Connection) -> bool:
    """Whether psycopg is beneath the connection, and may be asked itself."""
    return connection.dialect.driver == _DRIVER


def keyless(statement: Executable) -> Executable:
    """An INSERT that does not fetch generated keys: in a pipeline it would wait for the answer. Others as they are."""
    return statement.inline() if isinstance(statement, Insert) and not statement._returning else statement


class Constant:
    """
    A statement of SQLAlchemy's whose text never changes. What it asks is turned into SQL once, and from then on each
    asking is psycopg's work alone: SQLAlchemy finds the text anew for each, which takes longer than to run it.

    Lists are given as arrays (`= ANY (…)`), for `IN (…)` has another text for each length. On any database but
    PostgreSQL it is executed as usual.
    """

    def __init__(self, statement: Executable) -> None:
        self.statement = keyless(statement)
        self._text: _Text | None = None

    def rows(self, connection: sqlalchemy.Connection, values: Mapping[str, Any] = NOTHING) -> Rows:
        """Every row, by the names of its columns; in the transaction of `connection`. Raises psycopg.Error."""
        if not direct(connection):
            return [dict(row) for row in connection.execute(self.statement, dict(values)).mappings()]
        if not connection.in_transaction():
            connection.begin()
        return self.sent(connection, values)()

    def first(self, connection: sqlalchemy.Connection, values: Mapping[str, Any] = NOTHING) -> dict[str, Any] | None:
        """The first row, None where there is none."""
        return next(iter(self.rows(connection, values)), None)

    def sent(self, connection: sqlalchemy.Connection, values: Mapping[str, Any] = NOTHING) -> Callable[[], Rows]:
        """
        Ask in the transaction of `connection`, or in the pipeline that is open on it. What answers the rows; within a
        pipeline once that has ended.
        """
        text = self._on(connection.dialect)
        cursor = driver(connection).cursor()
        cursor.execute(text.sql, text.bound(values), prepare=True)

        def rows() -> Rows:
            with cursor:
                return text.named(cursor)

        return rows

    def send(
        self, connection: sqlalchemy.Connection, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] = NOTHING
    ) -> None:
        """
        Hand it to the pipeline that is open on `connection`, without waiting; with several `values` once for each of
        them, and wait for the last. It has no result.
        """
        text = self._on(connection.dialect)
        if isinstance(values, Mapping):
            driver(connection).execute(text.sql, text.bound(values), prepare=True)
            return
        with driver(connection).cursor() as cursor:
            cursor.executemany(text.sql, [text.bound(one) for one in values])

    def _on(self, dialect: Dialect) -> "_Text":
        if self._text is None:
            self._text = _Text(self.statement, dialect)
        return self._text


class _Text:
    """A statement as psycopg takes it, and what the types of its parameters and columns ask for."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError(f"The text changes with its parameters: {compiled}")
        self.sql = compiled.string
        binds = {name: compiled.binds[name] for name in compiled.bind_names.values()}
        self._usual = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        into = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
        self._into = {name: convert for name, convert in into.items() if convert is not None}
        self._dialect = dialect
        self._columns = [(column.name, column.type) for column in getattr(statement, "selected_columns", ())]
        self._names = [name for name, _ in self._columns]
        self._outof: dict[str, Callable[[Any], Any]] | None = None

    def bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as psycopg takes them."""
        given = {**self._usual, **values}
        for name, convert in self._into.items():
            given[name] = convert(given[name])
        return given

    def named(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> Rows:
        """Its rows by the names of their columns."""
        rows = [dict(zip(self._names, row, strict=True)) for row in cursor.fetchall()]
        if self._outof is None:
            self._outof = self._converting(cursor.description or ())
        for name, convert in self._outof.items():
            for row in rows:
                row[name] = convert(row[name])
        return rows

    def _converting(self, described: Sequence[psycopg.Column]) -> dict[str, Callable[[Any], Any]]:
        """What the types of the columns do to what psycopg gives; most do nothing."""
        converting = {
            name: kind.dialect_impl(self._dialect).result_processor(self._dialect, column.type_code)
            for (name, kind), column in zip(self._columns, described, strict=True)
        }
        return {name: convert for name, convert in converting.items() if convert is not None}
