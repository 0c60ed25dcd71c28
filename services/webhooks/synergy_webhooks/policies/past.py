"""The past of the projects store, for replays: which of its events a subscription names, and their bytes."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from synergy_chassis.follower import Owner
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks.domain.commands import ReplayEvents
from synergy_webhooks.domain.matching import matches
from synergy_webhooks.domain.subscription import Subscription
from synergy_webhooks.handlers.needs import Bodies, Found
from synergy_webhooks.policies.matching import PROJECT_STREAM, Match, names, project_id
from synergy_webhooks.policies.telling import NotRendered, Renderer, bodies

AT_ONCE: Final = 500
"""Events that one call sends again, at most; it tells where to go on."""
LOOKED_THROUGH: Final = 10_000
"""Events that one call looks through, at most: it is to be answered within a second or two."""
PAGE: Final = 1_000


class Past:
    """Asks the store's owner. `position` tells up to where deliveries were derived: beyond it nothing is past."""

    def __init__(self, owner: Owner, render: Renderer, position: Callable[[], int]) -> None:
        self._owner = owner
        self._render = render
        self._position = position

    def find(self, asked: ReplayEvents, subscription: Subscription, projects: Collection[int]) -> Found:
        """See History.find. Raises what the owner raises."""
        after = (asked.from_position or 1) - 1 if asked.since is None else self._before(asked.since)
        found: list[Match] = []
        upto, end = after, self._position()
        for seen, event in enumerate(self._events(after)):
            if event.position > end or _beyond(event, asked.to):
                break
            if seen == LOOKED_THROUGH or len(found) == AT_ONCE:
                return _found(found, after, upto, more=True)
            upto = event.position
            if _wanted(event, asked, subscription, projects):
                found.append(Match(event, subscription))
        return _found(found, after, upto, more=False)

    def bodies(self, positions: Sequence[int], format: str) -> Bodies:
        """See History.bodies. Raises NotRendered, and what owner and renderer raise."""
        wanted, found = sorted(positions), list[StoredEvent]()
        while wanted:
            page = self._owner.events_after(wanted[0] - 1, PAGE).events
            here = [event for event in page if event.position in wanted]
            if not here:
                raise NotRendered(f"projects has no event at position {wanted[0]}")
            found += here
            wanted = [position for position in wanted if position > page[-1].position]
        return bodies([(event, format) for event in found], self._render)

    def _events(self, after: int) -> Iterator[StoredEvent]:
        while True:
            page = self._owner.events_after(after, PAGE)
            yield from page.events
            if not page.events or page.read_to <= after:
                return
            after = page.read_to

    def _before(self, since: datetime) -> int:
        """The last position before the first event that was recorded then or later, by halving."""
        low, high = 0, self._owner.head().position
        while low < high:
            middle = (low + high) // 2
            page = self._owner.events_after(middle, 1)
            if page.events and page.events[0].recorded_at < since:
                low = page.events[0].position
            else:
                high = middle
        return low


def _wanted(event: StoredEvent, asked: ReplayEvents, subscription: Subscription, projects: Collection[int]) -> bool:
    if not event.stream.startswith(PROJECT_STREAM) or project_id(event) not in projects:
        return False
    return names(subscription, event) and (not asked.types or matches(asked.types, event.type))


def _beyond(event: StoredEvent, end: int | datetime | None) -> bool:
    if end is None:
        return False
    return event.position > end if isinstance(end, int) else event.recorded_at >= end


def _found(found: Sequence[Match], after: int, upto: int, *, more: bool) -> Found:
    return Found(events=[match.planned(numbered=False) for match in found], after=after, upto=upto, more=more)
