"""Open an account."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable

from synergy_auth import projections, queries
from synergy_auth.domain import decide
from synergy_auth.domain.account import Account
from synergy_auth.domain.commands import Register
from synergy_auth.domain.errors import AccountUnavailable, RegistrationClosed
from synergy_auth.domain.events import stream_of
from synergy_auth.domain.invitations import Invitation
from synergy_auth.domain.links import CONFIRM
from synergy_auth.domain.rules import AccountRules
from synergy_auth.handlers.asking import REGISTERING, check_rate
from synergy_auth.handlers.links import mailed_link
from synergy_auth.handlers.needs import Needs
from synergy_auth.handlers.sessions import NewSession, new_session, signed_in
from synergy_auth.handlers.uniqueness import refuse_taken, taken_by
from synergy_auth.hashing import PasswordHashes, token_digest
from synergy_auth.projections import invitations
from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext, EventCodec, RecordedEvent, RowConflict, UnitOfWork, Writer

RowsBeside = Callable[[int, datetime], Sequence[Executable]]


def register(command: Register, context: CommandContext, needs: Needs, *, mode: str) -> dict[str, Any]:
    """
    Open an account and sign in; a mail asks to confirm the address. The same command again: the same account, signed
    in anew. Where only the invited register, the invitation is the new account's then, and nobody else's.

    Raises RegistrationClosed, InvalidField, PasswordRefused, UsernameTaken, EmailTaken, TooManyRequests or
    SigningInBusy.
    """
    decide.may_register(command, mode=mode, invited=_invited(command, needs))
    invitation = command.invitation if mode == "invite" and not command.by_operator else None
    uow, tokens = needs.uow, needs.tokens
    tokens.look_up_keys()
    opened: list[NewSession] = []

    def session_of(account: Account, now: datetime) -> Sequence[Executable]:
        opened[:] = [new_session(account, client=command.client, kind="registered", tokens=tokens, now=now)]
        return opened[0].rows

    def first_session(user_id: int, now: datetime) -> Sequence[Executable]:
        email = command.profile.email
        link = mailed_link(CONFIRM, needs, user_id=user_id, email=email, to=email, at=now)
        return [*session_of(new_account(user_id, command, now=now), now), *link]

    user_id = _open_account(
        command, context, first_session, uow=uow, hashes=needs.hashes, rules=needs.rules, codec=needs.codec,
        refuse=lambda rows: check_rate(rows, REGISTERING, command.client, needs.asking, needs.clock, alone=True),
        invitation=invitation,
    )  # fmt: skip
    if not opened:
        with uow.writing() as rows:
            account = queries.account(rows, user_id, lock=True)
            if account is None or not account.is_active:
                raise AccountUnavailable
            for statement in session_of(account, needs.clock.now()):
                rows.execute(statement)
    with uow.reading() as rows:
        return signed_in(queries.read_profile(rows, user_id, now=needs.clock.now()), opened[0])


def _invited(command: Register, needs: Needs) -> bool:
    """Whether the command brings an invitation that holds; whether it is taken, is asked when the account is opened."""
    if command.invitation is None:
        return False
    with needs.uow.reading() as rows:
        found = queries.invitation(rows, token_digest(command.invitation))
        return found is not None and found.holds(needs.clock.now()) and _can_invite(rows, found)


def _admitted(rows: Connection, token: str, now: datetime) -> Invitation:
    """The invitation, locked, which waits for this account. Raises RegistrationClosed."""
    found = queries.invitation(rows, token_digest(token), lock=True)
    if found is None or not found.waits(now) or not _can_invite(rows, found):
        raise RegistrationClosed
    return found


def _can_invite(rows: Connection, invitation: Invitation) -> bool:
    inviter = queries.account(rows, invitation.invited_by)
    return inviter is not None and inviter.is_active


def new_account(user_id: int, command: Register, *, now: datetime) -> Account:
    """The account that a registration opens, without its password."""
    return Account(
        id=user_id, profile=command.profile, password_hash="", is_active=True, is_superuser=command.superuser,
        created_at=now, updated_at=now,
    )  # fmt: skip


def open_account(
    command: Register,
    context: CommandContext,
    *,
    uow: UnitOfWork,
    hashes: PasswordHashes,
    rules: AccountRules,
    codec: EventCodec,
) -> dict[str, Any]:
    """Open an account for somebody, a superuser's perhaps, without signing in. Raises as `register` does."""

    def logged(user_id: int, now: datetime) -> Sequence[Executable]:
        return [
            projections.security_event(
                new_id(), "registered", at=now, account_key=f"user:{user_id}", user_id=user_id,
                address=command.client.address, user_agent=command.client.user_agent,
            )
        ]  # fmt: skip

    user_id = _open_account(command, context, logged, uow=uow, hashes=hashes, rules=rules, codec=codec)
    with uow.reading() as rows:
        made = queries.account(rows, user_id)
    if made is None:
        raise AccountUnavailable
    return queries.profile_view(made, pending_email=None)


def _open_account(
    command: Register,
    context: CommandContext,
    beside: RowsBeside,
    *,
    uow: UnitOfWork,
    hashes: PasswordHashes,
    rules: AccountRules,
    codec: EventCodec,
    refuse: Callable[[Connection], None] = lambda _: None,
    invitation: str | None = None,
) -> int:
    """
    The id of the account this command opened, now or before; the rows of `beside` are written with it, unless `refuse`
    raises, and the invitation that it needs becomes its own.
    """
    decide.check_registration(command, rules=rules)
    password_hash = hashes.hash(command.password)
    user_id = uow.next_id("users_id")
    try:
        with uow.stream(stream_of(user_id), context, creates=True) as stream:
            if stream.seen is not None:
                return int(stream.seen["user_id"])
            now = stream.now
            admitted = _admitted(stream.rows, invitation, now) if invitation is not None else None
            refuse_taken(stream.rows, command.profile)
            refuse(stream.rows)

            def rows_of(_events: Sequence[RecordedEvent], writer: Writer) -> None:
                writer.execute(
                    projections.account_opened(
                        user_id,
                        command.profile,
                        password_hash=password_hash,
                        superuser=command.superuser,
                        confirmed=command.by_operator,
                        at=now,
                    )
                )
                if admitted is not None:
                    writer.execute(invitations.invitation_accepted(admitted.id, user_id))
                for statement in beside(user_id, now):
                    writer.execute(statement)

            events = decide.register(user_id=user_id, superuser=command.superuser)
            stream.append([codec.encode(event) for event in events], outcome={"user_id": user_id}, rows=rows_of)
    except RowConflict as conflict:
        raise taken_by(conflict) from conflict
    return user_id
