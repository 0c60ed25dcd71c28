"""/api/auth/: accounts, signing in, one's own profile, and the keys that verify tokens."""

import msgspec
import structlog
from msgspec import UNSET

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.accounts import (
    JsonWebKeySet,
    Login,
    Profile,
    ProfileChanges,
    ProfileReplacement,
    RefreshTokens,
    Register,
    SignedIn,
    TokenPair,
    UpdateProfile,
)
from synergy_contracts.envelope import Nothing
from synergy_contracts.refusals import Refused
from synergy_gateway import methods
from synergy_gateway.answers import Answer, answered, created
from synergy_gateway.asking import Asking
from synergy_gateway.operations import get, patch, post, put
from synergy_gateway.problems import Problem
from synergy_gateway.replacements import all_of
from synergy_gateway.routes.invitations import join

log = structlog.get_logger(__name__)

PROFILE = "/api/auth/user/"


@post("/api/auth/register/", SignedIn, signed_in=False, private=True, problems=(403, 409))
async def register(asking: Asking, body: Register) -> Answer:
    """Open an account and sign in."""
    opened = await asking.ask(methods.REGISTER, body)
    if body.invitation is not None:
        await _join(asking, body.invitation, opened)
    return created(opened, PROFILE)


async def _join(asking: Asking, invitation: str, opened: msgspec.Raw) -> None:
    """Join the project that the new account brings an invitation to; where that fails, it can be accepted later."""
    access = msgspec.json.decode(opened, type=TokenPair).access
    try:
        actor = await asking.gateway.identity.actor([f"Bearer {access}"], address=asking.visit.client_address)
        await join(asking, invitation, actor)
    except (Refused, RpcTimeout, RpcUnavailable, Problem) as error:
        log.warning("invitation-not-accepted", error=f"{type(error).__name__}: {error}"[:200])


@post("/api/auth/login/", SignedIn, status=200, signed_in=False, private=True, problems=(401,))
async def login(asking: Asking, body: Login) -> Answer:
    """Sign in with a user name (or e-mail address) and a password."""
    return await asking.answer(methods.LOGIN, body)


@post("/api/auth/token/refresh/", TokenPair, status=200, signed_in=False, private=True, problems=(401,))
async def refresh_tokens(asking: Asking, body: RefreshTokens) -> Answer:
    """Exchange a refresh token for a fresh pair; the old one is spent."""
    return await asking.answer(methods.REFRESH_TOKENS, body)


@get(PROFILE, Profile, private=True)
async def read_profile(asking: Asking) -> Answer:
    """Read your profile."""
    return await asking.answer(methods.READ_PROFILE, Nothing())


@patch(PROFILE, Profile, private=True, conditional=True)
async def update_profile(asking: Asking, body: ProfileChanges) -> Answer:
    """Change fields of your profile."""
    return await _update(asking, body)


@put(PROFILE, Profile, private=True, conditional=True)
async def replace_profile(asking: Asking, body: ProfileReplacement) -> Answer:
    """Replace your profile."""
    return await _update(asking, all_of(body, ProfileChanges))


async def _update(asking: Asking, changes: ProfileChanges) -> Answer:
    if_match = UNSET if asking.if_match is None else asking.if_match
    changed = UpdateProfile(**msgspec.structs.asdict(changes), if_match=if_match)
    reading = (methods.READ_PROFILE, Nothing())
    return answered(await asking.ask_if_matched(methods.UPDATE_PROFILE, changed, reading=reading))


@get("/.well-known/jwks.json", JsonWebKeySet, signed_in=False)
async def read_keys(asking: Asking) -> Answer:
    """Read the public keys that verify access tokens."""
    keys = await asking.ask(methods.JWKS, Nothing())
    return answered(keys, {"Cache-Control": "public, max-age=60", "Vary": "Accept-Encoding"})
