"""Idempotency-Key: a command sent again under the same key is the same command."""

import hashlib
from typing import Final
from uuid import UUID, uuid5

from synergy_chassis.clock import new_id
from synergy_contracts.envelope import Actor
from synergy_gateway.problems import Problem

LONGEST_KEY: Final = 255
_NAMESPACE: Final = UUID("6f1c1e52-3a0c-5a5e-9c55-2f6a3b6d8e10")


def command_id(key: str | None, *, actor: Actor | None, method: str, path: str, body: bytes) -> UUID:
    """
    The id of a command. Under a key it is made of caller, key, method, path and body, so that the store that keeps
    the outcomes of commands sees the repeat; keys of anonymous callers are ignored. `path` is the operation's address
    as it is advertised, however the request wrote it.

    Raises Problem 400 for a key that is empty, too long or not printable ASCII.
    """
    if key is None or actor is None:
        return new_id()
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Problem(400, "malformed-request", f"Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters.")
    parts = (str(actor.user_id), key, method, path, hashlib.sha256(body).hexdigest())
    return uuid5(_NAMESPACE, "\n".join(parts))
