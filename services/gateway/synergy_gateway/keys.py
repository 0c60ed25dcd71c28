"""The public keys of auth, fetched over the bus and kept while they are good."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwt.algorithms import OKPAlgorithm

from synergy_contracts.accounts import JsonWebKeySet

log = structlog.get_logger(__name__)

FRESH: Final = 180.0
"""Seconds after which the keys are asked for again, so that a withdrawn key goes."""
SOONEST: Final = 1.0
"""Seconds between two asks because of a key id nobody knows: forged ids must not become calls."""

Fetch = Callable[[], Awaitable[msgspec.Raw]]


class Keys:
    """Ed25519 keys by id. `fetch` asks auth; while auth is away the keys it told last are used."""

    def __init__(self, fetch: Fetch, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: Mapping[str, Ed25519PublicKey] = {}
        self._fetched_at: float | None = None
        self._asked_at: float | None = None
        self._asking: asyncio.Task[None] | None = None
        self.generation = 0
        """Counts every change of the keys."""

    @property
    def known(self) -> bool:
        """Whether auth has told its keys at least once."""
        return self._fetched_at is not None

    async def find(self, kid: str) -> Ed25519PublicKey | None:
        """
        The key of this id; None if auth does not have it.

        Raises what `fetch` raises (Refused, RpcTimeout, RpcUnavailable) if the key is not known and auth cannot tell.
        """
        key = self._keys.get(kid)
        if key is None:
            if not self.known or self._may_ask():
                await self.refresh()
            return self._keys.get(kid)
        if self._stale() and self._may_ask():
            self._begin()  # in the background: what we have still serves
        return key

    async def refresh(self) -> None:
        """Ask auth now; whoever asks at the same time shares the answer."""
        await asyncio.shield(self._begin())

    def _begin(self) -> asyncio.Task[None]:
        if self._asking is None or self._asking.done():
            self._asked_at = self._monotonic()
            self._asking = asyncio.create_task(self._ask(), name="keys")
            self._asking.add_done_callback(_noted)
        return self._asking

    async def _ask(self) -> None:
        told = msgspec.json.decode(await self._fetch(), type=JsonWebKeySet)
        keys: dict[str, Ed25519PublicKey] = {}
        for jwk in told.keys:
            try:
                key = OKPAlgorithm.from_jwk(msgspec.to_builtins(jwk))
            except (jwt.PyJWTError, ValueError):
                key = None
            if isinstance(key, Ed25519PublicKey) and jwk.alg == "EdDSA" and jwk.use == "sig":
                keys[jwk.kid] = key
            else:
                log.warning("signing-key-ignored", kid=jwk.kid)
        if keys.keys() != self._keys.keys():
            self.generation += 1
        self._keys, self._fetched_at = keys, self._monotonic()

    def _stale(self) -> bool:
        return self._fetched_at is not None and self._monotonic() - self._fetched_at >= FRESH

    def _may_ask(self) -> bool:
        return self._asked_at is None or self._monotonic() - self._asked_at >= SOONEST


def _noted(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.warning("signing-keys-not-fetched", error=f"{type(error).__name__}: {error}"[:200])
