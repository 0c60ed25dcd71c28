"""Decodes what comes over the wire and encodes what goes out."""

from typing import Any, Final, TypeVar

import msgspec

from synergy_chassis.checking import Faulty, checked
from synergy_contracts.refusals import Refused

S = TypeVar("S", bound=msgspec.Struct)

_MOST_ERRORS: Final = 20
_json: Final = msgspec.json.Encoder().encode


def decode(kind: type[S], body: object) -> S:
    """
    `body` (JSON builtins) as a `kind`, checked strictly.

    Raises Refused("invalid", "invalid-body") whose `errors` name every field at fault, by JSON pointer (RFC 6901). Text
    with NUL characters or half surrogate pairs is refused: the database cannot hold it.
    """
    try:
        return checked(kind, body)
    except Faulty as faulty:
        errors = [fault._asdict() for fault in faulty.faults[:_MOST_ERRORS]]
    summary = "; ".join(f"{error['pointer'] or '/'} {error['detail']}" for error in errors[:3])
    detail = f"The request body is not valid: {summary}"
    raise Refused("invalid", "invalid-body", detail, msgspec.json.encode(errors).decode())


def encode(kind: Any, value: object) -> msgspec.Raw:
    """
    `value` (a dict, or rows as dicts) checked to be a `kind` and turned into JSON, which is passed on as it is.

    Times come out in RFC 3339 with Z, decimals and ids of type UUID as text. Raises msgspec.ValidationError, which is a
    defect of ours, not of the caller.
    """
    return msgspec.Raw(_json(msgspec.convert(value, kind)))
