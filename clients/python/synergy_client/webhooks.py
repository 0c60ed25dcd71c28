"""What a receiver of webhooks does: see that a delivery is genuine and fresh, and read it."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, Final

from synergy_client.errors import SynergyError

TOLERANCE: Final = 300.0
"""Seconds by which a delivery's time may differ from ours, so that an old one cannot be sent again by somebody else."""


class NotGenuine(SynergyError):
    """It was not signed with this secret, or not just now."""


def verify(
    headers: Mapping[str, str],
    body: bytes | str,
    secret: str,
    *,
    tolerance: float = TOLERANCE,
    now: float | None = None,
) -> dict[str, Any]:
    """
    The event in a delivery: its JSON. `body` is what arrived, byte by byte; `secret` the subscription's, `whsec_…` or a
    text (Standard Webhooks, v1). Note `webhook-id`: the same event may come again.

    Raises NotGenuine.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, moment, signatures = (given[f"webhook-{part}"] for part in ("id", "timestamp", "signature"))
        age = abs((time.time() if now is None else now) - int(moment))
    except (KeyError, ValueError):
        raise NotGenuine(
            "A header of the signature is missing: webhook-id, webhook-timestamp, webhook-signature."
        ) from None
    if age > tolerance:
        raise NotGenuine(f"It was signed {age:.0f} s from now; {tolerance:.0f} s are allowed.")
    raw = body.encode() if isinstance(body, str) else body
    signed = b".".join((message_id.encode(), moment.encode(), raw))
    expected = "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in signatures.split()):
        raise NotGenuine("It was not signed with this secret.")
    event: dict[str, Any] = json.loads(raw)
    return event


def _key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        return secret.encode()
