"""What became of deliveries whose rows are lost, as their attempts tell."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from synergy_webhooks.tables import OPEN, attempts

SLOW_DOWN = (429, 502, 503, 504)


def attempts_of(rows: Connection, delivery_ids: Iterable[UUID]) -> dict[UUID, list[Row[Any]]]:
    """The attempts of each of these deliveries, in order."""
    wanted = select(attempts).where(attempts.c.delivery_id.in_(list(delivery_ids)))
    found = rows.execute(wanted.order_by(attempts.c.delivery_id, attempts.c.number))
    return {delivery_id: list(some) for delivery_id, some in groupby(found, key=lambda row: row.delivery_id)}


def became(tried: Sequence[Row[Any]], *, asked_at: datetime | None, gone: bool) -> dict[str, Any]:
    """
    Status and counters of a delivery with these attempts, asked for again at `asked_at`, if at all; its subscription
    may be `gone`. Only what has no recorded end is sent (again).
    """
    since = [attempt for attempt in tried if asked_at is None or attempt.at >= asked_at]
    status = _verdict(since[-1]) if since else "pending"
    if gone and status in OPEN:
        status = _verdict(tried[-1]) if tried and _verdict(tried[-1]) not in OPEN else "cancelled"
    refused = [attempt for attempt in since if _verdict(attempt) != "success" and _refuses(attempt)]
    return {
        "status": status,
        "attempts": len(tried),
        "tried_before": len(tried) - len(since),
        "refusals": len(refused),
        "first_failed_at": refused[0].at if refused else None,
        "completed_at": None if status in OPEN else tried[-1].at if tried else asked_at,
    }


def _refuses(attempt: Row[Any]) -> bool:
    """Whether it said no to the delivery, as Outcome.refused has it."""
    return attempt.status_code is not None and attempt.status_code not in SLOW_DOWN


def _verdict(attempt: Row[Any]) -> str:
    """Attempts of before verdicts were kept: the status alone tells."""
    if attempt.verdict is not None:
        return str(attempt.verdict)
    return "success" if attempt.status_code is not None and 200 <= attempt.status_code < 300 else "retrying"
