"""Password hashes: argon2id at the floor of OWASP and ASVS 5.0 §11.4.2 (46 MiB, one pass, one lane)."""

import secrets
from collections.abc import Callable
from functools import cached_property
from typing import Any

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from synergy_auth.hashing.passwords import normal

MEMORY_KIB = 46 * 1024
PASSES = 1
LANES = 1

Execute = Callable[..., Any]
"""Runs `function(*arguments)` where it does not hold up others, and returns its result."""


def here(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run in the caller's thread: for the command line and for tests."""
    return function(*arguments)


class Argon2Hashes:
    """PasswordHashes by argon2id; the work itself is done by `execute`."""

    def __init__(
        self, execute: Execute = here, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, lanes: int = LANES
    ) -> None:
        self._execute = execute
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes, type=Type.ID)

    def hash(self, password: str) -> str:
        """See PasswordHashes."""
        return str(self._execute(self._hasher.hash, normal(password)))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """See PasswordHashes."""
        right = bool(self._execute(self._matches, password_hash or self._dummy, normal(password)))
        return right and password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """See PasswordHashes."""
        return self._hasher.check_needs_rehash(password_hash)

    def prepare(self) -> None:
        """Make the hash that unknown names are checked against, so that the first such login takes no longer."""
        _ = self._dummy

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _dummy(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(32))
