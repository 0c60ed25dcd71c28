"""`synergy webhooks rederive`: the deliveries that there must be, compared with those there are."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from synergy_chassis.clock import Clock
from synergy_chassis.follower import Owner
from synergy_chassis.store import EventLog, RecordedEvent, UnitOfWork
from synergy_contracts.envelope import StoredEvent
from synergy_webhooks.outbox.again import send_again
from synergy_webhooks.policies.place import locked_position
from synergy_webhooks.policies.rederiving import restoring
from synergy_webhooks.policies.rederiving.history import attempts_of
from synergy_webhooks.policies.rederiving.timeline import Derived, Replayed, Timeline
from synergy_webhooks.policies.telling import Renderer

PAGE: Final = 500
"""Events, and deliveries, at a time."""


@dataclass(slots=True)
class Rederived:
    """
    How many deliveries follow from the logs, and how many of them were missing and are made again: `to_send` because
    no success of theirs is on record. `renumbered` have rows with another number than the logs say.
    """

    derived: int = 0
    missing: int = 0
    to_send: int = 0
    renumbered: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"statuses": dict(self.statuses)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rederiver:
    """The logs, and the rows. `check` changes nothing."""

    uow: UnitOfWork
    log: EventLog
    owner: Owner
    render: Renderer
    clock: Clock
    check: bool = False
    progress: Callable[[int, int], None] = lambda done, of: None


def rederive(work: Rederiver) -> Rederived:
    """
    Compares, and makes what is missing, while everything runs; the last part with the follower held up, so that
    nothing is derived twice.
    """
    report, timeline, restored = Rederived(), Timeline(), set[UUID]()
    facts_to = _learn(work, timeline, 0)
    with work.uow.writing() as rows:
        upto = locked_position(rows)
    for event_page in _pages(work.owner, 0, upto):
        _take(work, timeline, timeline.take(event_page), report, restored)
        work.progress(timeline.reached, upto)
    with work.uow.writing() as rows:
        end = locked_position(rows)
        _learn(work, timeline, facts_to)
        for event_page in _pages(work.owner, timeline.reached, end):
            _restored_in(rows, work, timeline, timeline.take(event_page), report, restored)
        timeline.reached = end
        _restored_in(rows, work, timeline, timeline.end(), report, restored)
        for replay in timeline.replays:
            _replayed_in(rows, work, timeline, replay, report, restored)
        if not work.check:
            restoring.count_on(rows, timeline)
            restoring.count_lanes(rows)
    return report


def _take(
    work: Rederiver, timeline: Timeline, derived: Iterator[Derived], report: Rederived, restored: set[UUID]
) -> None:
    for some in _in_parts(derived):
        with work.uow.writing() as rows:
            _compare(rows, work, timeline, some, report, restored)


def _restored_in(
    rows: Connection,
    work: Rederiver,
    timeline: Timeline,
    derived: Iterator[Derived],
    report: Rederived,
    restored: set[UUID],
) -> None:
    for some in _in_parts(derived):
        _compare(rows, work, timeline, some, report, restored)


def _compare(
    rows: Connection,
    work: Rederiver,
    timeline: Timeline,
    some: Sequence[Derived],
    report: Rederived,
    restored: set[UUID],
) -> None:
    there = restoring.there(rows, some)
    missing = [one for one in some if one.planned.delivery_id not in there]
    report.derived += len(some)
    report.missing += len(missing)
    report.renumbered += sum(
        one.planned.delivery_id in there and there[one.planned.delivery_id] != one.sequence for one in some
    )
    restored.update(one.planned.delivery_id for one in missing)
    if missing and not work.check:
        statuses = restoring.restore(
            rows,
            missing,
            asked=timeline.repeated,
            deleted=timeline.deleted,
            render_events=work.render,
            now=work.clock.now(),
        )
        report.statuses.update(statuses.values())
        report.to_send += sum(status in ("pending", "retrying") for status in statuses.values())


def _replayed_in(
    rows: Connection, work: Rederiver, timeline: Timeline, replay: Replayed, report: Rederived, restored: set[UUID]
) -> None:
    """What was replayed for the first time, is derived; what was sent before, is to be sent unless it was since."""
    for page in _pages(work.owner, replay.asked.after, replay.asked.upto):
        meant = [derived for event in page if (derived := replay.derived(event))]
        there = restoring.there(rows, meant)
        new = [one for one in meant if one.planned.delivery_id not in there.keys() | restored]
        timeline.repeated |= {one.planned.delivery_id: replay.at for one in new}
        _compare(rows, work, timeline, new, report, restored)
        if not work.check:
            _again(rows, work, [one for one in meant if one.planned.delivery_id in restored and one not in new], replay)


def _again(rows: Connection, work: Rederiver, known: Sequence[Derived], replay: Replayed) -> None:
    tried = attempts_of(rows, [one.planned.delivery_id for one in known]) if known else {}
    untried = [
        one.planned.event_id
        for one in known
        if not any(attempt.at >= replay.at for attempt in tried.get(one.planned.delivery_id, ()))
    ]
    if untried:
        send_again(rows, replay.subscription.webhook_id, untried, now=work.clock.now())


def _learn(work: Rederiver, timeline: Timeline, after: int) -> int:
    """The facts after a position of the webhooks' own store; tells up to where they were read."""
    while True:
        page = work.log.after(after, PAGE)
        timeline.learn([_recorded(event) for event in page.events])
        if not page.events:
            return page.read_to
        after = page.read_to


def _recorded(event: StoredEvent) -> RecordedEvent:
    return RecordedEvent(
        position=event.position,
        stream=event.stream,
        version=event.version,
        event_id=event.event_id,
        type=event.type,
        schema_version=event.schema_version,
        entity=event.entity,
        data=event.data,
        meta=event.meta,
        recorded_at=event.recorded_at,
        hash=event.hash,
    )


def _pages(owner: Owner, after: int, upto: int) -> Iterator[list[StoredEvent]]:
    while after < upto:
        page = owner.events_after(after, PAGE)
        if events := [event for event in page.events if event.position <= upto]:
            yield events
        if not page.events or page.read_to <= after:
            return
        after = page.read_to


def _in_parts(derived: Iterator[Derived]) -> Iterator[list[Derived]]:
    while some := list(islice(derived, PAGE)):
        yield some
