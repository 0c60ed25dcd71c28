"""Idempotency-Key: a command sent again under the same key is the same command."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from synergy_chassis.clock import new_id
from synergy_contracts.envelope import Actor
from synergy_gateway.problems import Problem

LONGEST_KEY: Final = 255
_NAMESPACE: Final = UUID("6f1c1e52-3a0c-5a5e-9c55-2f6a3b6d8e10")


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A command's id, and what it was asked as, where it may be asked again."""

    id: UUID
    fingerprint: str | None = None


def command(
    key: str | None,
    *,
    actor: Actor | None,
    method: str,
    path: str,
    query: msgspec.Struct,
    body: bytes,
    session: str | None = None,
) -> Repeatable:
    """
    What a command is known by. Under a key its id is made of caller and key, so that the store that keeps the outcomes
    of commands sees the repeat; its fingerprint, of method, path, query and body, tells it from another request under
    the same key. Keys of anonymous callers are ignored. `path` is the operation's address as it is advertised, and
    `query` its parameters, however the request wrote them: one at its default is as one that is not there. `session` is
    that of the caller where the request is about it: another session's is another request.

    Raises Problem 400 for a key that is empty, too long or not printable ASCII.
    """
    if key is None or actor is None:
        return Repeatable(new_id())
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Problem(400, "malformed-request", f"Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters.")
    chosen = _chosen(query)
    parameters = (_digest(msgspec.json.encode(chosen, order="sorted")),) if chosen else ()
    own = () if session is None else (f"session {session}",)
    asked = "\n".join((method, path, _digest(body), *parameters, *own))
    return Repeatable(uuid5(_NAMESPACE, f"{actor.user_id}\n{key}"), _digest(asked.encode()))


def _chosen(query: msgspec.Struct) -> dict[str, Any]:
    """The parameters that are not at their defaults."""
    given = [(field, getattr(query, field.name)) for field in msgspec.structs.fields(query)]
    return {field.encode_name: value for field, value in given if value != field.default}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
