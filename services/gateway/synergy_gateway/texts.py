"""Text of forms and query strings, turned into what the fields of a Struct take."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect

from synergy_chassis.checking import Fault, pointer_to

_INTEGER: Final = re.compile(r"-?[0-9]{1,1000}")
"""Plain ASCII digits; the check that follows bounds the number."""
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class _Shape(NamedTuple):
    """What a field takes: `reads` are the kinds of JSON scalars it has beside text."""

    many: bool
    reads: tuple[type, ...]
    text: bool
    nullable: bool


def values_of(
    kind: type[msgspec.Struct], given: Mapping[str, Sequence[str]], *, null_if_empty: bool
) -> tuple[dict[str, Any], list[Fault]]:
    """
    JSON builtins for the fields of `kind`, and the faults found on the way.

    Text that is no number or truth value where the field wants one stays text, so that the check that follows
    names it. An empty text is null for a field that takes no text, and no entries for a list of what is no text, if
    `null_if_empty`: a form cannot say either.
    """
    shapes, values, faults = _shapes(kind), dict[str, Any](), list[Fault]()
    for name, texts in given.items():
        shape = shapes.get(name)
        if shape is None:
            values[name] = texts[-1]
        elif shape.many and texts == [""] and null_if_empty and not shape.text:
            values[name] = []
        elif shape.many:
            values[name] = [_value(text, shape) for text in texts]
        elif len(texts) > 1:
            faults.append(Fault(pointer_to(name), "is given more than once"))
        elif texts[0] == "" and null_if_empty and shape.nullable and not shape.text:
            values[name] = None
        else:
            values[name] = _value(texts[0], shape)
    return values, faults


def _value(text: str, shape: _Shape) -> Any:
    for kind in () if shape.text else shape.reads:
        if (value := _read(text, kind)) is not None:
            return value
    return text


def _read(text: str, kind: type) -> int | float | bool | None:
    if kind is int:
        return int(text) if _INTEGER.fullmatch(text) else None
    if kind is float:
        number = float(text) if _NUMBER.fullmatch(text) else math.inf
        return number if math.isfinite(number) else None
    try:
        return msgspec.convert(text, bool, strict=False)
    except msgspec.ValidationError:
        return None


@cache
def _shapes(kind: type[msgspec.Struct]) -> dict[str, _Shape]:
    known = inspect.type_info(kind)
    fields = known.fields if isinstance(known, inspect.StructType) else ()
    return {field.encode_name: _shape(field.type) for field in fields}


def _shape(known: inspect.Type) -> _Shape:
    parts = [_plain(part) for part in (known.types if isinstance(known, inspect.UnionType) else (known,))]
    nullable = any(isinstance(part, inspect.NoneType) for part in parts)
    for part in parts:
        if isinstance(part, inspect.ListType):
            item = _shape(part.item_type)
            return _Shape(many=True, reads=item.reads, text=item.text, nullable=nullable)
    scalars = {inspect.IntType: int, inspect.FloatType: float, inspect.BoolType: bool}
    reads = tuple(scalars[type(part)] for part in parts if type(part) in scalars)
    return _Shape(
        many=False, reads=reads, text=any(isinstance(part, inspect.StrType) for part in parts), nullable=nullable
    )


def _plain(known: inspect.Type) -> inspect.Type:
    return known.type if isinstance(known, inspect.Metadata) else known
