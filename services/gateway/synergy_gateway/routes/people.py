"""/api/auth/ and /api/users/: new passwords and addresses by mail, finding people, one's own data and its end."""

import asyncio
from typing import Final
from uuid import UUID

import msgspec
import structlog

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.envelope import Nothing
from synergy_contracts.mail import (
    AskReset,
    ConfirmEmail,
    EraseAccount,
    People,
    PersonalData,
    PersonalDataPlace,
    ReadPersonalData,
    ResetPassword,
    SearchPeople,
)
from synergy_contracts.people import Person
from synergy_contracts.refusals import KINDS, Refused
from synergy_contracts.webhooks import DeleteWebhook, ListWebhooks
from synergy_gateway import methods
from synergy_gateway.answers import Answer, done, told
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, post
from synergy_gateway.routes.accounts import PROFILE

log = structlog.get_logger(__name__)

MOST_PEOPLE: Final = 50
MOST_WEBHOOKS: Final = 200
MOST_PARTS: Final = 200
"""Of somebody's own data, of 500 entries each: some 30 MB, which are put together here."""
CHANGED_NOTHING: Final = frozenset(KINDS) - {"unavailable", "too_late"}
"""Kinds of a no after which nothing was changed for certain. Where auth broke down, or its store, nobody knows."""


class _Part(msgspec.Struct, frozen=True):
    """A part of somebody's data as auth wrote it."""

    profile: msgspec.Raw
    sessions: list[msgspec.Raw]
    tokens: msgspec.Raw
    security_events: list[msgspec.Raw]
    more: PersonalDataPlace | None = None


class _Webhook(msgspec.Struct, frozen=True):
    id: UUID


class _Webhooks(msgspec.Struct, frozen=True):
    results: list[_Webhook]


@post("/api/auth/password/reset/", None, status=204, signed_in=False)
async def ask_reset(asking: Asking, body: AskReset) -> Answer:
    """Ask for a mail to set a new password; the answer is the same whether the address is known or not."""
    await asking.ask(methods.ASK_RESET, body)
    return done()


@post("/api/auth/password/reset/confirm/", None, status=204, signed_in=False)
async def reset_password(asking: Asking, body: ResetPassword) -> Answer:
    """Set a new password with the token of the mail; all sessions end, a second factor stays."""
    await asking.ask(methods.RESET_PASSWORD, body)
    return done()


@post("/api/auth/email/confirm/", None, status=204, signed_in=False, problems=(409,))
async def confirm_email(asking: Asking, body: ConfirmEmail) -> Answer:
    """Confirm an e-mail address with the token of the mail; a new one takes effect."""
    await asking.ask(methods.CONFIRM_EMAIL, body)
    return done()


@get("/api/users/", People, private=True)
async def find_people(asking: Asking, query: SearchPeople) -> Answer:
    """Find people: of your projects by part of a name, others by exact user name or confirmed e-mail address."""
    if not query.search:
        return _found([])
    exact, near = await asyncio.gather(
        asking.ask(methods.FIND_PEOPLE, query), asking.ask(methods.FIND_COLLEAGUES, query)
    )
    found = {person.id: person for raw in (exact, near) for person in msgspec.json.decode(raw, type=list[Person])}
    return _found(list(found.values())[:MOST_PEOPLE])


@get("/api/auth/user/export/", PersonalData, private=True, secures=True)
async def read_personal_data(asking: Asking) -> Answer:
    """Read your profile, the sessions and tokens that can still be used, and your whole security log."""
    first = part = await _part(asking, None)
    parts = 1
    while part.more is not None and parts < MOST_PARTS:
        part = await _part(asking, part.more)
        first.sessions.extend(part.sessions)
        first.security_events.extend(part.security_events)
        parts += 1
    whole = {name: getattr(first, name) for name in ("profile", "sessions", "tokens", "security_events")}
    return told(whole | {"complete": part.more is None})


@delete(PROFILE, secures=True)
async def erase_account(asking: Asking, body: EraseAccount) -> Answer:
    """Erase your account, for good; transfer or delete the projects you own first."""
    await asking.ask(methods.PREPARE_LEAVING, Nothing())
    try:
        await asking.ask(methods.ERASE_ACCOUNT, body)
    except Refused as no:
        if no.kind in CHANGED_NOTHING:
            await _stay(asking)
        raise
    await _without_webhooks(asking)
    return done()


async def _part(asking: Asking, after: PersonalDataPlace | None) -> _Part:
    return msgspec.json.decode(await asking.ask(methods.READ_PERSONAL_DATA, ReadPersonalData(after=after)), type=_Part)


def _found(people: list[Person]) -> Answer:
    return told(People(count=len(people), next=None, previous=None, results=people))


async def _stay(asking: Asking) -> None:
    """The account is not erased, and may start projects again; where that cannot be told now, in five minutes."""
    try:
        await asking.ask(methods.STAY, Nothing())
    except (Refused, RpcTimeout, RpcUnavailable) as error:
        log.warning("leaving-not-taken-back", error=f"{type(error).__name__}: {error}"[:200])


async def _without_webhooks(asking: Asking) -> None:
    """Nothing of an erased person's is sent on. What cannot be removed now, an operator's `synergy erase` removes."""
    try:
        listed = await asking.ask(methods.LIST_WEBHOOKS, ListWebhooks(page_size=MOST_WEBHOOKS))
        for webhook in msgspec.json.decode(listed, type=_Webhooks).results:
            await asking.change(methods.DELETE_WEBHOOK, DeleteWebhook(webhook_id=webhook.id), actor=asking.actor)
    except (Refused, RpcTimeout, RpcUnavailable) as error:
        log.warning("webhooks-of-an-erased-person-remain", error=f"{type(error).__name__}: {error}"[:200])
