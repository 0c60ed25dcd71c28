"""msgspec's messages in the words of those who sent the value: what it must be, not what a decoder expected."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from msgspec import inspect

_NAMES: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
    "date": "a date",
    "datetime": "a time",
    "uuid": "a UUID",
    "decimal": "a decimal as text",
}
_BOUNDS: Final = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_UNITS: Final = {"str": "character", "array": "entry", "object": "field"}
_MANY: Final = {"entry": "entries"}
_LONGEST_VALUE: Final = 100
"""Characters of a refused value that a message repeats."""


def in_words(message: str, kind: Any) -> str:
    """
    What `message` (a ValidationError's, without its place) says, as the end of a sentence that begins with the field.

    `kind` is the type that was asked for: allowed words and the description of a form come from it. A message that is
    not known here stays as it is.
    """
    for pattern, words in _SENTENCES:
        if match := pattern.fullmatch(message):
            return words(match, kind)
    return message


def _type(match: re.Match[str], _: Any) -> str:
    return f"must be {_alternatives(match[1])}, not {_alternatives(match[2])}"


def _alternatives(names: str) -> str:
    return " or ".join(_NAMES.get(name, name) for name in names.split(" | "))


def _length(match: re.Match[str], _: Any) -> str:
    unit = _UNITS.get(match[1], "part")
    return f"must have {_BOUNDS[match[2]]} {match[3]} {unit if match[3] == '1' else _MANY.get(unit, unit + 's')}"


def _bound(match: re.Match[str], _: Any) -> str:
    return f"must be {_BOUNDS[match[1]]} {match[2].removesuffix('.0')}"


def _form(_: re.Match[str], kind: Any) -> str:
    told = next((part.extra_json_schema["description"] for part in _parts(kind) if _described(part)), "")
    return f"does not have the right form: {told}" if told else "does not have the right form"


def _choice(match: re.Match[str], kind: Any) -> str:
    words = next((part.values for part in _parts(kind) if isinstance(part, inspect.LiteralType)), ())
    return f"must be one of {', '.join(map(str, words))}" if words else f"cannot be {_shown(match[1])}"


def _moment(_: re.Match[str], kind: Any) -> str:
    number = any(isinstance(part, inspect.IntType) for part in _parts(kind))
    return f"must be {'a whole number or ' if number else ''}a time such as 2026-12-31T23:59:59Z"


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + "…"


def _described(part: inspect.Type) -> bool:
    return isinstance(part, inspect.Metadata) and "description" in (part.extra_json_schema or {})


def _parts(kind: Any) -> Iterator[Any]:
    """The type and the types it is made of, but for the fields of objects."""
    pending = [inspect.type_info(kind)]
    while pending:
        part = pending.pop()
        yield part
        if isinstance(part, inspect.UnionType):
            pending.extend(part.types)
        elif isinstance(part, inspect.Metadata):
            pending.append(part.type)
        elif isinstance(part, inspect.ListType):
            pending.append(part.item_type)


_SENTENCES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Any], str]], ...]] = (
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), _type),
    (re.compile(r"Expected `(\w+)` of length (>=|<=) (\d+)"), _length),
    (re.compile(r"Expected `\w+` (>=|<=|>|<) (-?[\d.]+)"), _bound),
    (re.compile(r"Expected `str` matching regex .*", re.DOTALL), _form),
    (re.compile(r"Invalid enum value (.*)", re.DOTALL), _choice),
    (re.compile(r"Invalid RFC3339 encoded date"), lambda _m, _k: "must be a day such as 2026-12-31"),
    (re.compile(r"Invalid RFC3339 encoded datetime"), _moment),
    (re.compile(r"Invalid UUID"), lambda _m, _k: "must be a UUID"),
    (re.compile(r"Invalid decimal string"), lambda _m, _k: "must be a decimal as text, such as '12.50'"),
)
