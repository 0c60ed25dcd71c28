"""Give a subscription a new secret."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, insert, or_, select, update

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import asking
from synergy_webhooks.domain.commands import RotateSecret
from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.handlers.create_webhook import key_row
from synergy_webhooks.handlers.needs import Needs
from synergy_webhooks.signatures import new_secret
from synergy_webhooks.tables import secrets

SIGNING: Final = 5
"""Secrets that sign at once, at most, for each is a part of a header: rotated oftener, the oldest sign no more."""


def rotate_secret(command: RotateSecret, *, context: CommandContext, needs: Needs) -> str | None:
    """
    The new secret, which is told here and never again (None when the command is repeated). The former ones sign beside
    it for the overlap, and are destroyed at the first rotation after that. Raises WebhookNotFound.
    """
    secret = new_secret()
    try:
        with needs.uow.stream(projections.stream_of(command.webhook_id), context) as stream:
            if stream.seen is not None:
                return None
            before = queries.subscription(stream.rows, command.webhook_id)
            events = asking.rotate_secret(before, command, since=needs.position(stream.rows))
            mine = secrets.c.webhook_id == command.webhook_id
            last = stream.now + timedelta(hours=command.overlap_hours)
            former = select(secrets.c.key_id).where(mine).order_by(secrets.c.created_at.desc(), secrets.c.key_id.desc())
            spare = stream.rows.execute(former.offset(SIGNING - 1)).scalars().all()

            def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
                over = or_(secrets.c.expires_at <= stream.now, secrets.c.key_id.in_(spare))
                writer.execute(delete(secrets).where(mine, over))
                ends_later = or_(secrets.c.expires_at.is_(None), secrets.c.expires_at > last)
                writer.execute(update(secrets).where(mine, ends_later).values(expires_at=last))
                writer.execute(insert(secrets).values(key_row(command.webhook_id, secret, needs.sealer, stream.now)))
                projections.write(before, recorded, writer)

            stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows)
    except StreamNotFound:
        raise WebhookNotFound from None
    return secret
