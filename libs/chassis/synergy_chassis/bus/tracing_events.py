"""The handling of events in the traces of the commands that made them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec
from amqp import Message

from synergy_chassis.observing import tracing
from synergy_contracts.envelope import HEADER_TRACEPARENT, StoredEvent

NOTED: Final = "traceparent"
"""Where `StoredEvent.meta` has it."""


@contextmanager
def handled(batch: Sequence[tuple[Message, StoredEvent]]) -> Iterator[list[StoredEvent]]:
    """
    The events of `batch`, to be handled by the block. Of those that belong to a trace each has a span, beneath that of
    its publication, and tells it as its traceparent: what its handling makes belongs there.
    """
    events = [event for _, event in batch]
    if not tracing.recording():
        yield events
        return
    spans: list[tracing.Span] = []
    failure = None
    try:
        yield [_traced(event, message, spans) for message, event in batch]
    except BaseException as error:
        failure = type(error).__name__
        raise
    finally:
        for span in spans:
            span.end(failure)


def _traced(event: StoredEvent, message: Message, spans: list[tracing.Span]) -> StoredEvent:
    parent = (message.headers or {}).get(HEADER_TRACEPARENT) or event.meta.get(NOTED)
    if not isinstance(parent, str):
        return event
    span = tracing.begin(f"process {event.type}", "consumer", parent=parent, messaging__system="rabbitmq")
    spans.append(span)
    return msgspec.structs.replace(event, meta={**event.meta, NOTED: span.traceparent})
