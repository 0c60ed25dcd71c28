"""Where an account is signed in."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, select, tuple_

from synergy_auth.queries.lists import count_up_to, paged
from synergy_auth.tables import personal_tokens, refresh_tokens, sessions


def list_sessions(
    rows: Connection, user_id: int, *, current: UUID | None, now: datetime, page: int, page_size: int
) -> dict[str, Any]:
    """The account's open sessions, the latest first; `current` marks the caller's own."""
    wanted = select(sessions).where(_open(user_id, now))
    found = rows.execute(paged(wanted.order_by(sessions.c.created_at.desc(), sessions.c.id.desc()), page, page_size))
    results = [_view(row, current) for row in found.mappings()]
    return {"count": count_up_to(rows, wanted), "results": results}


def own_sessions(
    rows: Connection,
    user_id: int,
    *,
    current: UUID | None,
    now: datetime,
    after: tuple[datetime, UUID] | None,
    at_most: int,
) -> list[dict[str, Any]]:
    """The account's open sessions, the latest first, those after the one of this time and id."""
    columns = sessions.c
    wanted = select(sessions).where(_open(user_id, now))
    if after is not None:
        wanted = wanted.where(tuple_(columns.created_at, columns.id) < tuple_(*after))
    latest = wanted.order_by(columns.created_at.desc(), columns.id.desc()).limit(at_most)
    return [_view(row, current) for row in rows.execute(latest).mappings()]


def open_among(rows: Connection, user_id: int, session_ids: Collection[UUID], *, now: datetime) -> list[UUID]:
    """Those of these sessions that are the account's and open."""
    wanted = select(sessions.c.id).where(_open(user_id, now), sessions.c.id.in_(session_ids))
    return list(rows.execute(wanted.order_by(sessions.c.id)).scalars())


def check_sessions(rows: Connection, ids: Collection[UUID], *, now: datetime) -> list[UUID]:
    """Those of these sessions and personal access tokens that are not over, whosever they are."""
    open_ones = select(sessions.c.id).where(sessions.c.id.in_(ids), *_not_over(now))
    tokens = personal_tokens.c
    lasting = tokens.expires_at.is_(None) | (tokens.expires_at > now)
    living = select(tokens.id).where(tokens.id.in_(ids), tokens.revoked_at.is_(None), lasting)
    return list(rows.execute(open_ones.union_all(living)).scalars())


def session_of(rows: Connection, token_id: bytes) -> UUID | None:
    """The session that a refresh token belongs to, whatever became of either."""
    wanted = select(refresh_tokens.c.session_id).where(refresh_tokens.c.id == token_id)
    return rows.execute(wanted).scalar_one_or_none()


def _view(row: RowMapping, current: UUID | None) -> dict[str, Any]:
    told = ("id", "address", "user_agent", "created_at", "last_used_at", "expires_at")
    return {name: row[name] for name in told} | {"current": row["id"] == current}


def _open(user_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(sessions.c.user_id == user_id, *_not_over(now))


def _not_over(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return sessions.c.ended_at.is_(None), sessions.c.expires_at > now
