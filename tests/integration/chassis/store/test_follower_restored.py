"""A consumer whose owner was restored to an earlier time, or only seems so."""

import msgspec
import pytest
from integration.chassis.store.conftest import Store
from integration.chassis.store.consumers import AT_ONCE, Consumer, Owner, a_consumer, six_events  # noqa: F401 (fixtures)

from synergy_chassis.follower import Follower
from synergy_chassis.store import positions
from synergy_contracts.envelope import EventsPage, Head


def test_a_restored_owner_is_followed_anew(store: Store, events) -> None:
    applied: list[int] = []
    owner = Owner(store.log)
    follower = Follower(
        store.engine, consumer="c", source="things", owner=owner, patience=AT_ONCE,
        apply=lambda events, _: applied.extend(event.position for event in events),
    )  # fmt: skip
    follower.take([])
    before = store.log.head()
    store.admin("SELECT store.new_epoch()")
    store.append("thing-0")
    after = store.log.head()
    assert before.epoch != after.epoch
    assert after.position > 1_000_000_000, "no position from before the restore is used again"

    follower.take([])
    assert [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, after.position] == applied
    assert after.position == follower.position()


def test_what_a_restored_owner_sends_is_not_taken_for_the_next_event(store: Store, events) -> None:
    consumer = Consumer(store)
    consumer.follower.take(events[:5])
    with store.uow.reading() as rows:
        assert positions.read(rows, consumer.place).epoch is None
    consumer.follower.take([])
    sent = msgspec.structs.replace(events[5], position=100, previous_position=2)  # what was held, 6, is no more there

    consumer.owner.asked.clear()
    consumer.follower.take([sent])

    assert consumer.follower.progress.gaps == 1
    assert consumer.names() == [1, 2, 3, 4, 5, 6]


def test_what_was_sent_before_a_restore_is_not_applied_after_it(consumer: Consumer, events) -> None:
    consumer.follower.take([])
    epoch = consumer.owner.head().epoch
    forgotten = msgspec.structs.replace(events[5], position=7, previous_position=6, epoch="before the restore")

    consumer.follower.take([forgotten])
    assert (consumer.names(), consumer.follower.position()) == ([1, 2, 3, 4, 5, 6], 6)

    consumer.store.append("thing-0")
    sent = [msgspec.structs.replace(event, epoch=epoch) for event in consumer.store.log.after(6).events]
    consumer.owner.asked.clear()
    consumer.follower.take(sent)
    assert (consumer.names()[-1], consumer.owner.asked) == (7, [])


def test_the_owner_is_not_asked_to_count_its_log_for_it(consumer: Consumer) -> None:
    consumer.follower.take([])
    consumer.store.admin("SELECT store.new_epoch()")
    consumer.store.append("thing-0")
    consumer.owner.tally = lambda position: pytest.fail("a long log is not counted in time")
    lost: list[int] = []
    consumer.follower._lost = lambda after, _: lost.append(after)
    consumer.follower._apply = lambda events, rows: None

    consumer.follower.take([])

    assert lost == [6]
    assert consumer.follower.position() == consumer.owner.head().position


def test_events_of_a_store_that_was_restored_since_its_head_was_asked_are_left_where_they_are(
    consumer: Consumer, events
) -> None:
    consumer.follower.take(events[:2])
    fetch = consumer.owner.events_after

    def restored_first(position: int, limit: int) -> EventsPage:
        consumer.store.admin("SELECT store.new_epoch()")
        consumer.owner.events_after = fetch
        return fetch(position, limit)

    consumer.owner.events_after = restored_first
    consumer.follower.take([])
    assert (consumer.names(), consumer.follower.position()) == ([1, 2], 2)

    consumer.follower._apply = lambda events, rows: None
    consumer.follower.take([])
    assert consumer.follower.position() == 6


def test_one_of_them_that_moves_on_while_the_other_asks_for_the_head_is_no_restore(store: Store, events) -> None:
    first, second = Consumer(store), Consumer(store)
    first.follower.take(events)
    asked = first.owner.head

    def head_of_before() -> Head:
        head, first.owner.head = asked(), asked
        store.append("thing-0")
        second.follower.take([])
        return head

    first.owner.head = head_of_before
    first.follower.take([])

    assert ([1, 2, 3, 4, 5, 6, 7], 0) == (first.names(), first.follower.parked()), "nothing is taken again"
