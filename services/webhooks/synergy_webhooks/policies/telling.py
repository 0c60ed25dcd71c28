"""From a stored event and what `projects` renders of it to what the receivers are told."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from synergy_contracts.envelope import StoredEvent
from synergy_contracts.projects import Rendered
from synergy_webhooks.bodies import Told
from synergy_webhooks.bodies import render as rendered_as

T = TypeVar("T")

Renderer: TypeAlias = Callable[[list[int]], Sequence[Rendered]]
"""Positions → their bodies, by RPC `projects.render`."""

AT_ONCE: Final = 20
"""Events asked for in one call: with descriptions of 50,000 characters the answer still fits into a message."""


class NotRendered(Exception):
    """`projects` answered, but without an event that its own log holds; trying again may help."""


def begun(work: Callable[[], T]) -> Callable[[], T]:
    """Begins `work` beside its caller; what is answered waits for its end, and gives or raises what it does."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    return done.result


def tell(events: Iterable[StoredEvent], render: Renderer) -> dict[int, Told]:
    """What is told of each event, by position. Raises NotRendered, and what the renderer raises."""
    wanted = list(events)
    told: dict[int, Told] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rendered = {item.position: item for item in render([event.position for event in some])}
        for event in some:
            if event.position not in rendered:
                raise NotRendered(f"projects.render left out position {event.position}")
            told[event.position] = _told(event, rendered[event.position])
    return told


def bodies(wanted: Iterable[tuple[StoredEvent, str]], render: Renderer) -> dict[tuple[UUID, str], bytes]:
    """The bytes of events in formats, each once. Raises as `tell`."""
    formats = {(event.event_id, format): event for event, format in wanted}
    told = tell({event.position: event for event in formats.values()}.values(), render)
    return {key: rendered_as(told[event.position], key[1]) for key, event in formats.items()}


def _told(event: StoredEvent, rendered: Rendered) -> Told:
    return Told(
        event_id=event.event_id,
        type=event.type,
        at=event.recorded_at,
        position=event.position,
        stream=event.stream,
        version=event.version,
        entity=event.entity,
        actor=_actor(event, rendered),
        data=rendered.data,
        changes=rendered.changes,
    )


def _actor(event: StoredEvent, rendered: Rendered) -> dict[str, Any] | None:
    """The person as people read everywhere; by id alone where `projects` does not know the name."""
    if rendered.actor is not None:
        return msgspec.structs.asdict(rendered.actor)
    actor_id = event.meta.get("actor_id")
    return None if actor_id is None else {"id": actor_id}
