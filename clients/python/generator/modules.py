"""The generated modules, as text."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any, Final

from generator import methods
from generator.schemas import docstring, name_of, referred, typed_dict
from synergy_gateway import openapi
from synergy_gateway.problem_types import PROBLEM_TYPES
from synergy_gateway.routes import OPERATIONS

STATUSES: Final = {
    400: "BadRequest",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Gone",
    412: "PreconditionFailed",
    422: "Invalid",
    429: "TooMany",
    503: "Unavailable",
}
"""Errors by their status, for whoever does not care for the type."""
HEAD: Final = "Written by `make client`: change the operations, not this."
SOME: Final = "Some_"
"""How schemas of answers begin of which only some fields were asked for: the client asks for all."""


@cache
def document() -> Mapping[str, Any]:
    """The OpenAPI document."""
    return openapi.document(OPERATIONS, server="https://synergy.example")


def written(name: str) -> str:
    """The module of this name, formatted."""
    return formatted(MODULES[name]())


def formatted(text: str) -> str:
    """As the house formats."""
    ruff = [sys.executable, "-m", "ruff"]
    for arguments in (["check", "--select", "I,F401", "--fix-only", "--quiet"], ["format", "--quiet"]):
        command = [*ruff, *arguments, "--line-length", "120", "--isolated", "-"]
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    return text


def types() -> str:
    """The objects that are sent and answered, and the parameters of queries."""
    schemas = {name: one for name, one in document()["components"]["schemas"].items() if not name.startswith(SOME)}
    parts = [f'"""\nWhat is sent and what is answered. Times are RFC 3339 texts in UTC.\n\n{HEAD}\n"""\n']
    parts.append("from typing import Any, Literal, NotRequired, TypedDict\n")
    bodies = {body["title"]: body for operation in operations() if (body := operation.own_body)}
    known = {**schemas, **bodies}
    parts += [typed_dict(name_of(name), known[name]) for name in in_order(known) if "properties" in known[name]]
    for operation in operations():
        if operation.query_schema is not None:
            parts.append(
                typed_dict(operation.query_class, operation.query_schema, doc=f"The parameters of {operation.name}.")
            )
    return "\n\n".join(parts)


def in_order(schemas: Mapping[str, Any]) -> list[str]:
    """Their names, each after those it refers to."""
    needs = {name: sorted(referred(schema) & set(schemas) - {name}) for name, schema in schemas.items()}
    return list(TopologicalSorter(needs).static_order())


def problems() -> str:
    """An exception for each type of error."""
    parts = [f'"""\nThe errors of the API by their types.\n\n{HEAD}\n"""\n']
    parts.append(
        "from collections.abc import Mapping\nfrom typing import Final\n\nfrom synergy_client.errors import ApiError\n"
    )
    names = {slug: "".join(part.capitalize() for part in slug.split("-")) for slug in sorted(PROBLEM_TYPES)}
    for status, name in STATUSES.items():
        parts.append("\n".join([f"class {name}(ApiError):", *docstring(f"{status}, of whatever type.", 4)]) + "\n")
    for slug, name in names.items():
        known = PROBLEM_TYPES[slug]
        doc = docstring(f"{known.status}: {known.title}. {known.help}", 4)
        if name not in STATUSES.values():
            parts.append("\n".join([f"class {name}({STATUSES.get(known.status, 'ApiError')}):", *doc]) + "\n")
    table = "\n".join(f'    "{slug}": {name},' for slug, name in names.items())
    parts.append(f"BY_CODE: Final[Mapping[str, type[ApiError]]] = {{\n{table}\n}}\n")
    table = "\n".join(f"    {status}: {name}," for status, name in STATUSES.items())
    parts.append(f"BY_STATUS: Final[Mapping[int, type[ApiError]]] = {{\n{table}\n}}\n")
    return "\n\n".join(parts)


def operations_module() -> str:
    """Every operation as a method, grouped as in the documents."""
    groups = dict.fromkeys(operation.group for operation in operations())
    parts = [f'"""\nEvery operation of the API.\n\n{HEAD}\n"""\n']
    parts.append(
        "from collections.abc import Iterator, Mapping\nfrom typing import Any, Literal, Unpack\n\n"
        "from synergy_client import types\nfrom synergy_client.transport import Transport, filled\n"
    )
    parts.append(
        "class Group:\n"
        '    """Operations of one kind."""\n\n'
        "    def __init__(self, transport: Transport) -> None:\n"
        "        self._transport = transport\n"
    )
    for group in groups:
        own = [operation for operation in operations() if operation.group == group]
        parts.append(
            f"class {class_of(group)}(Group):\n"
            f'    """{group.replace("_", " ").capitalize()}."""\n\n'
            + "\n\n".join(methods.source(operation) for operation in own)
        )
    attributes = "\n".join(f"        self.{group} = {class_of(group)}(transport)" for group in groups)
    parts.append(
        "class Operations:\n"
        '    """All of them, by kind."""\n\n'
        "    def __init__(self, transport: Transport) -> None:\n"
        "        self._transport = transport\n" + attributes + "\n"
    )
    return "\n\n".join(parts)


def class_of(group: str) -> str:
    """The class of a group of operations."""
    return "".join(part.capitalize() for part in group.split("_"))


@cache
def operations() -> Iterable[methods.Method]:
    """The operations that a program asks for; streams are followed otherwise."""
    found = [
        methods.Method(path, method.upper(), operation, document()["components"]["schemas"])
        for path, item in document()["paths"].items()
        for method, operation in item.items()
    ]
    return [method for method in found if not method.streams]


MODULES: Final[Mapping[str, Callable[[], str]]] = {
    "types": types,
    "problems": problems,
    "operations": operations_module,
}
