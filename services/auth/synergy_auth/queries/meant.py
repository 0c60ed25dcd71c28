"""Whom an operator means on the command line."""

from typing import Final

from sqlalchemy import Connection

from synergy_auth.domain.errors import PersonNotFound, PersonUnclear
from synergy_auth.domain.events import stream_of
from synergy_auth.queries.accounts import account_named
from synergy_chassis.store.erasing import events_of

LONGEST_ID: Final = 16


def id_meant(rows: Connection, person: str) -> int:
    """
    The id of whom a text names: an id (also of somebody erased, or of nobody), a user name or an e-mail address;
    `id:17` is an id and `name:17` a name for certain, for no name has a colon.

    Raises PersonUnclear for digits that are the id of one account, though it be erased, and the name of another,
    PersonNotFound for what is neither an id nor anybody's name.
    """
    kind, colon, rest = person.partition(":")
    if colon and kind in {"id", "name"}:
        number = _number(rest) if kind == "id" else None
        named = account_named(rows, rest) if kind == "name" else None
    else:
        number, named = _number(person), account_named(rows, person)
    if named is not None:
        if number is not None and number != named.id and events_of(rows, stream_of(number)):
            raise PersonUnclear(person)
        return named.id
    if number is None:
        raise PersonNotFound
    return number


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID else None
