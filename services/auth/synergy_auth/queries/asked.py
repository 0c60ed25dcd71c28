"""What was asked for from a network lately."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from synergy_auth.tables import security_events as log


def one_at_a_time(rows: Connection, what: str, network: str) -> None:
    """Until the transaction ends nobody else passes here for this network."""
    rows.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{what} {network}", 1))))


def asked_from(
    rows: Connection, network: str, kinds: Sequence[str], *, since: datetime, at_most: int
) -> list[datetime]:
    """When lines of these kinds were written for the network, the latest `at_most`."""
    spelled: list[ColumnElement[str]] = [literal_column(f"'{kind}'") for kind in kinds]  # as the index has them
    wanted = select(log.c.at).where(log.c.network == network, log.c.kind.in_(spelled), log.c.at > since)
    return list(rows.execute(wanted.order_by(log.c.at.desc()).limit(at_most)).scalars())
