"""The outbox: mails are rows, written in the transaction of what they tell of, and sent after it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update

from synergy_auth.domain.mails import compose, wait_after
from synergy_auth.mailing.transports import Transport, Undeliverable
from synergy_auth.projections import FORGOTTEN_AT_ONCE
from synergy_auth.projections.invitations import invitations_forgotten
from synergy_auth.projections.links import links_forgotten
from synergy_auth.tables import mails, users
from synergy_chassis.clock import Clock
from synergy_chassis.sealing import Box, Unsealable
from synergy_chassis.store import UnitOfWork

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(days=7)
"""How long a mail that left, or was given up, is remembered, without what was sealed for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    id: UUID
    kind: str
    address: str | None
    username: str
    sealed: bytes | None
    attempt: int


class Outbox:
    """Sends what is due, one mail at a time; several may do so at once, in one process or many, and share the work."""

    def __init__(self, uow: UnitOfWork, clock: Clock, transport: Transport, box: Box, *, public_url: str) -> None:
        self._uow, self._clock, self._transport, self._box = uow, clock, transport, box
        self._public_url = public_url

    def send_one(self) -> bool:
        """
        Send the mail that has waited longest; whether there was one. One that fails is due again later, so that it
        holds up no other; one whose sender is killed between sending and noting it, is sent twice.
        """
        due = self._claim()
        if due is None:
            return False
        try:
            if due.address is None:
                raise Undeliverable("there is no account to send it to")
            mail = compose(due.kind, self._facts(due))
            self._transport.send(mail, to=due.address)
        except (Undeliverable, Unsealable, KeyError, UnicodeError) as error:
            self._note(due, given_up_at=self._clock.now(), sealed=None)
            log.error("mail-given-up", mail=str(due.id), kind=due.kind, error=str(error)[:200])
        except Exception as error:  # whatever a mail server does
            last = wait_after(due.attempt) is None
            if last:
                self._note(due, given_up_at=self._clock.now(), sealed=None)
            log.warning(
                "mail-not-sent", mail=str(due.id), kind=due.kind, attempt=due.attempt, given_up=last,
                error=f"{type(error).__name__}: {error}"[:200],
            )  # fmt: skip
        else:
            self._note(due, sent_at=self._clock.now(), sealed=None)
            log.info("mail-sent", mail=str(due.id), kind=due.kind)
        return True

    def forget(self) -> int:
        """
        Forget mails that left, or were given up, long ago; how many. Some at a time; others who forget or send at once
        are not waited for.
        """
        before, forgotten = self._clock.now() - KEPT, 0
        old = select(mails.c.id).where((mails.c.sent_at < before) | (mails.c.given_up_at < before))
        batch = old.limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
        while True:
            with self._uow.writing() as rows:
                some = rows.execute(delete(mails).where(mails.c.id.in_(batch))).rowcount
            forgotten += some
            if some < FORGOTTEN_AT_ONCE:
                return forgotten

    def forget_invitations(self) -> None:
        """Forget invitations that expired long ago."""
        with self._uow.writing() as rows:
            rows.execute(invitations_forgotten(before=self._clock.now() - KEPT))

    def forget_links(self) -> None:
        """Forget links that have expired."""
        while True:
            with self._uow.writing() as rows:
                if rows.execute(links_forgotten(at=self._clock.now())).rowcount < FORGOTTEN_AT_ONCE:
                    return

    def _claim(self) -> _Due | None:
        """The next one, due again only after the wait that follows a failure: meanwhile it is nobody else's."""
        now = self._clock.now()
        waiting = mails.c.sent_at.is_(None) & mails.c.given_up_at.is_(None) & (mails.c.due_at <= now)
        first = select(mails).where(waiting).order_by(mails.c.due_at, mails.c.id).limit(1)
        with self._uow.writing() as rows:
            row = rows.execute(first.with_for_update(skip_locked=True)).mappings().one_or_none()
            if row is None:
                return None
            attempt = int(row["attempts"]) + 1
            again = now + (wait_after(attempt) or timedelta(days=1))
            rows.execute(update(mails).where(mails.c.id == row["id"]).values(attempts=attempt, due_at=again))
            owner = None
            if row["user_id"] is not None:
                wanted = select(users.c.username, users.c.email).where(users.c.id == row["user_id"])
                owner = rows.execute(wanted).one_or_none()
            return _Due(
                id=row["id"],
                kind=row["kind"],
                address=row["address"] or (owner.email if owner else None),
                username=owner.username if owner else "",
                sealed=bytes(row["sealed"]) if row["sealed"] is not None else None,
                attempt=attempt,
            )

    def _facts(self, due: _Due) -> Mapping[str, str]:
        told: dict[str, Any] = {}
        if due.sealed is not None:
            told = json.loads(self._box.open(due.sealed, context=due.kind))
        return {"username": due.username, "public_url": self._public_url, **told}

    def _note(self, due: _Due, **values: datetime | None) -> None:
        with self._uow.writing() as rows:
            rows.execute(update(mails).where(mails.c.id == due.id).values(**values))
