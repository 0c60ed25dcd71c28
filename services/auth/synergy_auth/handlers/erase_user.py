"""Forget a person."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, select

from synergy_auth import projections, queries
from synergy_auth.domain.account import unique_key
from synergy_auth.domain.events import UserErased, stream_of
from synergy_auth.handlers.needs import REFUSED_LONGER
from synergy_auth.projections.invitations import address_erased, mailed_to
from synergy_auth.tables import (
    invitations,
    mails,
    personal_tokens,
    refresh_tokens,
    second_factors,
    security_events,
    sessions,
    users,
)
from synergy_chassis.store import CommandContext, EventCodec, RecordedEvent, UnitOfWork, Writer
from synergy_chassis.store.erasing import Erasure, Fate, Trace, counted, events_of


def erase_user(
    person: str,
    *,
    dry_run: bool,
    context: CommandContext,
    uow: UnitOfWork,
    codec: EventCodec,
    access_lifetime: timedelta,
) -> Erasure:
    """
    Delete the account of `person` (see queries.id_meant) with its sessions and tokens, and say so by an event, from
    which other services learn to drop the name.
    Access tokens are refused from then on. Asked again it does nothing more. What remains are ids.

    Raises PersonNotFound when it is no id and nobody's name, PersonUnclear when it is one's id and another's name.
    """
    with uow.reading() as rows:
        user_id = queries.id_meant(rows, person)
        account = queries.account(rows, user_id)
        email = account.profile.email if account is not None else None
        erasure = Erasure(service="auth", user_id=user_id, dry_run=dry_run, traces=_traces(rows, user_id, email))
    if account is not None and not dry_run:
        _erase(user_id, context, uow, codec, access_lifetime)
    return erasure


def _erase(
    user_id: int, context: CommandContext, uow: UnitOfWork, codec: EventCodec, access_lifetime: timedelta
) -> None:
    with uow.stream(stream_of(user_id), context) as stream:
        account = queries.account(stream.rows, user_id)
        if stream.seen is not None or account is None:
            return

        def rows_of(_events: Sequence[RecordedEvent], writer: Writer) -> None:
            until = stream.now + access_lifetime + REFUSED_LONGER
            writer.execute(
                projections.generations_refused(user_id, before=account.generation + 1, spared=None, until=until)
            )
            for erased in address_erased(account.profile.email):
                writer.execute(erased)
            writer.execute(projections.account_erased(user_id))
            writer.execute(projections.security_log_blanked(user_id))

        stream.append([codec.encode(UserErased(user_id=user_id))], outcome={"user_id": user_id}, rows=rows_of)


def _traces(rows: Connection, user_id: int, email: str | None) -> list[Trace]:
    mine = sessions.c.user_id == user_id
    written, invited = mails.c.user_id == user_id, invitations.c.invited_by == user_id
    if email is not None:
        written |= mailed_to(email)
        invited |= invitations.c.email_key == unique_key(email)
    logged = security_events.c.user_id == user_id
    addressed = (logged | (security_events.c.actor_id == user_id)) & (security_events.c.address != "")
    tokens = refresh_tokens.c.session_id.in_(select(sessions.c.id).where(mine))
    found: list[tuple[str, int, str, Fate]] = [
        ("users", counted(rows, users.c.id == user_id), "names, addresses, profile, password", "erased"),
        ("sessions", counted(rows, mine), "addresses and user agents", "erased"),
        ("refresh_tokens", counted(rows, tokens), "hashes of tokens", "erased"),
        ("second_factors", counted(rows, second_factors.c.user_id == user_id), "sealed secrets", "erased"),
        ("personal_tokens", counted(rows, personal_tokens.c.user_id == user_id), "names, hashes of tokens", "erased"),
        ("mails", counted(rows, written), "addresses", "erased"),
        ("invitations", counted(rows, invited), "the address, or those of others", "erased"),
        ("security_events", counted(rows, addressed), "addresses and user agents", "erased"),
        ("security_events", counted(rows, logged), "what happened when, with the id", "kept"),
        ("store.events", events_of(rows, stream_of(user_id)), "what happened to the account, with the id", "kept"),
    ]
    return [Trace(place=place, rows=count, holds=holds, fate=fate) for place, count, holds, fate in found]
