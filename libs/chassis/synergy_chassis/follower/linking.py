"""Whether events follow what is held without anything between."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from synergy_chassis.store.positions import Held
from synergy_contracts.envelope import StoredEvent

Linked = Callable[[StoredEvent, Held], bool]
"""Whether this event may follow what is held."""


def joins(event: StoredEvent, held: Held) -> bool:
    """
    What was sent joins what is held. Nothing lies between, nor has anything behind it vanished: the owner of a store
    that was restored to an earlier time tells of predecessors before what is held, and what was sent before the restore
    is of another epoch.
    """
    same_epoch = held.epoch is None or event.epoch in (None, held.epoch)
    return event.previous_position == held.position and same_epoch


def reaches(event: StoredEvent, held: Held) -> bool:
    """What was fetched begins no later than after what is held: the owner was asked for all of it."""
    return event.previous_position <= held.position


def unheard(events: Sequence[StoredEvent], held: Held) -> Iterator[StoredEvent]:
    """What lies after `held`, each once: one batch may hold events twice, when a relay had to send them again."""
    position = held.position
    for event in events:
        if event.position > position:
            position = event.position
            yield event


def chained(events: Sequence[StoredEvent], held: Held, linked: Linked) -> bool:
    """Whether each is `linked` to the one before, and the first to `held`."""
    for event in events:
        if not linked(event, held):
            return False
        held = replace(held, position=event.position)
    return True
