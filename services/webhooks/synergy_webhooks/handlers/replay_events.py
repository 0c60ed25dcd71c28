"""Send stored events again, or for the first time."""

from collections.abc import Sequence
from typing import Any

from synergy_chassis.store import CommandContext, RecordedEvent, StreamNotFound, Writer
from synergy_webhooks import projections, queries
from synergy_webhooks.domain import asking, decide
from synergy_webhooks.domain.commands import ReplayEvents
from synergy_webhooks.domain.errors import WebhookNotFound
from synergy_webhooks.handlers.needs import Found, Needs
from synergy_webhooks.outbox import again
from synergy_webhooks.outbox import rows as outbox
from synergy_webhooks.outbox.planned import Planned


def replay_events(command: ReplayEvents, *, context: CommandContext, needs: Needs) -> dict[str, Any]:
    """
    What was replayed, and where to go on if there is more. Of the projects that the owner belongs to today, the events
    in the range that the subscription names are sent under their own ids: what it was sent before, once more; what it
    was not, for the first time, without a number.

    Raises WebhookNotFound, WebhookInactive (not in a dry run), RangeRefused, UnknownReplayType.
    """
    asking.require_range(command, needs.catalogue.anybody)
    with needs.uow.reading() as rows:
        mine = decide.owned_by(queries.subscription(rows, command.webhook_id), command.owner_id)
        projects = queries.memberships_of(rows, command.owner_id)
    if not command.dry_run:
        asking.require_active(mine)
    found = needs.history.find(command, mine, projects)
    if not command.dry_run:
        try:
            found = _send(command, found, context, needs)
        except StreamNotFound:
            raise WebhookNotFound from None
    return {
        "webhook": command.webhook_id,
        "dry_run": command.dry_run,
        "events": len(found.events),
        "from_position": found.after + 1,
        "to_position": found.upto,
        "next_position": found.upto + 1 if found.more else None,
    }


def _send(command: ReplayEvents, found: Found, context: CommandContext, needs: Needs) -> Found:
    with needs.uow.reading() as rows:
        there = again.known(rows, command.webhook_id, [one.event_id for one in found.events])
        kept = queries.bodies_kept(rows, [(one.event_id, one.format) for one in found.events])
    lacking = [one for one in found.events if (one.event_id, one.format) not in kept]
    rendered: dict[Any, bytes] = {}
    for format in {one.format for one in lacking}:
        rendered |= needs.history.bodies([one.position for one in lacking if one.format == format], format)
    with needs.uow.stream(projections.stream_of(command.webhook_id), context) as stream:
        if stream.seen is not None:
            return found
        before = queries.subscription(stream.rows, command.webhook_id)
        events = asking.replay_events(
            before,
            command,
            after=found.after,
            upto=found.upto,
            found=len(found.events),
            since=needs.position(stream.rows),
        )
        there = again.known(stream.rows, command.webhook_id, [one.event_id for one in found.events])
        new: list[Planned] = [one for one in found.events if one.event_id not in there]

        def rows_of(recorded: Sequence[RecordedEvent], writer: Writer) -> None:
            outbox.keep_bodies(stream.rows, rendered, now=stream.now)
            again.send_again(stream.rows, command.webhook_id, list(there), now=stream.now)
            if new:
                outbox.write(stream.rows, new, dict, now=stream.now)
            projections.write(before, recorded, writer)

        stream.append([projections.codec.encode(event) for event in events], outcome={}, rows=rows_of)
    return found
