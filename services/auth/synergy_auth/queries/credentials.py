"""Second factors and personal access tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select

from synergy_auth.domain.errors import InvalidToken, TokenNotFound
from synergy_auth.domain.personal_tokens import PersonalToken
from synergy_auth.queries.accounts import account
from synergy_auth.queries.lists import count_up_to, paged
from synergy_auth.tables import personal_tokens, recovery_codes, second_factors


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """A second factor as its row holds it. `last_step` is that of the last code accepted."""

    sealed_secret: bytes
    confirmed: bool
    last_step: int | None


def second_factor(rows: Connection, user_id: int, *, lock: bool = False) -> SecondFactor | None:
    """The account's second factor, confirmed or not; with `lock` nobody else uses a code meanwhile."""
    wanted = select(second_factors).where(second_factors.c.user_id == user_id)
    row = rows.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()
    if row is None:
        return None
    confirmed = row["confirmed_at"] is not None
    return SecondFactor(sealed_secret=bytes(row["sealed_secret"]), confirmed=confirmed, last_step=row["last_step"])


def read_second_factor(rows: Connection, user_id: int) -> dict[str, Any]:
    """Whether signing in needs a second factor, and how many recovery codes are left."""
    found = second_factor(rows, user_id)
    left = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.user_id == user_id)
    return {
        "enabled": found is not None and found.confirmed,
        "recovery_codes_left": rows.execute(left).scalar_one(),
    }


def list_tokens(rows: Connection, user_id: int, *, now: datetime, page: int, page_size: int) -> dict[str, Any]:
    """The account's tokens that may be used, the latest first."""
    wanted = select(personal_tokens).where(_usable(user_id, now))
    latest = wanted.order_by(personal_tokens.c.created_at.desc(), personal_tokens.c.id.desc())
    found = rows.execute(paged(latest, page, page_size)).mappings()
    return {"count": count_up_to(rows, wanted), "results": [token_view(_token(row)) for row in found]}


def token_view(token: PersonalToken) -> dict[str, Any]:
    """A token as its owner sees it, without its text."""
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "hint": token.hint,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }


def usable_tokens(rows: Connection, user_id: int, *, now: datetime) -> int:
    """How many tokens of the account may be used."""
    wanted = select(func.count()).select_from(personal_tokens).where(_usable(user_id, now))
    return rows.execute(wanted).scalar_one()


def personal_token(rows: Connection, user_id: int, token_id: UUID) -> PersonalToken:
    """One of the account's tokens, whatever became of it. Raises TokenNotFound."""
    wanted = select(personal_tokens).where(personal_tokens.c.user_id == user_id, personal_tokens.c.id == token_id)
    row = rows.execute(wanted).mappings().one_or_none()
    if row is None:
        raise TokenNotFound
    return _token(row)


def personal_token_holds(rows: Connection, user_id: int, token_id: UUID, *, now: datetime) -> bool:
    """Whether this is one of the account's tokens that may be used."""
    wanted = select(personal_tokens).where(personal_tokens.c.user_id == user_id, personal_tokens.c.id == token_id)
    row = rows.execute(wanted).mappings().one_or_none()
    return row is not None and _token(row).holds(now)


def verify_token(rows: Connection, digest: bytes, *, now: datetime) -> tuple[PersonalToken, dict[str, Any]]:
    """The token of this digest and whom it lets in. Raises InvalidToken."""
    row = rows.execute(select(personal_tokens).where(personal_tokens.c.digest == digest)).mappings().one_or_none()
    if row is None:
        raise InvalidToken
    token, owner = _token(row), account(rows, row["user_id"])
    if owner is None or not owner.is_active or not token.holds(now):
        raise InvalidToken
    scopes = [scope for scope in token.scopes if scope != "admin" or owner.is_superuser]
    return token, {
        "token_id": token.id,
        "user_id": owner.id,
        "scopes": scopes,
        "superuser": "admin" in scopes,
        "generation": owner.generation,
        "expires_at": token.expires_at,
    }


def _usable(user_id: int, now: datetime) -> ColumnElement[bool]:
    lasting = personal_tokens.c.expires_at.is_(None) | (personal_tokens.c.expires_at > now)
    return (personal_tokens.c.user_id == user_id) & personal_tokens.c.revoked_at.is_(None) & lasting


def _token(row: RowMapping) -> PersonalToken:
    return PersonalToken(
        id=row["id"],
        user_id=row["user_id"],
        name=row["name"],
        scopes=tuple(row["scopes"].split()),
        hint=row["hint"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
