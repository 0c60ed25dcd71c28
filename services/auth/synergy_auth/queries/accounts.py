"""Accounts, and what signing in needs to know of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    any_,
    literal,
    select,
)

from synergy_auth.domain.account import PROFILE_FIELDS, Account, Profile, full_name, unique_key
from synergy_auth.domain.errors import AccountUnavailable, PersonNotFound
from synergy_auth.domain.links import CONFIRM
from synergy_auth.domain.rotation import RefreshToken
from synergy_auth.tables import mail_links, refresh_tokens, sessions, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A refresh token with its follower, and the session they belong to."""

    token: RefreshToken
    follower: RefreshToken | None
    session_id: UUID
    user_id: int
    expires_at: datetime
    ended_at: datetime | None

    def over(self, now: datetime) -> bool:
        """Whether the session ended or came to its end."""
        return self.ended_at is not None or self.expires_at <= now


def account(rows: Connection, user_id: int, *, lock: bool = False) -> Account | None:
    """The account with this id, if there is one; with `lock` it stays as it is until the transaction ends."""
    wanted = select(users).where(users.c.id == user_id)
    row = rows.execute(wanted.with_for_update(read=True) if lock else wanted).mappings().one_or_none()
    return None if row is None else _of(row)


def account_named(rows: Connection, name: str) -> Account | None:
    """The account someone means who logs in as `name`: an address if it has an @, else a user name."""
    column = users.c.email_key if "@" in name else users.c.username_key
    row = rows.execute(select(users).where(column == unique_key(name))).mappings().one_or_none()
    return None if row is None else _of(row)


def read_profile(rows: Connection, user_id: int, *, now: datetime) -> dict[str, Any]:
    """The caller's own account. Raises AccountUnavailable when it is disabled or gone."""
    found = account(rows, user_id)
    if found is None or not found.is_active:
        raise AccountUnavailable
    return profile_view(found, pending_email=pending_email(rows, found, now=now))


def profile_view(found: Account, *, pending_email: str | None) -> dict[str, Any]:
    """An account as its owner sees it."""
    return asdict(found.profile) | {
        "id": found.id,
        "email_confirmed": found.email_confirmed_at is not None,
        "pending_email": pending_email,
        "is_superuser": found.is_superuser,
        "revision": found.revision,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def people(rows: Connection, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Names of these users by id, disabled ones too (their work keeps its author); unknown ids are left out."""
    wanted = sorted({number for number in ids if 0 < number < 2**63})
    found = rows.execute(
        select(users).where(users.c.id == any_(literal(wanted, ARRAY(BigInteger)))).order_by(users.c.id)
    ).mappings()
    return [_person(row) for row in found]


def find_person(rows: Connection, username: str) -> dict[str, Any]:
    """The active user with exactly this name, case aside. Raises PersonNotFound."""
    wanted = _called(unique_key(username)) & users.c.is_active
    row = rows.execute(select(users).where(wanted)).mappings().one_or_none()
    if row is None:
        raise PersonNotFound
    return _person(row)


def find_people(rows: Connection, search: str) -> list[dict[str, Any]]:
    """The active users with exactly this name, or this confirmed address, case aside."""
    key = unique_key(search)
    addressed = (users.c.email_key == key) & users.c.email_confirmed_at.is_not(None)
    wanted = users.c.is_active & (_called(key) | addressed)
    return [_person(row) for row in rows.execute(select(users).where(wanted).order_by(users.c.id)).mappings()]


def _called(key: str) -> ColumnElement[bool]:
    """Whose user name has this key. A name with an @ is an address: only who has confirmed it is found by it."""
    named = users.c.username_key == key
    return named & users.c.email_confirmed_at.is_not(None) if "@" in key else named


def pending_email(rows: Connection, found: Account, *, now: datetime) -> str | None:
    """The address that takes the place of the account's when it is confirmed, while it can be."""
    waiting = select(mail_links.c.email).where(
        mail_links.c.user_id == found.id, mail_links.c.kind == CONFIRM, mail_links.c.email != found.profile.email,
        mail_links.c.expires_at > now,
    )  # fmt: skip
    return rows.execute(waiting.order_by(mail_links.c.created_at.desc()).limit(1)).scalar_one_or_none()


def taken(rows: Connection, profile: Profile, *, apart_from: int | None = None) -> tuple[bool, bool]:
    """Whether another account has this user name, and whether one has this address."""
    name, address = unique_key(profile.username), unique_key(profile.email)
    others = select(users.c.id, users.c.username_key, users.c.email_key).where(
        (users.c.username_key == name) | (users.c.email_key == address)
    )
    found = [row for row in rows.execute(others) if row.id != apart_from]
    return any(row.username_key == name for row in found), any(row.email_key == address for row in found)


def family(rows: Connection, token_id: bytes) -> Family | None:
    """
    The token with this id, its follower and its session, whose row is locked: one rotation of a family at a time.

    None where there is no such token.
    """
    named = select(refresh_tokens.c.session_id).where(refresh_tokens.c.id == token_id)
    session_id = rows.execute(named).scalar_one_or_none()
    if session_id is None:
        return None
    locked = select(sessions).where(sessions.c.id == session_id).with_for_update()
    session = rows.execute(locked).mappings().one_or_none()
    token = _token(rows, token_id)  # only now: under the lock nobody changes it
    if session is None or token is None:  # erased or forgotten meanwhile
        return None
    return Family(
        token=token,
        follower=_token(rows, token.follower) if token.follower is not None else None,
        session_id=session_id,
        user_id=session["user_id"],
        expires_at=session["expires_at"],
        ended_at=session["ended_at"],
    )


def _token(rows: Connection, token_id: bytes) -> RefreshToken | None:
    row = rows.execute(select(refresh_tokens).where(refresh_tokens.c.id == token_id)).mappings().one_or_none()
    if row is None:
        return None
    return RefreshToken(
        id=bytes(row["id"]),
        expires_at=row["expires_at"],
        spent_at=row["spent_at"],
        follower=bytes(row["follower"]) if row["follower"] is not None else None,
        retried=row["retried"],
        cancelled=row["cancelled"],
    )


def accounts(rows: Connection, statement: Select[Any]) -> list[Account]:
    """The accounts that the statement selects whole."""
    return [_of(row) for row in rows.execute(statement).mappings()]


def _of(row: RowMapping) -> Account:
    return Account(
        id=row["id"],
        profile=_profile(row),
        password_hash=row["password_hash"],
        is_active=row["is_active"],
        is_superuser=row["is_superuser"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        generation=row["generation"],
        revision=row["revision"],
        email_confirmed_at=row["email_confirmed_at"],
    )


def _profile(row: RowMapping) -> Profile:
    return Profile(**{name: row[name] for name in PROFILE_FIELDS})


def _person(row: RowMapping) -> dict[str, Any]:
    return {"id": row["id"], "username": row["username"], "full_name": full_name(_profile(row))}
