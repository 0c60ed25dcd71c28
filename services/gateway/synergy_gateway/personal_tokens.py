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
    """Tells whose a token is."""

    def __init__(self, ask: Ask, clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._known: OrderedDict[str, Verified] = OrderedDict()

    async def find(self, token: str) -> Verified | None:
        """
        Whom the token lets in; None if it is not good. Raises Refused, RpcTimeout or RpcUnavailable where auth cannot
        tell.
        """
        if not checked_tokens.well_formed(PERSONAL_TOKEN_PREFIX, token):
            return None
        known = self._known.get(token)
        if known is not None and self._clock.now().timestamp() < known.until:
            return known
        self.forget(token)
        try:
            told = msgspec.json.decode(await self._ask(VerifyToken(token=token)), type=VerifiedToken)
        except Refused as no:
            if no.kind == "unauthenticated":
                return None
            raise
        return self._remember(token, told)

    def forget(self, token: str) -> None:
        """Ask auth the next time."""
        self._known.pop(token, None)

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
