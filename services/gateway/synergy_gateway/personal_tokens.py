"""Personal access tokens: checked by auth, and remembered for a minute."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from synergy_chassis import checked_tokens
from synergy_chassis.clock import Clock
from synergy_contracts.credentials import PERSONAL_TOKEN_PREFIX, VerifiedToken, VerifyToken
from synergy_contracts.envelope import Actor
from synergy_contracts.refusals import Refused
from synergy_gateway.guessing import Guesses

REMEMBERED: Final = 60.0
"""Seconds. That a token was revoked is heard sooner: it is a revocation like that of a session."""
MOST_REMEMBERED: Final = 10_000

Ask = Callable[[VerifyToken], Awaitable[msgspec.Raw]]


@dataclass(frozen=True, slots=True)
class Verified:
    """Whom a token lets in, of which generation, and until when that may be taken for true (Unix time)."""

    actor: Actor
    generation: int
    until: float


class PersonalTokens:
    """Tells whose a token is. Who makes up too many must wait: each costs a call, and nobody has signed in for it."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._known: OrderedDict[str, Verified] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._guesses = Guesses(clock)

    async def find(self, token: str, address: str | None) -> Verified | None:
        """
        Whom the token, sent from this address, lets in; None if it is not good. Raises Refused, RpcTimeout or
        RpcUnavailable where auth cannot tell, and Problem 429.
        """
        if not checked_tokens.well_formed(PERSONAL_TOKEN_PREFIX, token):
            return None
        if (known := self.known(token)) is not None:
            return known
        self.forget(token)
        if self._clock.now().timestamp() < self._unknown.get(token, 0.0):
            return None
        self._guesses.begin(address)
        try:
            raw = await self._ask(VerifyToken(token=token))
        except Exception as no:
            if isinstance(no, Refused) and no.kind == "unauthenticated":
                self._remember_unknown(token)
                return None
            self._guesses.take_back(address)
            raise
        self._guesses.take_back(address)
        return self._remember(token, msgspec.json.decode(raw, type=VerifiedToken))

    def known(self, token: str) -> Verified | None:
        """The same of a token that auth was asked about a moment ago."""
        known = self._known.get(token)
        return known if known is not None and self._clock.now().timestamp() < known.until else None

    def forget(self, token: str) -> None:
        """Ask auth the next time."""
        self._known.pop(token, None)

    def _remember_unknown(self, token: str) -> None:
        self._unknown[token] = self._clock.now().timestamp() + REMEMBERED
        if len(self._unknown) > MOST_REMEMBERED:
            self._unknown.popitem(last=False)

    def _remember(self, token: str, told: VerifiedToken) -> Verified:
        until = self._clock.now().timestamp() + REMEMBERED
        if told.expires_at is not None:
            until = min(until, told.expires_at.timestamp())
        actor = Actor(
            user_id=told.user_id,
            scopes=tuple(told.scopes),
            session_id=str(told.token_id),
            superuser=told.superuser,
            personal_token=True,
        )
        self._known[token] = verified = Verified(actor, told.generation, until)
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return verified


def is_personal(token: str) -> bool:
    """Whether this claims to be a personal access token."""
    return token.startswith(PERSONAL_TOKEN_PREFIX)
