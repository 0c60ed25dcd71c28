"""`?fields=`: of an answer only what the reader names."""

import re
from collections.abc import Collection
from typing import Any, Final, get_args, get_origin
from urllib.parse import parse_qsl, urlencode

import msgspec

from synergy_gateway.answers import Answer
from synergy_gateway.operations import Operation
from synergy_gateway.pages import Listing
from synergy_gateway.parameters import refused
from synergy_gateway.problems import FieldError

PARAMETER: Final = "fields"
DESCRIPTION: Final = "Names of fields with commas between: what is answered has these alone."
LONGEST: Final = 2_000
_LINK: Final = re.compile(r"<([^>]*)>")

Fields = tuple[str, ...]


class _Listing(msgspec.Struct, frozen=True):
    count: int | None
    next: str | None
    previous: str | None
    results: list[dict[str, msgspec.Raw]]


_listings = msgspec.json.Decoder(_Listing)
_resources = msgspec.json.Decoder(dict[str, msgspec.Raw])


def names_of(operation: Operation) -> Fields:
    """The fields that can be named: of what a read answers, or of the items of a list; none where it is neither."""
    kind = item_of(operation.answers) or operation.answers
    if not (operation.safe and operation.signed_in and operation.narrowed and _is_struct(kind)):
        return ()
    return tuple(field.encode_name for field in msgspec.structs.fields(kind))


def item_of(answers: Any) -> Any:
    """What a list is of; None for what is no list."""
    return get_args(answers)[0] if get_origin(answers) is Listing else None


def asked_for(operation: Operation, query: bytes) -> tuple[Fields | None, bytes]:
    """
    The fields that a query string names, None for all, and the rest of it. Raises Problem 400 for one that is not
    there.
    """
    if PARAMETER.encode() not in query or not (known := names_of(operation)):
        return None, query
    try:
        pairs = parse_qsl(query.decode(), keep_blank_values=True, errors="strict")
    except ValueError:  # told with the rest
        return None, query
    named = [text for name, text in pairs if name == PARAMETER]
    if not named:
        return None, query
    wanted = {name.strip() for text in named for name in text.split(",")}
    if unknown := sorted(wanted - set(known)):
        raise refused([FieldError(parameter=PARAMETER, detail=f"names no field that is here: {unknown[0][:60]!r}")])
    rest = urlencode([(name, text) for name, text in pairs if name != PARAMETER])
    return tuple(name for name in known if name in wanted), rest.encode()


def narrowed(answer: Answer, operation: Operation, fields: Fields) -> Answer:
    """The same with these fields alone; its links lead to what is narrowed likewise."""
    chosen = set(fields)
    if item_of(operation.answers) is None:
        answer.body = msgspec.json.encode(_chosen(_resources.decode(answer.body), chosen))
        return answer
    told = _listings.decode(answer.body)
    items = [_chosen(one, chosen) for one in told.results]
    further, before = (_likewise(link, fields) for link in (told.next, told.previous))
    answer.body = msgspec.json.encode(Listing(count=told.count, next=further, previous=before, results=items))
    if "Link" in answer.headers:
        answer.headers["Link"] = _LINK.sub(lambda link: f"<{_likewise(link[1], fields)}>", answer.headers["Link"])
    return answer


def _chosen(one: dict[str, msgspec.Raw], chosen: Collection[str]) -> dict[str, msgspec.Raw]:
    return {name: value for name, value in one.items() if name in chosen}


def _likewise(link: str | None, fields: Fields) -> str | None:
    return link and f"{link}&{urlencode({PARAMETER: ','.join(fields)})}"


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
