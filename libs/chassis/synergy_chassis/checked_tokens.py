"""Secrets that people and scanners recognise: a prefix, 190 random bits, and a checksum that tells a typing error."""

import secrets
import zlib
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM: Final = 32
CHECK: Final = 6


def make(prefix: str) -> str:
    """A fresh one: `prefix`, 32 random characters of base 62, and six of CRC-32 over both."""
    body = prefix + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return body + _checksum(body)


def well_formed(prefix: str, text: str) -> bool:
    """Whether the text could have been made with this prefix; says nothing about whether it was."""
    if not text.startswith(prefix) or len(text) != len(prefix) + RANDOM + CHECK:
        return False
    return all(char in ALPHABET for char in text[len(prefix) :]) and _checksum(text[:-CHECK]) == text[-CHECK:]


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECK):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
