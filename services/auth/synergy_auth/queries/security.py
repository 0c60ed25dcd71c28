"""The security log, as those who may read it see it."""

from typing import Any, Final

from sqlalchemy import Connection, RowMapping, select

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
    superuser, everybody's, also those of logins under a name of nobody's. `user` narrows it to one account.

    Raises AccountUnavailable.
    """
    caller = account(rows, caller_id)
    if caller is None or not caller.is_active:
        raise AccountUnavailable
    wanted = select(security_events)
    if not (everybody_s and caller.is_superuser):
        wanted = wanted.where(security_events.c.user_id == caller_id)
    if user is not None:
        wanted = wanted.where(security_events.c.user_id == user)
    if kind is not None:
        wanted = wanted.where(security_events.c.kind == kind)
    latest = wanted.order_by(security_events.c.at.desc(), security_events.c.id.desc())
    results = [_view(row) for row in rows.execute(paged(latest, page, page_size)).mappings()]
    return {"count": count_up_to(rows, wanted), "results": results}


def _view(row: RowMapping) -> dict[str, Any]:
    told = ("id", "at", "kind", "user_id", "session_id", "actor_id", "address", "user_agent")
    return {name: row[name] for name in told} | {"outcome": "failure" if row["kind"] in FAILURES else "success"}
