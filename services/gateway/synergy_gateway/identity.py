"""Who asks: access tokens (JWT, RFC 9068) checked here against the keys of auth, personal ones by auth."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Any, Final

import jwt
import msgspec
from msgspec import Meta

from synergy_chassis.clock import Clock
from synergy_contracts.envelope import Actor, PositiveId
from synergy_gateway.keys import Keys
from synergy_gateway.personal_tokens import PersonalTokens, is_personal
from synergy_gateway.problems import CHALLENGE, Problem
from synergy_gateway.revocations import RevokedTokens

ALGORITHM: Final = "EdDSA"
TYPES: Final = ("at+jwt", "application/at+jwt")
ISSUER: Final = "synergyos"
AUDIENCE: Final = "synergyos"
REQUIRED: Final = ("iss", "aud", "sub", "jti", "sid", "scopes", "iat", "nbf", "exp")
LONGEST: Final = 4_096
"""Characters of a token that is looked at."""
LEEWAY: Final = 5
"""Seconds by which the clocks of two machines may differ."""
MOST_REMEMBERED: Final = 10_000

_JtiText = Annotated[str, Meta(min_length=1, max_length=200)]
_Subject = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,15}$")]


class _Claims(msgspec.Struct, frozen=True):
    sub: _Subject
    jti: _JtiText
    sid: _JtiText
    scopes: list[str]
    exp: int
    superuser: bool = False
    gen: Annotated[int, Meta(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Who asks, and of which generation the token is: when it is revoked, so is what was begun with it."""

    actor: Actor
    generation: int


@dataclass(frozen=True, slots=True)
class _Good:
    """A token that was found good: who it is, until when (Unix time), and under which of the changing keys."""

    standing: Standing
    expires: int
    keys: int


class Identity:
    """
    Tells the actor of an Authorization header. A token found good is remembered while it and its key live; whether it
    was revoked since is looked up every time.
    """

    def __init__(self, keys: Keys, revoked: RevokedTokens, personal: PersonalTokens, clock: Clock) -> None:
        self._keys = keys
        self._personal = personal
        self._revoked = revoked
        self._clock = clock
        self._good: OrderedDict[str, _Good] = OrderedDict()

    async def actor(self, headers: list[str], *, address: str | None) -> Actor:
        """The actor of a request with these Authorization headers, from this address. Raises as `standing`."""
        return (await self.standing(headers, address=address)).actor

    async def standing(self, headers: list[str], *, address: str | None) -> Standing:
        """
        The same with the token's generation.

        Raises Problem 401, with a challenge (RFC 6750), 429 or 503, and what `Keys.find` raises.
        """
        if len(headers) == 1 and (known := self.remembered(headers[0])) is not None:
            return known
        token = _bearer(headers)
        if is_personal(token):
            return await self._personal_actor(token, address)
        standing = (self._remembered(token) or await self._check(token)).standing
        if await self._revoked.refuse(standing.actor.user_id, standing.actor.session_id, standing.generation):
            raise invalid_token("The token was revoked: its session has ended, or its rights have changed.")
        return standing

    def remembered(self, header: str) -> Standing | None:
        """The same for a token that is known to be good; None for one that must be looked at more closely."""
        scheme, _, token = header.partition(" ")
        if scheme != "Bearer":
            return None
        if (good := self._remembered(token)) is not None:
            standing = good.standing
        elif (found := self._personal.known(token)) is not None:
            standing = Standing(found.actor, found.generation)
        else:
            return None
        refused = self._revoked.refuse_now(standing.actor.user_id, standing.actor.session_id, standing.generation)
        return standing if refused is False else None

    async def _personal_actor(self, token: str, address: str | None) -> Standing:
        """Of an account whose tokens were called in, auth is asked once more: it knows whether this one still holds."""
        for _ in range(2):
            found = await self._personal.find(token, address)
            if found is None:
                break
            if not await self._revoked.refuse(found.actor.user_id, found.actor.session_id, found.generation):
                return Standing(found.actor, found.generation)
            self._personal.forget(token)
        raise invalid_token("The personal access token is not valid: it is unknown, revoked or expired.")

    def _remembered(self, token: str) -> _Good | None:
        good = self._good.get(token)
        if good is not None and (good.keys != self._keys.generation or self._clock.now().timestamp() >= good.expires):
            del self._good[token]
            return None
        return good

    async def _check(self, token: str) -> _Good:
        key = await self._keys.find(_key_id(token))
        if key is None:
            raise invalid_token("The token is signed with a key that is not ours.")
        claims = _verified(token, key)
        good = _Good(Standing(_actor(claims), claims.gen), claims.exp, self._keys.generation)
        self._good[token] = good
        if len(self._good) > MOST_REMEMBERED:
            self._good.popitem(last=False)
        return good


def invalid_token(detail: str) -> Problem:
    """401: there is a token, and it is not good."""
    challenge = f'{CHALLENGE}, error="invalid_token", error_description="{detail}"'
    return Problem(401, "invalid-token", detail, headers={"WWW-Authenticate": challenge})


def _bearer(headers: list[str]) -> str:
    if not headers:
        raise Problem(401, "authentication-required", "Log in, and send the header Authorization: Bearer <access>.")
    if len(headers) > 1:
        raise invalid_token("There is more than one Authorization header.")
    scheme, _, token = headers[0].strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer":
        raise invalid_token("Send the access token as Bearer.")
    if not token or len(token) > LONGEST or not token.isascii():
        raise invalid_token("This is not an access token.")
    return token


def _key_id(token: str) -> str:
    """The key id of the token's header, which must promise what we accept, before anything is verified."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise invalid_token("This is not an access token.") from None
    kid, kind = header.get("kid"), header.get("typ")
    good = header.get("alg") == ALGORITHM and isinstance(kind, str) and kind.lower() in TYPES and "crit" not in header
    if not good or not isinstance(kid, str) or len(kid) > 200:
        raise invalid_token("This is not an access token of ours.")
    return kid


def _verified(token: str, key: Any) -> _Claims:
    try:
        claims = jwt.decode(
            token, key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, leeway=LEEWAY,
            options={"require": list(REQUIRED), "strict_aud": True},
        )  # fmt: skip
        return msgspec.convert(claims, _Claims)
    except jwt.ExpiredSignatureError:
        raise invalid_token("The token has expired. Refresh it, or log in again.") from None
    except (jwt.PyJWTError, msgspec.ValidationError, ValueError, TypeError, OverflowError, RecursionError):
        raise invalid_token("The token is not valid.") from None


def _actor(claims: _Claims) -> Actor:
    try:
        user_id = msgspec.convert(int(claims.sub), PositiveId)
    except msgspec.ValidationError:
        raise invalid_token("The token is not valid.") from None
    return Actor(user_id=user_id, scopes=tuple(claims.scopes), session_id=claims.sid, superuser=claims.superuser)
