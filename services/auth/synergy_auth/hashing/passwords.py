"""What handlers need of password hashing, whoever does it."""

import unicodedata
from typing import Protocol


class PasswordHashes(Protocol):
    """What handlers need of password hashing."""

    def hash(self, password: str) -> str:
        """A fresh salted hash in PHC format. Raises SigningInBusy."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """
        Whether the password made this hash. Without a hash (there is no such account) the same work, and False.

        Raises SigningInBusy.
        """

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""


def normal(password: str) -> str:
    """NFKC, so that one password typed on two keyboards is the same bytes (NIST SP 800-63B-4 §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
