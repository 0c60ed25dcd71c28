"""Checks values against a Struct and tells every field that is wrong, where msgspec stops at the first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from msgspec import inspect

from synergy_chassis.pointers import MOST_STEPS, escaped, half_surrogate, pointer, walk
from synergy_chassis.wording import in_words

S = TypeVar("S", bound=msgspec.Struct)

MOST_FAULTS: Final = 50
LONGEST_DETAIL: Final = 200
"""Characters of a message that come from elsewhere: it may repeat what was sent."""
_PLACE: Final = " - at `"
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_MISSING: Final = "Object missing required field `"
_UNKNOWN: Final = "Object contains unknown field `"
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Fault(NamedTuple):
    """`pointer` (RFC 6901) is the place, "" the whole."""

    pointer: str
    detail: str


class Faulty(Exception):
    """The values are not what they should be, in at least one place."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(*faults[:MOST_FAULTS])
        self.faults = tuple(faults[:MOST_FAULTS])


def checked(kind: type[S], values: Any) -> S:
    """`values` (JSON builtins) as a `kind`, strictly. Raises Faulty with the fields at fault, at most MOST_FAULTS."""
    if not isinstance(values, dict):
        raise Faulty([Fault("", "must be an object with fields")])
    faults = list(islice(chain(_unstorable_text(values), _unfit_decimals(kind, values)), MOST_FAULTS))
    if not faults:
        try:
            return msgspec.convert(values, kind)
        except msgspec.ValidationError as error:
            faults = list(islice(_field_faults(kind, values), MOST_FAULTS)) or [_located(str(error), kind)]
    else:
        known = {fault.pointer for fault in faults}
        others = (fault for fault in _field_faults(kind, values) if fault.pointer not in known)
        faults += islice(others, MOST_FAULTS - len(faults))
    raise Faulty(faults)


def pointer_to(*steps: str) -> str:
    """The JSON pointer of these steps (RFC 6901), each as `escaped` writes it."""
    return "".join("/" + escaped(step) for step in steps)


def _field_faults(kind: type[msgspec.Struct], values: Mapping[str, Any]) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in fields.items():
        if name not in values:
            if field.required:
                yield Fault(pointer_to(name), "is required")
            continue
        try:
            msgspec.convert(values[name], field.type)
        except msgspec.ValidationError as error:
            yield _located(str(error), field.type, pointer_to(name))
    for name in values:
        if name not in fields:
            yield Fault(pointer_to(str(name)), "is not a field here")


def _located(message: str, kind: Any, prefix: str = "") -> Fault:
    detail, path = _parted(message)
    at = prefix + "".join(pointer_to(step[1] or step[2]) for step in islice(_STEP.finditer(path), MOST_STEPS))
    if detail.startswith(_MISSING):
        return Fault(at + pointer_to(_named(detail, _MISSING)), "is required")
    if detail.startswith(_UNKNOWN):
        return Fault(at + pointer_to(_named(detail, _UNKNOWN)), "is not a field here")
    return Fault(at, in_words(detail[:LONGEST_DETAIL], kind))


def _parted(message: str) -> tuple[str, str]:
    """What a ValidationError says, and the path it ends with, if any; what was sent may stand before it."""
    detail, found, place = message.rpartition(_PLACE)
    return (detail, place[:-1]) if found and place.endswith("`") else (message, "")


def _named(detail: str, beginning: str) -> str:
    return detail.removeprefix(beginning).removesuffix("`")


def _unfit_decimals(kind: type[msgspec.Struct], values: Mapping[str, Any]) -> Iterator[Fault]:
    """Decimals are text in plain digits: a JSON number may have lost some before it came to us."""
    for name in _decimals_of(kind):
        value = values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            continue
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            yield Fault(pointer_to(name), "must be a decimal as text, such as '12.50'")


@cache
def _decimals_of(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(kind) if _takes_decimal(field.type))


def _takes_decimal(annotation: Any) -> bool:
    known = inspect.type_info(annotation)
    parts = known.types if isinstance(known, inspect.UnionType) else (known,)
    return any(isinstance(_plain(part), inspect.DecimalType) for part in parts)


def _plain(known: inspect.Type) -> inspect.Type:
    return known.type if isinstance(known, inspect.Metadata) else known


def _unstorable_text(body: Any) -> Iterator[Fault]:
    """Where text holds a character that no service can store; without recursion, for bodies come from outside."""
    for place, value in walk(body):
        if isinstance(value, str):
            if "\x00" in value:
                yield Fault(pointer(place), "cannot hold the NUL character")
            elif half_surrogate(value):
                yield Fault(pointer(place), "holds half of a surrogate pair")
