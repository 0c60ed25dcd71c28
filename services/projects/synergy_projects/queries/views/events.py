"""Stored events as clients see them."""

from synergy_chassis.store import RecordedEvent
from synergy_projects.queries.views.shared import People, View, person


def past_event(stored: RecordedEvent, people: People) -> View:
    """An event as it is stored, with its actor's name of today."""
    return {
        "version": stored.version,
        "position": stored.position,
        "event_id": stored.event_id,
        "type": stored.type,
        "entity": stored.entity,
        "actor": actor_of(stored, people),
        "time": stored.recorded_at,
        "data": stored.data,
        "hash": stored.hash,
    }


def actor_of(stored: RecordedEvent, people: People) -> View | None:
    """Who did it, None where nobody is known to have."""
    actor_id = stored.meta.get("actor_id")
    return None if actor_id is None else person(actor_id, people)
