"""Change fields of a subscription."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import decide
from synergy_webhooks.domain.commands import EnableWebhook, UpdateWebhook
from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.handlers.needs import Needs, know_memberships, require_allowed, view
from synergy_webhooks.tables import WAKE_UP, endpoints, lanes


def update_webhook(command: UpdateWebhook, *, context: CommandContext, needs: Needs) -> dict[str, Any]:
    """
    The changed subscription; what waits is sent the new way. A new URL or switching on restarts its back-off clock.

    Raises WebhookNotFound, and what is wrong with the fields.
    """
    with needs.uow.reading() as rows:
        decide.owned_by(queries.subscription(rows, command.webhook_id), command.owner_id)
    if "url" in command.changes:
        require_allowed(str(command.changes["url"]), needs)
    projects = command.changes.get("projects", ())
    know_memberships(projects if isinstance(projects, tuple) else (), command.owner_id, needs)
    try:
        _change(command, context, needs)
    except StreamNotFound:
        raise WebhookNotFound from None
    return view(command.webhook_id, command.owner_id, needs)


def enable_webhook(command: EnableWebhook, *, context: CommandContext, needs: Needs) -> dict[str, Any]:
    """
    The subscription, switched on: what waits goes out, and its endpoint is tried at once, also where it was on already
    and only rests after failures. Raises WebhookNotFound.
    """
    on = UpdateWebhook(webhook_id=command.webhook_id, owner_id=command.owner_id, changes={"is_active": True})
    try:
        _change(on, context, needs, afresh=True)
    except StreamNotFound:
        raise WebhookNotFound from None
    return view(command.webhook_id, command.owner_id, needs)


def _change(command: UpdateWebhook, context: CommandContext, needs: Needs, *, afresh: bool = False) -> None:
    with needs.uow.stream(projections.stream_of(command.webhook_id), context) as stream:
        if stream.seen is not None:
            return
        before = queries.subscription(stream.rows, command.webhook_id)
        events = decide.update_webhook(
            before,
            command,
            since=needs.position(stream.rows),
            catalogue=needs.catalogue,
            memberships=queries.memberships_of(stream.rows, command.owner_id),
        )

        def rows(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
            after = projections.write(before, recorded, writer)
            if afresh or _starts_afresh(before, after):
                mine = endpoints.c.webhook_id == command.webhook_id
                fresh = {"failures": 0, "failing_since": None, "resume_at": None}
                writer.execute(update(endpoints).where(mine).values(fresh))
                writer.execute(update(lanes).where(lanes.c.webhook_id == command.webhook_id).values(rests_until=None))
                writer.execute(select(func.pg_notify(WAKE_UP, "")))

        stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows)


def _starts_afresh(before: Subscription | None, after: Subscription | None) -> bool:
    return before is not None and after is not None and after.is_active and (
        not before.is_active or before.url != after.url
    )  # fmt: skip
