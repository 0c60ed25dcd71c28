"""Query strings: unknown names and bad values are refused by name."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec

from synergy_chassis.checking import Faulty, checked
from synergy_gateway.problems import FieldError, Problem
from synergy_gateway.texts import values_of

S = TypeVar("S", bound=msgspec.Struct)

DEEPEST_ROW: Final = 10_000
"""Rows that can be reached by `page`."""
MOST_PARAMETERS: Final = 100


class NoParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The query of an operation that has no parameters."""


def decode(kind: type[S], query: bytes, *, fixed: Mapping[str, Any] | None = None) -> S:
    """
    The query string as a `kind`. `fixed` gives fields that the address holds; they are no parameters.

    Raises Problem 400 that names every parameter at fault.
    """
    fixed = fixed or {}
    if not query and (asked := _unasked(kind, fixed)) is not None:
        return asked
    given = _given(query)
    errors = [_error(name, "is not a parameter here") for name in given if name not in parameter_names(kind, fixed)]
    values, faults = values_of(
        kind,
        {name: texts for name, texts in given.items() if name in parameter_names(kind, fixed)},
        null_if_empty=False,
    )
    errors += [_error(fault.pointer[1:], fault.detail) for fault in faults]
    try:
        asked = checked(kind, {**values, **fixed})
    except Faulty as faulty:
        errors += [_error(fault.pointer.split("/")[1], fault.detail) for fault in faulty.faults if fault.pointer]
    else:
        errors += _too_deep(asked, fixed)
        if not errors:
            return asked
    raise refused(errors)


def _unasked(kind: type[S], fixed: Mapping[str, Any]) -> S | None:
    """What an empty query string is beside ids in the address; None where that is to be looked at more closely."""
    if all(type(value) is int for value in fixed.values()):
        with suppress(msgspec.ValidationError):
            return msgspec.convert(fixed, kind)
    return None


def refused(errors: list[FieldError]) -> Problem:
    """400 that names these parameters."""
    summary = "; ".join(f"{error.parameter} {error.detail}" for error in errors[:3])
    return Problem(400, "invalid-parameter", f"The query is not valid: {summary}.", errors=errors)


def parameter_names(kind: type[msgspec.Struct], fixed: Collection[str] = ()) -> list[str]:
    """The parameters of a query Struct, without those that the address holds."""
    return [field.encode_name for field in msgspec.structs.fields(kind) if field.encode_name not in fixed]


def _given(query: bytes) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(query.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise Problem(400, "malformed-request", "The query string is not in UTF-8.") from None
    except ValueError:
        raise Problem(400, "malformed-request", f"The query has more than {MOST_PARAMETERS} parameters.") from None
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)
    return given


def _too_deep(asked: msgspec.Struct, fixed: Collection[str]) -> list[FieldError]:
    page, page_size = getattr(asked, "page", 1), getattr(asked, "page_size", 1)
    if (page - 1) * page_size < DEEPEST_ROW:
        return []
    return [_error("page", f"reaches past row {DEEPEST_ROW:,}; {_instead(type(asked), fixed)}")]


def _instead(kind: type[msgspec.Struct], fixed: Collection[str]) -> str:
    """What leads to the rows beyond, in a list with these parameters."""
    names = parameter_names(kind, fixed)
    if "cursor" in names:
        return "begin with cursor=start, and follow next"
    filters = [field for field in msgspec.structs.fields(kind) if field.default is None and field.name != "as_of"]
    ways = ["narrow the list with filters"] * bool(filters) + ["turn it round with ordering"] * ("ordering" in names)
    return ", or ".join(ways) or "nothing beyond it can be listed"


def _error(name: str, detail: str) -> FieldError:
    return FieldError(parameter=name[:100], detail=detail)
