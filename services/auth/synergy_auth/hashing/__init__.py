"""Passwords: hashed by argon2id, remembered for a while when they were right."""

from synergy_auth.hashing.account_key import account_key
from synergy_auth.hashing.argon2id import Argon2Hashes, Execute, here
from synergy_auth.hashing.digests import code_digest, token_digest
from synergy_auth.hashing.passwords import PasswordHashes
from synergy_auth.hashing.remembered import RememberedPasswords

__all__ = [
    "Argon2Hashes",
    "Execute",
    "PasswordHashes",
    "RememberedPasswords",
    "account_key",
    "code_digest",
    "here",
    "token_digest",
]
