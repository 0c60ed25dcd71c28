"""Reads streams by the page, and folds each into the rows that its events say it has."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress, count, groupby
from operator import itemgetter
from typing import Any, Final

import psycopg

from synergy_chassis.store.models import Fact, InlineModel, Row

PAGE: Final = 5_000
"""Events that are read and folded at a time, in whole streams; a longer stream is read in portions of as many."""

_STREAMS: Final = (
    "SELECT stream, version FROM store.streams WHERE stream > %s AND stream <= %s AND version > 0 "
    "ORDER BY stream LIMIT 500"
)
_VERSIONS: Final = "SELECT stream, version FROM store.streams WHERE stream = ANY(%s::text[]) ORDER BY stream"
_FACTS: Final = (
    "SELECT stream, version, type, schema_version, data::text, recorded_at FROM store.events "
    "WHERE stream >= %s AND stream <= %s ORDER BY stream, version"
)
_TYPE: Final = "SELECT type FROM store.events WHERE stream = %s AND version = %s"
_Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Folded:
    """A stream at a version, the key of its rows, and its rows as its events say."""

    stream: str
    version: int
    key: Any
    rows: Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poisoned:
    """A stream that cannot be folded: `error` at its event of this version and type (0: before any)."""

    stream: str
    version: int
    type: str
    error: str


Versions = dict[str, int]
"""Streams, in the order of their names (C collation), with how many events each has."""


def page(connection: _Connection, after: str, upto: str) -> Versions:
    """The next streams after `after`, up to and with `upto`: at least one, if there is one, and about PAGE events."""
    found: Versions = {}
    events = 0
    for stream, version in connection.execute(_STREAMS, (after, upto), prepare=True):
        if found and events + version > PAGE:
            break
        found[stream] = version
        events += version
    return found


def versions(connection: _Connection, streams: Sequence[str]) -> Versions:
    """These streams, as far as they exist."""
    return dict(connection.execute(_VERSIONS, (list(streams),)).fetchall())


def fold(connection: _Connection, model: InlineModel, streams: Versions) -> Iterator[Folded | Poisoned]:
    """
    Each of these streams, which are neighbours in the log, folded. Other streams between them are passed over.

    What the model raises makes the stream Poisoned; what the database raises goes through.
    """
    if not streams:
        return
    first, last = min(streams), max(streams)
    met: set[str] = set()
    with connection.cursor("facts", binary=True) as cursor:
        cursor.execute(_FACTS, (first, last))
        pages = iter(lambda: cursor.fetchmany(PAGE), [])
        for stream, facts in groupby(chain.from_iterable(pages), key=itemgetter(0)):
            if stream in streams:
                met.add(stream)
                yield _folded(connection, model, stream, streams[stream], facts)
    for stream in streams.keys() - met:
        yield _folded(connection, model, stream, streams[stream], ())


def _folded(
    connection: _Connection, model: InlineModel, stream: str, version: int, facts: Iterable[Fact]
) -> Folded | Poisoned:
    taken = count(1)
    wrong: Exception | None = None
    try:
        found = model.fold(compress(facts, taken))  # which counts them, at no cost
        folded = Folded(stream, version, model.key(stream), {name: list(rows) for name, rows in found.items()})
    except psycopg.Error:
        raise
    except Exception as error:
        wrong = error
    reached = next(taken) - 1
    if wrong is None and reached != version:
        wrong = LookupError(f"the log holds {reached} of its {version} events: verify tells more")
    return folded if wrong is None else _poisoned(connection, stream, reached, wrong)


def _poisoned(connection: _Connection, stream: str, version: int, error: Exception) -> Poisoned:
    row = connection.execute(_TYPE, (stream, version)).fetchone()
    kind = row[0] if row else ""
    return Poisoned(stream=stream, version=version, type=kind, error=f"{type(error).__name__}: {error}")
