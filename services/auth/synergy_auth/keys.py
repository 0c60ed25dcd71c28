"""The keys that sign access tokens: sealed rows that all replicas share, made on first need, rotated with overlap."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select, text, update

from synergy_auth.domain.signing import RotationPlan, SigningKey, signer, trusted
from synergy_auth.tables import signing_keys
from synergy_chassis.clock import Clock
from synergy_chassis.sealing import Sealer, Unsealable
from synergy_chassis.store import UnitOfWork

PURPOSE = "signing-keys"
LOOK_AGAIN = timedelta(seconds=30)
"""How long a replica goes by the keys it has read; a new key is published much longer before it signs."""

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('signing-keys', 1))")


class SealedByAnotherKey(ValueError):
    """The stored signing keys do not open: SECRET_KEY is another one than when they were made."""

    def __init__(self) -> None:
        super().__init__(
            "The stored signing keys do not open with this SECRET_KEY. Set the one they were made with; "
            "if it is lost, delete the rows of signing_keys, and everyone logs in again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A row of signing_keys. `public` is the raw public key (32 bytes)."""

    life: SigningKey
    public: bytes
    sealed: bytes


class SigningKeys:
    """The keys of this deployment, as read at most LOOK_AGAIN ago."""

    def __init__(self, uow: UnitOfWork, clock: Clock, sealer: Sealer, plan: RotationPlan) -> None:
        self._uow, self._clock, self._sealer, self._plan = uow, clock, sealer, plan
        self._keys: Sequence[StoredKey] = ()
        self._opened: dict[str, Ed25519PrivateKey] = {}
        self._read_at: datetime | None = None

    def look_up(self) -> None:
        """Read the keys if they were not read lately, and make the one that is due. Raises SealedByAnotherKey."""
        now = self._clock.now()
        if self._read_at is not None and timedelta() <= now - self._read_at < LOOK_AGAIN:
            return
        with self._uow.reading() as rows:
            keys = _stored(rows)
        if self._plan.due([key.life for key in keys], now) is not None:
            keys = self._make()
        for key in keys:
            if key.life.retires_at is None or key.life.retires_at > now:
                self._opened.setdefault(key.life.kid, self._open(key))
        self._keys, self._read_at = keys, now

    def signer(self) -> tuple[str, Ed25519PrivateKey]:
        """The key that signs now, with its id, of those last looked up."""
        chosen = signer([key.life for key in self._keys], self._clock.now())
        if chosen is None:
            raise RuntimeError("No signing key has begun to sign: look them up first; or the clock was set back.")
        return chosen.kid, self._opened[chosen.kid]

    def published(self) -> list[dict[str, str]]:
        """The public keys as JWKs (RFC 8037): those whose tokens may be alive, and the next one."""
        self.look_up()
        keys = {key.life.kid: key for key in self._keys}
        alive = trusted([key.life for key in self._keys], self._clock.now())
        return [_jwk(keys[life.kid].public) | {"kid": life.kid, "use": "sig", "alg": "EdDSA"} for life in alive]

    def _make(self) -> list[StoredKey]:
        """Make the key that is due, unless another replica just did."""
        with self._uow.writing() as rows:
            rows.execute(_ONE_AT_A_TIME)
            now, keys = self._clock.now(), _stored(rows)
            begins = self._plan.due([key.life for key in keys], now)
            if begins is None:
                return keys
            rows.execute(
                update(signing_keys)
                .where(signing_keys.c.retires_at.is_(None))
                .values(retires_at=self._plan.retires(begins))
            )
            private = Ed25519PrivateKey.generate()
            public = private.public_key().public_bytes_raw()
            kid = thumbprint(public)
            sealed = self._sealer.seal(private.private_bytes_raw(), context=kid)
            rows.execute(
                insert(signing_keys).values(
                    kid=kid, public_key=public, sealed_private_key=sealed, created_at=now, not_before=begins
                )
            )
            return _stored(rows)

    def _open(self, key: StoredKey) -> Ed25519PrivateKey:
        try:
            return Ed25519PrivateKey.from_private_bytes(self._sealer.open(key.sealed, context=key.life.kid))
        except Unsealable as error:
            raise SealedByAnotherKey from error


def thumbprint(public: bytes) -> str:
    """The key's id: its JWK thumbprint (RFC 7638)."""
    canonical = json.dumps(_jwk(public), separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _jwk(public: bytes) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _stored(rows: Connection) -> list[StoredKey]:
    """All keys, retired ones too: few, and each is proof of what it signed."""
    return [
        StoredKey(
            life=SigningKey(kid=row["kid"], not_before=row["not_before"], retires_at=row["retires_at"]),
            public=bytes(row["public_key"]),
            sealed=bytes(row["sealed_private_key"]),
        )
        for row in rows.execute(select(signing_keys)).mappings()
    ]
