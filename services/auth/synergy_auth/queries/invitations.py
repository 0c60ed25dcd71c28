"""Invitations to projects."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, select

from synergy_auth.domain.account import unique_key
from synergy_auth.domain.invitations import Invitation
from synergy_auth.queries.accounts import people
from synergy_auth.queries.lists import count_up_to, paged
from synergy_auth.tables import invitations


def invitation(rows: Connection, digest: bytes, *, lock: bool = False) -> Invitation | None:
    """The invitation of this digest, whatever became of it; with `lock` nobody else accepts it meanwhile."""
    wanted = select(invitations).where(invitations.c.digest == digest)
    row = rows.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()
    return None if row is None else _of(row)


def invitation_of(rows: Connection, invitation_id: UUID, project_id: int) -> Invitation | None:
    """The project's invitation with this id."""
    wanted = select(invitations).where(invitations.c.id == invitation_id, invitations.c.project_id == project_id)
    row = rows.execute(wanted.with_for_update()).mappings().one_or_none()
    return None if row is None else _of(row)


def invitations_sent(rows: Connection, user_id: int, *, since: datetime) -> int:
    """How many the account sent; asked at the same time, one after the other."""
    rows.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"invitations {user_id}", 1))))
    sent = select(func.count()).where(invitations.c.invited_by == user_id, invitations.c.created_at > since)
    return rows.execute(sent).scalar_one()


def invitations_to(rows: Connection, user_id: int, email: str, *, since: datetime) -> int:
    """How many the account sent to this address."""
    sent = select(func.count()).where(
        invitations.c.email_key == unique_key(email), invitations.c.invited_by == user_id,
        invitations.c.created_at > since,
    )  # fmt: skip
    return rows.execute(sent).scalar_one()


def list_invitations(rows: Connection, project_id: int, *, now: datetime, page: int, page_size: int) -> dict[str, Any]:
    """The project's invitations that wait for an answer, the latest first."""
    wanted = select(invitations).where(
        invitations.c.project_id == project_id, invitations.c.accepted_by.is_(None),
        invitations.c.cancelled_at.is_(None), invitations.c.expires_at > now,
    )  # fmt: skip
    latest = wanted.order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
    found = [_of(row) for row in rows.execute(paged(latest, page, page_size)).mappings()]
    names = {person["id"]: person for person in people(rows, [one.invited_by for one in found])}
    return {
        "count": count_up_to(rows, wanted),
        "results": [invitation_view(one, names[one.invited_by]) for one in found],
    }


def invitation_view(one: Invitation, invited_by: dict[str, Any]) -> dict[str, Any]:
    """An invitation as those who may invite see it."""
    return {
        "id": one.id,
        "project": one.project_id,
        "email": one.email,
        "role": one.role,
        "invited_by": invited_by,
        "created_at": one.created_at,
        "expires_at": one.expires_at,
    }


def _of(row: RowMapping) -> Invitation:
    return Invitation(
        id=row["id"],
        project_id=row["project_id"],
        role=row["role"],
        email=row["email"],
        invited_by=row["invited_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        accepted_by=row["accepted_by"],
        cancelled_at=row["cancelled_at"],
    )
