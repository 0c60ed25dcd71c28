"""
The rows a command leaves behind: statements, written in the transaction of its events or on their own.

Auth's rows come from commands, not from events (events name nobody), so they cannot be rebuilt from the log.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Delete, Insert, Select, Update, delete, func, insert, select, update

from synergy_auth.domain.account import PROFILE_FIELDS, Profile, unique_key
from synergy_auth.domain.login_limits import network_of
from synergy_auth.tables import mails, refresh_tokens, revocations, security_events, sessions, users
from synergy_chassis.clock import new_id

FORGOTTEN_AT_ONCE = 200


def account_opened(
    user_id: int, profile: Profile, *, password_hash: str, superuser: bool, confirmed: bool, at: datetime
) -> Insert:
    """The row of a new account; `confirmed`: its address is vouched for."""
    return insert(users).values(
        id=user_id,
        **_profile_columns(profile),
        password_hash=password_hash,
        is_active=True,
        is_superuser=superuser,
        email_confirmed_at=at if confirmed else None,
        created_at=at,
        updated_at=at,
    )


def profile_changed(user_id: int, profile: Profile, *, at: datetime) -> Update:
    """An account's new profile."""
    values = _profile_columns(profile) | {"revision": users.c.revision + 1, "updated_at": at}
    return update(users).where(users.c.id == user_id).values(**values)


def password_rehashed(user_id: int, *, old_hash: str, new_hash: str) -> Update:
    """The same password under today's parameters, unless it was changed meanwhile."""
    unchanged = (users.c.id == user_id) & (users.c.password_hash == old_hash)
    return update(users).where(unchanged).values(password_hash=new_hash)


def password_changed(user_id: int, *, new_hash: str, at: datetime) -> Update:
    """Another password."""
    return update(users).where(users.c.id == user_id).values(password_hash=new_hash, updated_at=at)


def rights_changed(user_id: int, *, is_active: bool, is_superuser: bool, at: datetime) -> Update:
    """What an account may."""
    changed = {"is_active": is_active, "is_superuser": is_superuser, "updated_at": at}
    return update(users).where(users.c.id == user_id).values(**changed)


def session_opened(
    session_id: UUID, user_id: int, *, address: str, user_agent: str, at: datetime, expires_at: datetime
) -> Insert:
    """A new session; `expires_at` is its end however often its tokens rotate."""
    return insert(sessions).values(
        id=session_id,
        user_id=user_id,
        address=address,
        user_agent=user_agent,
        created_at=at,
        last_used_at=at,
        expires_at=expires_at,
    )


def session_used(session_id: UUID, *, at: datetime) -> Update:
    """A session was used to get fresh tokens."""
    return update(sessions).where(sessions.c.id == session_id).values(last_used_at=at)


def session_ended(session_id: UUID, *, at: datetime, because: str) -> Update:
    """A session is over; the first reason stays."""
    living = (sessions.c.id == session_id) & sessions.c.ended_at.is_(None)
    return update(sessions).where(living).values(ended_at=at, ended_because=because)


def sessions_ended(user_id: int, *, at: datetime, because: str, spared: UUID | None) -> Update:
    """All sessions of an account are over but the spared one; the first reason stays."""
    living = (sessions.c.user_id == user_id) & sessions.c.ended_at.is_(None)
    if spared is not None:
        living &= sessions.c.id != spared
    return update(sessions).where(living).values(ended_at=at, ended_because=because)


def sessions_forgotten(*, before: datetime) -> Delete:
    """
    Sessions that were over by then, with their refresh tokens, some at a time; others who clean up at once are not
    waited for.
    """
    over = select(sessions.c.id).where(func.least(sessions.c.ended_at, sessions.c.expires_at) < before)
    some = over.limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
    return delete(sessions).where(sessions.c.id.in_(some))


def generation_begun(user_id: int, generation: int) -> Update:
    """Access tokens of the account are of this generation from now on."""
    return update(users).where(users.c.id == user_id).values(generation=generation)


def session_refused(session_id: UUID, user_id: int, *, until: datetime) -> Insert:
    """Gateways refuse the access tokens of this session until they have expired."""
    return insert(revocations).values(id=new_id(), user_id=user_id, session_id=session_id, until=until)


def generations_refused(user_id: int, *, before: int, spared: UUID | None, until: datetime) -> Insert:
    """Gateways refuse the account's access tokens of generations `before` this one, but those of the spared session."""
    return insert(revocations).values(id=new_id(), user_id=user_id, generation=before, spared=spared, until=until)


def refusals_forgotten(*, at: datetime) -> Delete:
    """What has expired by itself need not be refused any more; others who clean up at once are not waited for."""
    expired = select(revocations.c.id).where(revocations.c.until < at).limit(FORGOTTEN_AT_ONCE)
    return delete(revocations).where(revocations.c.id.in_(expired.with_for_update(skip_locked=True)))


def mail_noted(
    kind: str,
    *,
    at: datetime,
    user_id: int | None,
    address: str | None = None,
    sealed: bytes | None = None,
    given_up_at: datetime | None = None,
) -> Insert:
    """A mail to be sent, to `address` or to that of the account when it is sent; not at all if `given_up_at` is set."""
    return insert(mails).values(
        id=new_id(), kind=kind, user_id=user_id, address=address,
        address_key=unique_key(address) if address is not None else None, sealed=sealed, created_at=at, due_at=at,
        given_up_at=given_up_at,
    )  # fmt: skip


def token_issued(token_id: bytes, session_id: UUID, *, at: datetime, expires_at: datetime) -> Insert:
    """A fresh refresh token."""
    return insert(refresh_tokens).values(
        id=token_id, session_id=session_id, issued_at=at, expires_at=expires_at, retried=False, cancelled=False
    )


def token_spent(token_id: bytes, *, follower: bytes, at: datetime) -> Update:
    """A refresh token was exchanged for `follower`."""
    return update(refresh_tokens).where(refresh_tokens.c.id == token_id).values(spent_at=at, follower=follower)


def token_retried(token_id: bytes, *, follower: bytes) -> Update:
    """A spent token was exchanged once more, for `follower`; its spending time stays."""
    return update(refresh_tokens).where(refresh_tokens.c.id == token_id).values(retried=True, follower=follower)


def token_cancelled(token_id: bytes) -> Update:
    """A token whose answer was lost may no longer be used."""
    return update(refresh_tokens).where(refresh_tokens.c.id == token_id).values(cancelled=True)


def security_event(
    event_id: UUID,
    kind: str,
    *,
    at: datetime,
    account_key: str,
    address: str,
    user_agent: str,
    user_id: int | None = None,
    session_id: UUID | None = None,
    actor_id: int | None = None,
) -> Insert:
    """A line of the security log, which is append-only."""
    return insert(security_events).values(
        id=event_id,
        at=at,
        kind=kind,
        account_key=account_key,
        user_id=user_id,
        session_id=session_id,
        address=address,
        network=network_of(address),
        user_agent=user_agent,
        actor_id=actor_id,
    )


def account_erased(user_id: int) -> Delete:
    """The account, and with it its sessions and their tokens."""
    return delete(users).where(users.c.id == user_id)


def security_log_blanked(user_id: int) -> Select[int]:
    """Addresses and user agents of a user without an account, out of the security log; its lines stay."""
    return select(func.forget_person(user_id))


def _profile_columns(profile: Profile) -> dict[str, str]:
    keys = {"username_key": unique_key(profile.username), "email_key": unique_key(profile.email)}
    return {name: getattr(profile, name) for name in PROFILE_FIELDS} | keys
