"""What another service's events mean here: of some, people are told by mail."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection

from synergy_auth import queries
from synergy_auth.mailing.outbox import KEPT
from synergy_auth.projections.notices import notice_noted
from synergy_chassis.clock import Clock
from synergy_chassis.sealing import Box
from synergy_contracts.envelope import StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    The mail of this `kind` (domain.mails). `to` names the field of the event with the id of the user who is told, or
    the ids of several; `facts` those that the text tells.
    """

    kind: str
    to: str
    facts: tuple[str, ...]


NOTICES: Final[Mapping[str, Mapping[str, Notice]]] = {
    "webhooks": {
        "webhook.disabled": Notice(kind="webhook_disabled", to="owner_id", facts=("webhook_id", "name", "reason")),
        "webhook.delivery_failed": Notice(
            kind="webhook_delivery_failed",
            to="owner_id",
            facts=("webhook_id", "name", "delivery_id", "event_type", "reason"),
        ),
    },
}
"""Which events mean a mail, by the service whose they are. A revision says since when it is followed."""

NEWS: Final = KEPT - timedelta(days=1)
"""What is older is told no more: its mail may have been sent and forgotten. A day is for clocks that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPeople:
    """Puts the mails that events of `source` mean into the outbox, sealed, in the transaction of the position."""

    source: str
    box: Box
    clock: Clock

    def __call__(self, events: Sequence[StoredEvent], rows: Connection) -> None:
        """One mail for each event and person, however often the event comes. Other events mean nothing."""
        meant = [(event, notice) for event in events if (notice := NOTICES[self.source].get(event.type))]
        if not meant:
            return
        now = self.clock.now()
        since = max(queries.told_since(rows, self.source), now - NEWS)
        for event, notice in meant:
            if event.recorded_at < since:
                continue
            for user_id in people(event.data.get(notice.to)):
                sealed = self.box.seal(_facts(event, notice), context=notice.kind)
                rows.execute(notice_noted(notice.kind, event_id=event.event_id, user_id=user_id, sealed=sealed, at=now))


def people(told: Any) -> list[int]:
    """The ids in a field that holds one, several or none; events of old versions may lack it."""
    if told is None:
        return []
    return sorted({int(user_id) for user_id in told}) if isinstance(told, list) else [int(told)]


def _facts(event: StoredEvent, notice: Notice) -> bytes:
    return json.dumps({name: str(event.data[name]) for name in notice.facts}).encode()
