"""Sees to it that owners are told of deliveries that were given up, whichever sender gave them up and died since."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from synergy_webhooks.bodies import TEST
from synergy_webhooks.delivery import statements
from synergy_webhooks.delivery.link import AWAY, Connection, Link
from synergy_webhooks.domain.asking import TOLD_AGAIN_AFTER
from synergy_webhooks.domain.commands import NoteFailure

EVERY: Final = 15.0
"""Seconds between two looks."""

log = structlog.get_logger(__name__)


async def tell_owners(link: Link, note: Callable[[NoteFailure], Awaitable[None]], *, every: float = EVERY) -> None:
    """Looks for deliveries of which nobody was told, and has them noted; until it is cancelled."""
    while True:
        try:
            for command in await link.run(_untold):
                await note(command)
        except AWAY as error:
            log.warning("owners-not-told-yet", error=str(error).strip()[:300])
        await asyncio.sleep(every)


async def _untold(connection: Connection) -> list[NoteFailure]:
    found = await connection.execute(statements.UNTOLD, {"test": TEST, "again": TOLD_AGAIN_AFTER})
    return [
        NoteFailure(
            webhook_id=row["webhook_id"],
            delivery_id=row["delivery_id"],
            event_type=row["event_type"],
            reason=_reason(row),
        )
        for row in await found.fetchall()
    ]


def _reason(row: dict[str, Any]) -> str:
    last = f"It answered {row['status_code']}." if row["status_code"] is not None else row["error"] or ""
    return f"It was tried {row['attempts']} times. {last}".strip()
