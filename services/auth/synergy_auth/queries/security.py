"""The security log, as those who may read it see it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, select, tuple_

from synergy_auth.domain.errors import AccountUnavailable
from synergy_auth.queries.accounts import account
from synergy_auth.queries.lists import count_up_to, paged
from synergy_auth.tables import security_events

FAILURES: Final = frozenset({"login_failed", "password_check_failed", "otp_failed", "token_reuse"})
"""Kinds of lines that tell of something that was not let through."""


def list_security_events(
    rows: Connection,
    caller_id: int,
    *,
    everybody_s: bool,
    user: int | None,
    kind: str | None,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """
    Lines of the security log, the latest first: the caller's own, or, where the token says so and the caller is a
    superuser, everybody's, also those of logins under a name of nobody's. `user` narrows it to one account. From where
    a superuser did something to an account, only superusers are told.

    Raises AccountUnavailable.
    """
    caller = account(rows, caller_id)
    if caller is None or not caller.is_active:
        raise AccountUnavailable
    as_superuser = everybody_s and caller.is_superuser
    wanted = select(security_events)
    if not as_superuser:
        wanted = wanted.where(security_events.c.user_id == caller_id)
    if user is not None:
        wanted = wanted.where(security_events.c.user_id == user)
    if kind is not None:
        wanted = wanted.where(security_events.c.kind == kind)
    latest = wanted.order_by(security_events.c.at.desc(), security_events.c.id.desc())
    found = rows.execute(paged(latest, page, page_size)).mappings()
    results = [_view(row, to=None if as_superuser else caller_id) for row in found]
    return {"count": count_up_to(rows, wanted), "results": results}


def own_security_events(
    rows: Connection, user_id: int, *, after: tuple[datetime, UUID] | None, at_most: int
) -> list[dict[str, Any]]:
    """Lines of the account's own log as it sees them, the latest first, those after the one of this time and id."""
    columns = security_events.c
    wanted = select(security_events).where(columns.user_id == user_id)
    if after is not None:
        wanted = wanted.where(tuple_(columns.at, columns.id) < tuple_(*after))
    latest = wanted.order_by(columns.at.desc(), columns.id.desc()).limit(at_most)
    return [_view(row, to=user_id) for row in rows.execute(latest).mappings()]


def _view(row: RowMapping, *, to: int | None) -> dict[str, Any]:
    """A line as `to` may see it, or, None, whoever may see all."""
    told = ("id", "at", "kind", "user_id", "session_id", "actor_id", "address", "user_agent")
    view = {name: row[name] for name in told} | {"outcome": "failure" if row["kind"] in FAILURES else "success"}
    if to is not None and row["actor_id"] not in (None, to):
        view |= {"address": "", "user_agent": ""}  # of somebody else
    return view
