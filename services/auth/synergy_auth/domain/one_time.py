"""One-time passwords (TOTP, RFC 6238: SHA-1, six digits, 30 s) and recovery codes."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

STEP: Final = 30
"""Seconds for which a code is shown."""
DRIFT: Final = 1
"""Steps by which the phone's clock may be off, both ways."""
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""As long as the output of SHA-1 (RFC 4226 §4)."""
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
ISSUER: Final = "SynergyOS"


def step_of(now: datetime) -> int:
    """The time step that `now` lies in."""
    return int(now.timestamp()) // STEP


def code(secret: bytes, step: int) -> str:
    """The code of a time step."""
    digest = hmac.digest(secret, step.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def accepted(secret: bytes, otp: str, *, now: datetime, last_step: int | None) -> int | None:
    """
    The time step whose code `otp` is, or None. Codes of the last accepted step and before count no more: none works
    twice (RFC 6238 §5.2).
    """
    given = "".join(otp.split()).encode()
    present = step_of(now)
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        same = hmac.compare_digest(code(secret, step).encode(), given)
        if same and (last_step is None or step > last_step):
            found = step
    return found


def shown(secret: bytes) -> str:
    """The secret as authenticator apps take it."""
    return base64.b32encode(secret).decode().rstrip("=")


def uri(secret: bytes, username: str) -> str:
    """The secret as a QR code holds it (Key URI Format)."""
    label = quote(f"{ISSUER}:{username}", safe="")
    return f"otpauth://totp/{label}?secret={shown(secret)}&issuer={ISSUER}&algorithm=SHA1&digits={DIGITS}&period={STEP}"


def recovery_codes(randoms: Sequence[bytes]) -> list[str]:
    """Codes to write down: 16 characters of base 32 in groups of four, 80 bits each."""
    return ["-".join(_groups(base64.b32encode(random).decode().lower())) for random in randoms]


def normal_recovery_code(text: str) -> str:
    """A recovery code as it is compared: without dashes and spaces, in lower case."""
    return "".join(char for char in text if char.isalnum()).lower()


def is_otp(text: str) -> bool:
    """Whether this can be a code of an app, not a recovery code."""
    bare = "".join(text.split())
    return len(bare) == DIGITS and bare.isascii() and bare.isdecimal()


def _groups(text: str) -> list[str]:
    return [text[start : start + 4] for start in range(0, len(text), 4)]
