"""From the bytes of a request to the Struct an operation takes: JSON, or a flat form."""

import asyncio
import json
from collections.abc import Collection
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar.connection import Request
from litestar.exceptions import InternalServerException
from multipart import parse_options_header  # type: ignore[import-untyped]

from synergy_chassis.checking import MOST_FAULTS, Fault, Faulty, checked
from synergy_gateway import multiparts
from synergy_gateway.multiparts import LONGEST_NAME
from synergy_gateway.problems import FieldError, Problem
from synergy_gateway.texts import values_of

S = TypeVar("S", bound=msgspec.Struct)

MOST_BYTES: Final = 1_000_000
MOST_DRAINED: Final = 20_000_000
"""Bytes of a body that is too large which are still read, so that the client hears the answer."""
READING: Final = 10.0
"""Seconds a body may take to arrive."""
MOST_FIELDS: Final = 1_000
DEEPEST: Final = 32
"""Objects and lists of a body within each other; no field needs more than a few."""
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
MEDIA_TYPES: Final = (JSON, FORM, MULTIPART)


async def read(request: Request[Any, Any, Any]) -> bytes:
    """The whole body. Raises Problem: compressed (415), cut off (400), too slow (408), above MOST_BYTES (413)."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Problem(415, "unsupported-media-type", "Send the body without Content-Encoding.")
    body = bytearray()
    size = 0
    try:
        async with asyncio.timeout(READING):
            async for chunk in request.stream():
                size += len(chunk)
                if size <= MOST_BYTES:
                    body += chunk
                elif size > MOST_DRAINED:
                    break
    except TimeoutError:
        raise Problem(408, "body-timeout", f"The body did not arrive within {READING:g} seconds.") from None
    except InternalServerException:  # the framework's word for it
        raise Problem(400, "malformed-body", "The body ended before it was complete.") from None
    if size > MOST_BYTES:
        raise Problem(413, "body-too-large", f"The body has more than {MOST_BYTES:,} bytes.")
    return bytes(body)


def decode(kind: type[S], content_type: str | None, body: bytes, *, ignored: Collection[str] = ()) -> S:
    """
    The body as a `kind`; fields named in `ignored` are dropped unread.

    Raises Problem: 415 for a media type that is not in MEDIA_TYPES, 400 for what cannot be read, 422 with every
    field at fault.
    """
    values, faults = _values(kind, content_type, body)
    if isinstance(values, dict):
        values = {name: value for name, value in values.items() if name not in ignored}
    try:
        checked_body = checked(kind, values)
    except Faulty as error:
        known = {fault.pointer for fault in faults}
        faults += [fault for fault in error.faults if fault.pointer not in known]
    else:
        if not faults:
            return checked_body
    raise invalid(faults[:MOST_FAULTS])


def invalid(faults: list[Fault]) -> Problem:
    """422 that names these fields."""
    summary = "; ".join(f"{fault.pointer or 'the body'} {fault.detail}" for fault in faults[:3])
    more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
    errors = [FieldError(pointer=fault.pointer, detail=fault.detail) for fault in faults]
    return Problem(422, "invalid-body", f"The body is not valid: {summary}{more}.", errors=errors)


def _values(kind: type[msgspec.Struct], content_type: str | None, body: bytes) -> tuple[Any, list[Fault]]:
    if content_type is None and not body:
        return {}, []
    media_type, options = parse_options_header(content_type or "")
    if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem(415, "unsupported-media-type", "Send the body in UTF-8.")
    match media_type.lower():
        case "application/json":
            return _json(body), []
        case "application/x-www-form-urlencoded":
            pairs = _pairs(body)
        case "multipart/form-data":
            pairs = multiparts.pairs(body, options.get("boundary", ""))
        case _:
            raise Problem(
                415, "unsupported-media-type", f"Send {JSON}, {FORM} or {MULTIPART}, and say so in Content-Type."
            )
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)
    return values_of(kind, given, null_if_empty=True)


def _json(body: bytes) -> Any:
    try:
        value = msgspec.json.decode(body)
        json.loads(body, object_pairs_hook=_once, parse_int=len, parse_float=len)  # numbers are read already
    except RecursionError:
        raise Problem(400, "malformed-body", "The JSON is nested too deeply.") from None
    except UnicodeDecodeError:
        raise Problem(400, "malformed-body", "The JSON is not in UTF-8.") from None
    except (msgspec.MsgspecError, ValueError) as error:
        told = str(error).partition(" - at `")[0]
        raise Problem(400, "malformed-body", f"The JSON cannot be read: {told}.") from None
    if _deeper(value, DEEPEST):
        raise Problem(400, "malformed-body", f"The JSON is nested more than {DEEPEST} deep.")
    return value


def _deeper(value: Any, depth: int) -> bool:
    """Whether objects and lists are nested more than `depth` deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(one, dict | list) and (depth <= 1 or _deeper(one, depth - 1)) for one in inner)


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Raises ValueError for a name that an object gives twice: one of its values would be ignored (RFC 8259 §4)."""
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise ValueError(f"“{name[:LONGEST_NAME]}” is given more than once")
        names.add(name)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise Problem(400, "malformed-body", "The form is not in UTF-8.") from None
    except ValueError:
        raise Problem(400, "malformed-body", f"The form has more than {MOST_FIELDS:,} fields.") from None
