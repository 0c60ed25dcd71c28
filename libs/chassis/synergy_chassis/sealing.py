"""Seals small secrets for storage: AES-256-GCM under a key derived from the deployment's SECRET_KEY."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT: Final = b"\x01"
_NONCE: Final = 12
_SHORTEST_KEY: Final = 16


class Unsealable(Exception):
    """The sealed bytes were not made by this key, purpose and context, or were changed since."""


class Box:
    """Seals and opens bytes under one 256-bit key. `context` names what they belong to; elsewhere they do not open."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, *, context: str) -> bytes:
        """One format byte, a random 96-bit nonce, then ciphertext and tag: 29 bytes more than `plain`."""
        nonce = os.urandom(_NONCE)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """The bytes that `seal` was given for the same context. Raises Unsealable."""
        if not sealed.startswith(_FORMAT):
            raise Unsealable("The sealed value has an unknown format.")
        nonce, text = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, text, context.encode())
        except (InvalidTag, ValueError):
            raise Unsealable("The sealed value does not open with this key and context.") from None


class Sealer(Box):
    """
    Seals and opens bytes for one purpose.

    The key is HKDF-SHA256 of `secret_key` with the purpose as its info, so two purposes never share a key. `context`
    names what the bytes belong to (a row's id, say); sealed bytes moved to another context do not open.
    Raises ValueError when `secret_key` is shorter than 16 bytes.
    """

    def __init__(self, secret_key: str, *, purpose: str) -> None:
        key = secret_key.encode()
        if len(key) < _SHORTEST_KEY:
            raise ValueError(f"SECRET_KEY is too short to seal with: give it at least {_SHORTEST_KEY} characters.")
        info = b"synergy.seal.v1\x00" + purpose.encode()
        super().__init__(HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key))
