"""The publication of events in the traces of the commands that made them."""

from collections.abc import Sequence

import msgspec

from synergy_chassis.observing import tracing
from synergy_chassis.relay.ledger import OutgoingEvent


class _Meta(msgspec.Struct, frozen=True):
    traceparent: str | None = None


_metas = msgspec.json.Decoder(_Meta)


def publications(events: Sequence[OutgoingEvent]) -> dict[int, tracing.Span]:
    """A span for each event that belongs to a trace, by position; none where nobody records."""
    if not tracing.recording():
        return {}
    parents = {event.position: (event.type, _metas.decode(event.meta).traceparent) for event in events}
    return {
        position: tracing.begin(f"publish {kind}", "producer", parent=parent, messaging__system="rabbitmq")
        for position, (kind, parent) in parents.items()
        if parent
    }
