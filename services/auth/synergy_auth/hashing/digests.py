"""Digests under which secrets of our own making are stored."""

import hashlib
import hmac


def token_digest(text: str) -> bytes:
    """The digest of a long random token. A plain hash is enough for 128 random bits and more."""
    return hashlib.sha256(text.encode()).digest()


def code_digest(code: str, user_id: int, *, secret_key: str) -> bytes:
    """The digest of a recovery code: keyed, so that who has the table alone cannot try codes."""
    return hmac.digest(secret_key.encode(), f"recovery-code\x00{user_id}\x00{code}".encode(), hashlib.sha256)
