"""Examples of values, made from their types; what a field is called makes them readable."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import inspect

BY_NAME: Final[Mapping[str, Any]] = {
    "username": "ann",
    "full_name": "Ann Archer",
    "title": "Build the landing gear",
    "name": "Apollo",
    "description": "What it takes to land.",
    "content": "Looks good to me.",
    "events": ["task.*"],
    "disabled_reason": "Its endpoint answered 410 Gone.",
    "progress": 40,
    "impact": 12.5,
}
"""Values of fields with these names, wherever they stand, if their types allow it."""

ID: Final = "0199c0de-0000-7000-8000-000000000001"
_PLAIN: Final[Mapping[type[inspect.Type], Any]] = {
    inspect.BoolType: True,
    inspect.IntType: 7,
    inspect.FloatType: 7.5,
    inspect.StrType: "text",
    inspect.DecimalType: "12.50",
    inspect.DateTimeType: "2026-03-02T09:30:00Z",
    inspect.DateType: "2026-03-02",
    inspect.UUIDType: ID,
    inspect.NoneType: None,
}


def sample(kind: Any) -> Any:
    """A value of the type as it stands in JSON. The same each time."""
    return _of(inspect.type_info(kind), "")


def _of(info: inspect.Type, name: str) -> Any:
    match info:
        case inspect.Metadata():
            return _of(info.type, name)
        case inspect.UnionType():
            return _of(next(one for one in info.types if not isinstance(one, inspect.NoneType)), name)
        case inspect.LiteralType():
            return info.values[0]
        case inspect.StructType():
            return {field.encode_name: _of(field.type, field.encode_name) for field in info.fields}
        case inspect.ListType() | inspect.VarTupleType():
            return BY_NAME[name] if name in BY_NAME else [_of(info.item_type, name.removesuffix("s"))]
        case inspect.DictType() | inspect.AnyType():
            return {}
    return _named(info, name)


def _named(info: inspect.Type, name: str) -> Any:
    plain = _PLAIN[type(info)]
    given = BY_NAME.get(name, plain)
    return given if isinstance(given, type(plain)) else plain
