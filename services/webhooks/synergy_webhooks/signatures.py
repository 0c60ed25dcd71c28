"""
Signing and verifying webhooks, in the two forms that are sent side by side.

Standard Webhooks 1.0.0 (`webhook-signature: v1,<base64>`) signs `id.timestamp.body` with the decoded bytes of a
`whsec_`
secret, or with the UTF-8 bytes of a free-text one. The original's form (`X-Webhook-Signature: sha256=<hex>`) signs the
body alone and keys on the literal text of the secret, `whsec_` included.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
KEY_BYTES: Final = range(24, 65)
"""Lengths that Standard Webhooks allows for a key."""

TOLERANCE: Final = timedelta(seconds=300)
"""How far a receiver's clock may be from the timestamp."""


class VerificationFailed(Exception):
    """The headers do not prove that the body came from the holder of the secret, just now."""


def new_secret() -> str:
    """A fresh secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signing_key(secret: str) -> bytes:
    """
    The bytes that key the standard signature.

    Raises ValueError if a `whsec_` secret is not base64 of 24 to 64 bytes.
    """
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("The part after whsec_ is not base64.") from None
    if len(key) not in KEY_BYTES:
        raise ValueError(f"The key after whsec_ has {len(key)} bytes; 24 to 64 are needed.")
    return key


def sign(message_id: str, timestamp: int, body: bytes, secret: str) -> str:
    """One `v1,<base64>` entry of the `webhook-signature` header; `timestamp` in Unix seconds."""
    signed = message_id.encode() + b"." + str(timestamp).encode() + b"." + body
    digest = hmac.new(signing_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def verify(headers: Mapping[str, str], body: bytes, secrets: Iterable[str], *, now: datetime) -> None:
    """
    Checks the three `webhook-*` headers of a received body against any of the secrets.

    Raises VerificationFailed if a header is missing, the timestamp is more than 300 s away from `now`, or no `v1`
    entry fits.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, sent, entries = (lowered[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        timestamp = int(sent)
    except (KeyError, ValueError):
        raise VerificationFailed("A webhook-* header is missing or malformed.") from None
    if abs(now.timestamp() - timestamp) > TOLERANCE.total_seconds():
        raise VerificationFailed("The timestamp is too far from now.")
    given = [entry for entry in entries.split() if entry.startswith("v1,")]
    for secret in secrets:
        expected = sign(message_id, timestamp, body, secret).encode()
        if any(hmac.compare_digest(expected, entry.encode()) for entry in given):
            return
    raise VerificationFailed("No signature fits.")


def generate_webhook_signature(payload: str | bytes, secret: str) -> str:
    """The original's signature: HMAC-SHA256 of the payload under the secret's text, in lower-case hex."""
    return hmac.new(secret.encode(), _bytes(payload), hashlib.sha256).hexdigest()


def verify_webhook_signature(payload: str | bytes, signature: str, secret: str) -> bool:
    """Whether `signature` (bare hex or `sha256=<hex>`) is the original's signature of the payload; in constant time."""
    given = signature.removeprefix("sha256=").encode()
    return hmac.compare_digest(generate_webhook_signature(payload, secret).encode(), given)


def _bytes(payload: str | bytes) -> bytes:
    return payload.encode() if isinstance(payload, str) else payload
