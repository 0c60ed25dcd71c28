"""Accounts as superusers see them."""

from typing import Any

from sqlalchemy import Connection, func, or_, select

from synergy_auth.domain.account import Account, unique_key
from synergy_auth.domain.errors import AccountUnavailable, SuperuserRequired
from synergy_auth.queries.accounts import account, accounts
from synergy_auth.queries.lists import count_up_to, paged
from synergy_auth.tables import users


def require_superuser(rows: Connection, caller_id: int) -> None:
    """Raises AccountUnavailable or SuperuserRequired for whoever is none at this moment, whatever the token says."""
    caller = account(rows, caller_id)
    if caller is None or not caller.is_active:
        raise AccountUnavailable
    if not caller.is_superuser:
        raise SuperuserRequired


def list_users(
    rows: Connection, caller_id: int, *, search: str | None, is_active: bool | None, page: int, page_size: int
) -> dict[str, Any]:
    """All accounts by id, or those whose name or address contains `search`. Raises as require_superuser."""
    require_superuser(rows, caller_id)
    wanted = select(users)
    if search:
        key = unique_key(search)
        columns = (users.c.username_key, users.c.email_key)
        wanted = wanted.where(or_(*(column.contains(key, autoescape=True) for column in columns)))
    if is_active is not None:
        wanted = wanted.where(users.c.is_active == is_active)
    found = accounts(rows, paged(wanted.order_by(users.c.id), page, page_size))
    return {"count": count_up_to(rows, wanted), "results": [user_view(one) for one in found]}


def user_view(found: Account) -> dict[str, Any]:
    """An account as a superuser sees it."""
    profile = found.profile
    return {
        "id": found.id,
        "username": profile.username,
        "email": profile.email,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "is_active": found.is_active,
        "is_superuser": found.is_superuser,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def other_superusers(rows: Connection, user_id: int) -> int:
    """
    How many other superusers can sign in. Until the transaction ends nobody else asks, so of two who would stop being
    superusers at once the second sees what became of the first.
    """
    rows.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("superusers", 1))))
    others = (users.c.id != user_id) & users.c.is_superuser & users.c.is_active
    return rows.execute(select(func.count()).select_from(users).where(others)).scalar_one()
