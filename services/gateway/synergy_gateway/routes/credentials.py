"""/api/auth/: the second factor, and personal access tokens."""

from uuid import UUID

import msgspec

from synergy_contracts.credentials import (
    BeginSecondFactor,
    CreateToken,
    GiveOtp,
    ListTokens,
    NewSecondFactor,
    NewToken,
    RecoveryCodes,
    SecondFactor,
    TokenRef,
    TokenView,
)
from synergy_contracts.envelope import Nothing
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, post
from synergy_gateway.pages import Listing

SECOND_FACTOR = "/api/auth/2fa/"
TOKENS = "/api/auth/tokens/"
TOKEN = "/api/auth/tokens/{token_id}/"  # noqa: S105 (an address)


class _Token(msgspec.Struct, frozen=True):
    id: UUID


@get(SECOND_FACTOR, SecondFactor, private=True, secures=True)
async def read_second_factor(asking: Asking) -> Answer:
    """Read whether signing in needs a second factor."""
    return await asking.answer(methods.READ_SECOND_FACTOR, Nothing())


@post(SECOND_FACTOR, NewSecondFactor, status=200, private=True, secures=True)
async def begin_second_factor(asking: Asking, body: BeginSecondFactor) -> Answer:
    """Get a secret for an authenticator app with your password; it counts once you confirm it."""
    return await asking.answer(methods.BEGIN_SECOND_FACTOR, body)


@post("/api/auth/2fa/confirm/", RecoveryCodes, status=200, private=True, secures=True)
async def confirm_second_factor(asking: Asking, body: GiveOtp) -> Answer:
    """Confirm the second factor with a code of the app; you get recovery codes, once."""
    return await asking.answer(methods.CONFIRM_SECOND_FACTOR, body)


@delete(SECOND_FACTOR, secures=True)
async def remove_second_factor(asking: Asking, body: GiveOtp) -> Answer:
    """Remove the second factor, with a code."""
    await asking.ask(methods.REMOVE_SECOND_FACTOR, body)
    return done()


@get(TOKENS, Listing[TokenView], private=True, secures=True)
async def list_tokens(asking: Asking, query: ListTokens) -> Answer:
    """List your personal access tokens."""
    return await asking.page(methods.LIST_TOKENS, query)


@post(TOKENS, NewToken, private=True, secures=True)
async def create_token(asking: Asking, body: CreateToken) -> Answer:
    """Make a personal access token; its text is shown this once."""
    made = await asking.ask(methods.CREATE_TOKEN, body)
    return created(made, TOKEN.format(token_id=identified(made, _Token).id))


@delete(TOKEN, secures=True)
async def revoke_token(asking: Asking, token_id: UUID) -> Answer:
    """Revoke a personal access token."""
    await asking.ask(methods.REVOKE_TOKEN, TokenRef(token_id=token_id))
    return done()
