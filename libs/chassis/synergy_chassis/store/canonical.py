"""
Canonical JSON (RFC 8785) and the hashes made of it.

Payloads hold no floats, so the one hard part of RFC 8785, writing doubles, never happens; integers are written exactly,
up to 64 bits, which is what every hop between here and a consumer keeps exact.
"""

import json
import re
from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct
from typing import Any, Final
from uuid import UUID

import msgspec

from synergy_chassis.pointers import half_surrogate, pointer, walk
from synergy_chassis.store.errors import Unstorable

GENESIS: Final = bytes(32)
"""What the first event of a stream is chained to."""

_EVENT_TAG: Final = b"synergy.event.v1"
_CHAIN_TAG: Final = b"synergy.chain.v1"
_NUMBERS: Final = Struct(">4Qq")
_PLACE: Final = Struct(">2q")
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_INTEGERS: Final = range(-(2**63), 2**64)
_beyond_16_bits = re.compile(rb"[\xf0-\xf4]").search
_sorted_json = msgspec.json.Encoder(order="sorted").encode
_decoded = msgspec.json.Decoder().decode


def canonical(value: Any) -> bytes:
    """The one way to write `value` as JSON: keys in UTF-16 order, no white space, minimal escapes, UTF-8."""
    encoded = _sorted_json(value)
    if encoded.isascii() or not _beyond_16_bits(encoded):
        return encoded  # code point order and UTF-16 order are the same
    return json.dumps(_in_utf16_order(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def canonical_of(text: bytes) -> bytes:
    """The JSON in `text`, written canonically. Raises ValueError for what cannot have been stored as it stands."""
    return canonical(_decoded(text))


def _in_utf16_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_utf16_order(value[key]) for key in sorted(value, key=lambda text: text.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_in_utf16_order(item) for item in value]
    return value


def ensure_storable(value: Any) -> None:
    """Raise Unstorable unless the database gives `value` back as it was: no floats, no NUL, integers of 64 bits."""
    if _comes_back(value):
        return
    try:
        for place, item in walk(value):
            if (fault := _fault(item)) is not None:
                raise Unstorable(f"{pointer(place) or '/'}: {fault}")
    except TypeError as error:
        raise Unstorable(str(error)) from None


def _comes_back(value: Any) -> bool:
    """Whether `value` is surely storable, found out in a tenth of the time; what is doubtful is walked through."""
    if isinstance(value, str) and value.isascii():
        return "\x00" not in value
    try:
        _in_64_bits(value)
        encoded = _json(value)
        return b"\\u0000" not in encoded and bool(_without_floats(encoded) == value)
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        return False


def _refuse(number: str) -> float:
    raise ValueError(number)


_in_64_bits = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode
_without_floats = msgspec.json.Decoder(float_hook=_refuse).decode


def _fault(item: object) -> str | None:
    if item is None or isinstance(item, bool):
        return None
    if isinstance(item, str):
        if "\x00" in item:
            return "text cannot hold the NUL character."
        return "text cannot hold half of a surrogate pair." if half_surrogate(item) else None
    if isinstance(item, int):
        return None if item in _INTEGERS else "an integer beyond 64 bits is written as a string."
    return f"{type(item).__name__} is not stored; decimals and dates are strings."


def content_hash(*, event_id: UUID, type: str, schema_version: int, entity: str, data: Any, meta: Any) -> bytes:
    """
    SHA-256 over what an event says: a tag, its id, the lengths of all fields, then the fields.

    Where and when it stands is left to `chain_hash`: only the database, under the stream's lock, can say.
    """
    return hash_of_parts(event_id, type, schema_version, entity, canonical(data), canonical(meta))


def hash_of_parts(event_id: UUID, type: str, schema_version: int, entity: str, data: bytes, meta: bytes) -> bytes:
    """`content_hash` of an event whose data and meta are in canonical JSON already."""
    return content_digest(event_id.bytes, type.encode(), schema_version, entity.encode(), data, meta)


def content_digest(event_id: bytes, type: bytes, schema_version: int, entity: bytes, data: bytes, meta: bytes) -> bytes:
    """The same of parts that are bytes already."""
    numbers = _NUMBERS.pack(len(type), len(entity), len(data), len(meta), schema_version)
    return sha256(b"".join((_EVENT_TAG, event_id, numbers, type, entity, data, meta))).digest()


def chain_hash(previous: bytes, stream: str, version: int, recorded_at: datetime, content: bytes) -> bytes:
    """
    The stream's chain at `version`; the SQL functions store.chain and store.append compute the same.

    `recorded_at` (in microseconds since 2000, as PostgreSQL counts) is part of it: as of a time is answered from it, so
    it must not be changed unseen. `position` is not: it orders the store, not the stream, and may change when a store
    is copied.
    """
    return chain_digest(previous, stream_prefix(stream), _PLACE.pack(version, _microseconds(recorded_at)), content)


def stream_prefix(stream: str) -> bytes:
    """The name of a stream as it stands in its chain."""
    name = stream.encode()
    return len(name).to_bytes(4, "big") + name


def chain_digest(previous: bytes, prefix: bytes, place: bytes, content: bytes) -> bytes:
    """`chain_hash` of parts that are bytes already; `place` are version and time, 8 bytes each."""
    return sha256(b"".join((_CHAIN_TAG, previous, prefix, place, content))).digest()


def _microseconds(at: datetime) -> int:
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
