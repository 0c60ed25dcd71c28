"""Subscribe a URL to events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select

from synergy_chassis.clock import new_id
from synergy_chassis.sealing import Sealer
from synergy_chassis.store import CommandContext, RecordedEvent, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import decide
from synergy_webhooks.domain.commands import CreateWebhook
from synergy_webhooks.domain.errors import SecretRefused
from synergy_webhooks.handlers.needs import Needs, know_memberships, require_allowed, view
from synergy_webhooks.signatures import new_secret, signing_key
from synergy_webhooks.tables import endpoints, secrets, sequences

_OWNERS: Final = 0x5748
"""Class of the advisory locks by which one owner creates one subscription at a time: the count of 200 is exact."""


def create_webhook(command: CreateWebhook, *, context: CommandContext, needs: Needs) -> dict[str, Any]:
    """The new subscription with its secret, which is told here and never again (None when the command is repeated)."""
    require_allowed(command.url, needs)
    decide.require_known(command.events, needs.catalogue, superuser=command.superuser)
    know_memberships(command.projects, command.owner_id, needs)
    secret = usable(command.secret) if command.secret is not None else new_secret()
    with needs.uow.stream(projections.stream_of(command.webhook_id), context, creates=True) as stream:
        if stream.seen is None:
            stream.rows.execute(select(func.pg_advisory_xact_lock(_OWNERS, command.owner_id % 2**31)))
            events = decide.create_webhook(
                command,
                owned=queries.owned(stream.rows, command.owner_id),
                since=needs.position(stream.rows),
                catalogue=needs.catalogue,
                memberships=queries.memberships_of(stream.rows, command.owner_id),
            )

            def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
                projections.write(None, recorded, writer)
                writer.execute(insert(sequences).values(webhook_id=command.webhook_id))
                writer.execute(insert(endpoints).values(webhook_id=command.webhook_id))
                writer.execute(insert(secrets).values(key_row(command.webhook_id, secret, needs.sealer, stream.now)))

            stream.append(
                [projections.codec.encode(event) for event in events],
                outcome={"webhook_id": str(command.webhook_id)},
                rows=rows,
            )
    made, told = (UUID(stream.seen["webhook_id"]), None) if stream.seen else (command.webhook_id, secret)
    return view(made, command.owner_id, needs) | {"secret": told}


def usable(secret: str) -> str:
    """The secret, if it can sign. Raises SecretRefused."""
    try:
        signing_key(secret)
    except ValueError as error:
        raise SecretRefused(f"{error} Use free text without the prefix, or leave the secret out to get one.") from None
    return secret


def key_row(webhook_id: UUID, secret: str, sealer: Sealer, now: datetime) -> dict[str, Any]:
    """The row that keeps a secret, sealed to its subscription."""
    sealed = sealer.seal(secret.encode(), context=str(webhook_id))
    return {"key_id": new_id(), "webhook_id": webhook_id, "sealed": sealed, "created_at": now}
