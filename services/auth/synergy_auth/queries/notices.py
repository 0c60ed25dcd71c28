"""From when on people are told what other services' events say."""

from datetime import datetime

from sqlalchemy import Connection, select

from synergy_auth.tables import notice_sources


def told_since(rows: Connection, source: str) -> datetime:
    """Of what this service recorded before, nobody is told."""
    wanted = select(notice_sources.c.since).where(notice_sources.c.source == source)
    since: datetime = rows.execute(wanted).scalar_one()
    return since
