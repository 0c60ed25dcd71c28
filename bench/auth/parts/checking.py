"""What it costs the gateway to know who asks, its revocations included."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm

from bench.auth.ground import Ground
from bench.report import Hold, Section
from bench.series import take_turns
from synergy_chassis.clock import SystemClock, new_id
from synergy_contracts.credentials import VerifyToken
from synergy_contracts.sessions import Revocation, Revocations
from synergy_gateway.identity import ALGORITHM, AUDIENCE, ISSUER, REQUIRED, TYPES, Identity
from synergy_gateway.keys import Keys
from synergy_gateway.personal_tokens import PersonalTokens
from synergy_gateway.revocations import RevokedTokens

FIRST, AGAIN, BARE = "seen for the first time", "seen before", "bare jwt verify"
AT_LEAST: Final = 0.7
"""Of the floor, with a token never seen before."""
KID: Final = "bench"


def measure(place: Ground) -> Sequence[Section]:
    """Tokens of many sessions beside as many revoked ones."""
    key = Ed25519PrivateKey.generate()
    tokens = [token(key) for _ in range(place.options.tokens)]
    told = revocations(place.options.revocations)
    contestants = {
        BARE: lambda: bare(key, tokens),
        FIRST: lambda: checked(key, told, tokens, again=False),
        AGAIN: lambda: checked(key, told, tokens, again=True),
    }
    series = take_turns(contestants, rounds=place.options.rounds, told=place.told)
    section = Section(
        title=f"Access tokens checked, {len(tokens):,} of them beside {place.options.revocations:,} revocations",
        unit="1/s", series=series, floor=BARE,
    )  # fmt: skip
    section.holds.append(Hold(f"a token {FIRST}, of bare jwt verify", section.ratio(FIRST), AT_LEAST))
    return [section]


def bare(key: Ed25519PrivateKey, tokens: list[str]) -> float:
    """PyJWT alone with the same demands: tokens a second."""
    public = key.public_key()
    begin = time.perf_counter()
    for one in tokens:
        jwt.decode(
            one, public, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER,
            options={"require": list(REQUIRED), "strict_aud": True},
        )  # fmt: skip
    return len(tokens) / (time.perf_counter() - begin)


def checked(key: Ed25519PrivateKey, told: bytes, tokens: list[str], *, again: bool) -> float:
    """The gateway's way, from the header to the actor: tokens a second. `again`: all were seen before."""
    return asyncio.run(_checked(identity(key, told), [f"Bearer {one}" for one in tokens], again=again))


async def _checked(known: Identity, headers: list[str], *, again: bool) -> float:
    await known.actor(headers[:1], address=None)
    if again:
        for header in headers:
            await known.actor([header], address=None)
    begin = time.perf_counter()
    for header in headers:
        await known.actor([header], address=None)
    return len(headers) / (time.perf_counter() - begin)


def identity(key: Ed25519PrivateKey, told: bytes) -> Identity:
    """The gateway's own, told by an auth that answers at once."""
    jwk = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": KID, "use": "sig", "alg": ALGORITHM}
    clock = SystemClock()
    keys = msgspec.json.encode({"keys": [jwk]})
    revoked = RevokedTokens(lambda _: _answer(told), clock)
    return Identity(Keys(lambda: _answer(keys)), revoked, PersonalTokens(_no, clock), clock)


def revocations(count: int) -> bytes:
    """Auth's answer with so many, half of them of sessions and half of users."""
    until = SystemClock().now() + timedelta(hours=1)
    all_of_them = [
        Revocation(user_id=number, until=until, session_id=new_id())
        if number % 2
        else Revocation(user_id=1_000_000 + number, until=until, generation=1)
        for number in range(1, count + 1)
    ]
    return msgspec.json.encode(Revocations(cursor="1:1", whole=True, more=None, revocations=all_of_them))


def token(key: Ed25519PrivateKey) -> str:
    """An access token as auth makes them."""
    now = int(SystemClock().now().timestamp())
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "7", "jti": str(new_id()), "sid": str(new_id()),
        "scopes": ["read", "write", "admin"], "superuser": False, "gen": 0, "iat": now, "nbf": now, "exp": now + 3_600,
    }  # fmt: skip
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": KID, "typ": TYPES[0]})


async def _answer(told: bytes) -> msgspec.Raw:
    return msgspec.Raw(told)


async def _no(_: VerifyToken) -> msgspec.Raw:
    raise AssertionError("these are no personal tokens")
