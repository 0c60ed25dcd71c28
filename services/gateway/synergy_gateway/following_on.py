"""OpenAPI links: from what was made to everything that can be done with it."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from synergy_gateway.operations import PLACEHOLDER, Operation

ID: Final = "id"
USER: Final = "user"


def links(made: Operation, operations: Sequence[Operation]) -> dict[str, Any]:
    """
    The operations on what `made` answers: those whose address goes on from its own with one parameter more. By name,
    with where the parameters come from.
    """
    pointer = _pointer(made.answers)
    if made.status != 201 or pointer is None:
        return {}
    found = {}
    for other in operations:
        if len(added := _added(made.path, other.path)) != 1 or other.signed_in is not made.signed_in:
            continue
        (parameter,) = added
        kept = {name: f"$request.path.{name}" for name in PLACEHOLDER.findall(made.path)}
        found[other.name] = {
            "operationId": other.name,
            "parameters": {**kept, parameter: f"$response.body#{pointer}"},
        }
    return found


def _added(beginning: str, path: str) -> list[str]:
    """The parameters of `path` that `beginning`, which it goes on from, does not have."""
    if not path.startswith(beginning) or path == beginning:
        return []
    rest = path.removeprefix(beginning)
    return PLACEHOLDER.findall(rest) if rest.startswith("{") else []


def _pointer(answers: Any) -> str | None:
    """Where an answer names itself."""
    if not (isinstance(answers, type) and issubclass(answers, msgspec.Struct)):
        return None
    fields = {field.encode_name for field in msgspec.structs.fields(answers)}
    return "/id" if ID in fields else "/user/id" if USER in fields else None
