"""JSON Schemas as Python types: TypedDicts for objects, Literal for choices."""

import keyword
import re
from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
PLAIN: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
LISTING: Final = "Listing_"


def name_of(schema_name: str) -> str:
    """The class of a schema: `Listing_TaskView_` is TaskViewListing."""
    if schema_name.startswith(LISTING):
        return f"{schema_name.removeprefix(LISTING).strip('_')}Listing"
    return re.sub(r"\W+", "", schema_name.replace("_", ""))


def annotation(schema: Schema, prefix: str = "") -> str:
    """The type of a schema. `prefix` is written before the names of other classes."""
    if "$ref" in schema:
        return prefix + name_of(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema or "oneOf" in schema:
        options = dict.fromkeys(annotation(option, prefix) for option in schema.get("anyOf", schema.get("oneOf")))
        return " | ".join(options)
    if "enum" in schema:
        return f"Literal[{', '.join(map(quoted, schema['enum']))}]"
    if "const" in schema:
        return f"Literal[{quoted(schema['const'])}]"
    kind = schema.get("type")
    if kind == "array":
        return f"list[{annotation(schema.get('items', {}), prefix)}]"
    if kind == "object":
        values = schema.get("additionalProperties", {})
        return f"dict[str, {annotation(values, prefix) if isinstance(values, dict) else 'Any'}]"
    return PLAIN.get(str(kind), "Any")


def referred(schema: Any) -> set[str]:
    """The names of the schemas that this one refers to."""
    if isinstance(schema, list):
        return set().union(*map(referred, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["$ref"].rpartition("/")[2]} if isinstance(schema.get("$ref"), str) else set()
    return own.union(*map(referred, schema.values()))


def quoted(value: Any) -> str:
    """A value as the formatter writes it."""
    return repr(value) if not isinstance(value, str) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typed_dict(name: str, schema: Schema, *, doc: str = "") -> str:
    """The class of an object; fields that may be missing are NotRequired."""
    required = set(schema.get("required", ()))
    fields = {
        field: annotation(kind) if field in required else f"NotRequired[{annotation(kind)}]"
        for field, kind in schema.get("properties", {}).items()
    }
    doc = doc or str(schema.get("description", "")).strip()
    if any(keyword.iskeyword(field) or not field.isidentifier() for field in fields):
        inside = ", ".join(f"{quoted(field)}: {kind}" for field, kind in fields.items())
        return f'{name} = TypedDict("{name}", {{{inside}}})\n'
    lines = [f"class {name}(TypedDict):", *docstring(doc or f"{name}.", 4), ""]
    lines += [f"    {field}: {kind}" for field, kind in fields.items()]
    return "\n".join(lines) + "\n"


def docstring(text: str, indent: int) -> list[str]:
    """Lines of a docstring, as wide as the house's."""
    space = " " * indent
    text = " ".join(text.replace("\\", "\\\\").replace('"""', "'''").split())
    if indent + len(text) + 6 <= 120:
        return [f'{space}"""{text}"""']
    lines, line = [], ""
    for word in text.split():
        if indent + len(line) + len(word) + 1 > 118:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [f'{space}"""', *(f"{space}{one}" for one in [*lines, line]), f'{space}"""']
