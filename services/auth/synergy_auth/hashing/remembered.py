"""Passwords that were right a moment ago: the second login of one account does not cost what the first did."""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from synergy_auth.hashing.passwords import PasswordHashes, normal

MOST: Final = 10_000
"""Accounts remembered; the least recently used ones go first."""


class RememberedPasswords:
    """
    PasswordHashes that answer for a while from memory that a password was right.

    Kept is a keyed digest (HMAC-SHA256) of the password and the stored hash; the key is random and never leaves this
    process. A wrong password is not remembered and costs the full hash each time. A changed password changes the stored
    hash, so what was remembered of the old one is never found again. Of those who send the same password for the same
    account at one time, one has it checked, and the others find it remembered, or have their own checked.
    """

    def __init__(
        self, hashes: PasswordHashes, *, lifetime: timedelta, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._hashes = hashes
        self._lifetime = lifetime.total_seconds()
        self._seconds = seconds
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._checking: dict[bytes, threading.Event] = {}

    def hash(self, password: str) -> str:
        """See PasswordHashes."""
        return self._hashes.hash(password)

    def outdated(self, password_hash: str) -> bool:
        """See PasswordHashes."""
        return self._hashes.outdated(password_hash)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """See PasswordHashes."""
        if password_hash is None:
            return self._hashes.verify(None, password)
        digest = self._digest(password_hash, password)
        if self._remembers(password_hash, digest) or self._checked_elsewhere(password_hash, digest):
            return True
        checked = self._checking[digest] = threading.Event()
        try:
            right = self._hashes.verify(password_hash, password)
            if right:
                self._remember(password_hash, digest)
            return right
        finally:
            if self._checking.get(digest) is checked:
                del self._checking[digest]
            checked.set()

    def _checked_elsewhere(self, password_hash: str, digest: bytes) -> bool:
        """Whether an equal check that is under way finds the password right; False where there is none."""
        under_way = self._checking.get(digest)
        if under_way is None or not self._lifetime:
            return False
        under_way.wait()
        return self._remembers(password_hash, digest)

    def _remember(self, password_hash: str, digest: bytes) -> None:
        if not self._lifetime:
            return
        self._known[password_hash] = digest, self._seconds() + self._lifetime
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    def _remembers(self, password_hash: str, digest: bytes) -> bool:
        known, until = self._known.get(password_hash, (b"", 0.0))
        if not known:
            return False
        if until <= self._seconds():
            del self._known[password_hash]
            return False
        self._known.move_to_end(password_hash)
        return hmac.compare_digest(known, digest)

    def _digest(self, password_hash: str, password: str) -> bytes:
        stored = password_hash.encode()
        return hmac.digest(self._key, len(stored).to_bytes(4) + stored + normal(password).encode(), hashlib.sha256)
