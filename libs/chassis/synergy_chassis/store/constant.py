"""A statement that is made once and asked again and again, with little between it and the database."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy
from psycopg.pq.abc import PGresult
from sqlalchemy import ARRAY, Boolean, Dialect, Executable, Insert, Numeric
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from synergy_chassis.store.engine import driver
from synergy_chassis.store.trip import Trip

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_DRIVER: Final = "psycopg"
_PLACE: Final = re.compile(r"%(?:%|\((?P<name>[^)]*)\)s)")

_CASTS: Final[Mapping[type[TypeEngine[Any]], str]] = {Numeric: "::NUMERIC", Boolean: "::BOOLEAN"}
"""What SQLAlchemy leaves to psycopg to say; it casts all others itself."""

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
    asking is a `Trip`: SQLAlchemy finds the text anew for each, which takes longer than to run it.

    One that is not `prepared` is planned anew each time: where the best plan hangs on what the parameters are.

    Lists are given as arrays (`= ANY (…)`), for `IN (…)` has another text for each length. On any database but
    PostgreSQL it is executed as usual.
    """

    def __init__(self, statement: Executable, *, prepared: bool = True) -> None:
        self.statement = keyless(statement)
        self._prepared = prepared
        self._texts: dict[Any, _Text] = {}

    def rows(self, connection: sqlalchemy.Connection, values: Mapping[str, Any] = NOTHING) -> Rows:
        """Every row, by the names of its columns; in the transaction of `connection`. Raises psycopg.Error."""
        if not direct(connection):
            return [dict(row) for row in connection.execute(self.statement, dict(values)).mappings()]
        if not connection.in_transaction():
            connection.begin()
        trip = Trip(driver(connection))
        told = self.asked(trip, connection, values)
        return told(trip.go())

    def first(self, connection: sqlalchemy.Connection, values: Mapping[str, Any] = NOTHING) -> dict[str, Any] | None:
        """The first row, None where there is none."""
        return next(iter(self.rows(connection, values)), None)

    def asked(
        self, trip: Trip, connection: sqlalchemy.Connection, values: Mapping[str, Any] = NOTHING
    ) -> Callable[[list[PGresult]], Rows]:
        """Add it to what is asked on `connection`; what makes rows of the answers, by the names of their columns."""
        text = self._on(connection)
        number = trip.ask(text.sql, trip.written(text.bound(values)), prepared=self._prepared)

        def told(answers: list[PGresult]) -> Rows:
            return text.named(answers[number], trip.tuples(answers[number]))

        return told

    def _on(self, connection: sqlalchemy.Connection) -> "_Text":
        """Its text, of which there is one for each schema that tables without one are looked for in."""
        schemas = connection.get_execution_options().get("schema_translate_map")
        key = None if schemas is None else tuple(schemas.items())
        if key not in self._texts:
            self._texts[key] = _Text(self.statement, connection.dialect, schemas)
        return self._texts[key]


class _Text:
    """A statement as the server takes it, and what the types of its parameters and columns ask for."""

    def __init__(self, statement: Executable, dialect: Dialect, schemas: Mapping[Any, str] | None) -> None:
        translated = {} if schemas is None else {"schema_translate_map": schemas, "render_schema_translate": True}
        compiled = statement.compile(dialect=dialect, **translated)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError(f"The text changes with its parameters: {compiled}")
        places = dict[str, int]()

        def place(found: re.Match[str]) -> str:
            name = found["name"]
            if name is None:
                return "%"
            casts = [cast for kind, cast in _CASTS.items() if isinstance(compiled.binds[name].type, kind)]
            return f"${places.setdefault(name, len(places) + 1)}{''.join(casts)}"

        self.sql = _PLACE.sub(place, compiled.string).encode()
        binds = [(name, compiled.binds[name]) for name in places]
        self._usual = {name: bind.effective_value for name, bind in binds if not bind.required}
        self._into = [(name, _into(bind.type.dialect_impl(dialect), dialect)) for name, bind in binds]
        self._dialect = dialect
        self._columns = [(column.name, column.type) for column in getattr(statement, "exported_columns", ())]
        self._names = [name for name, _ in self._columns]
        self._outof: dict[str, Callable[[Any], Any]] | None = None

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in the order of their places."""
        given = {**self._usual, **values} if self._usual else values
        return [given[name] if convert is None else convert(given[name]) for name, convert in self._into]

    def named(self, answer: PGresult, tuples: list[tuple[Any, ...]]) -> Rows:
        """Rows by the names of their columns."""
        rows = [dict(zip(self._names, row, strict=True)) for row in tuples]
        if self._outof is None:
            self._outof = self._converting(answer)
        for name, convert in self._outof.items():
            for row in rows:
                row[name] = convert(row[name])
        return rows

    def _converting(self, answer: PGresult) -> dict[str, Callable[[Any], Any]]:
        """What the types of the columns do to what psycopg gives; most do nothing."""
        converting = {
            name: _outof(kind.dialect_impl(self._dialect), self._dialect, answer.ftype(number))
            for number, (name, kind) in enumerate(self._columns)
        }
        return {name: convert for name, convert in converting.items() if convert is not None}


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What a type does to a parameter before it is written; most do nothing."""
    if isinstance(kind, ARRAY) and kind.item_type.dialect_impl(dialect).bind_processor(dialect) is None:
        return None  # as they are, not copied
    return kind.bind_processor(dialect)


def _outof(kind: TypeEngine[Any], dialect: Dialect, oid: int) -> Callable[[Any], Any] | None:
    """What a type does to what psycopg gives; most do nothing."""
    if isinstance(kind, ARRAY) and kind.item_type.dialect_impl(dialect).result_processor(dialect, oid) is None:
        return _tupled if kind.as_tuple else None
    return kind.result_processor(dialect, oid)


def _tupled(value: list[Any] | None) -> tuple[Any, ...] | None:
    return None if value is None else tuple(value)
