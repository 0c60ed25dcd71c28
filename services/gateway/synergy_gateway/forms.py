"""The schema of a body that is sent as a form: every value is a text, turned into what its field takes."""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
TRUTH: Final = {"type": "string", "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|0|1)$"}
"""How a form says true and false (`texts`)."""
NOTHING: Final = {"const": ""}
"""How it says null, and no entries."""


def of_body(schema: Schema, components: Mapping[str, Schema]) -> dict[str, Any]:
    """The schema of the same body as a form."""
    whole = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return {**whole, "properties": {name: _field(one) for name, one in whole.get("properties", {}).items()}}


def _field(schema: Schema) -> dict[str, Any]:
    options = list(schema.get("anyOf", [schema]))
    kinds = {option.get("type") for option in options} | ({"null"} if None in schema.get("enum", []) else set())
    also = [TRUTH] if "boolean" in kinds else []
    if "null" in kinds or ("array" in kinds and not _has_text(options)):
        also.append(NOTHING)
    if not also:
        return dict(schema)
    rest = {name: value for name, value in schema.items() if name in ("default", "readOnly", "description")}
    return {**rest, "anyOf": [*options, *also]}


def _has_text(options: list[Schema]) -> bool:
    """Whether a list is one of texts, of which an empty one is an entry."""
    return any(option.get("type") == "array" and option.get("items", {}).get("type") == "string" for option in options)
