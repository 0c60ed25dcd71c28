"""A consumer that follows by position: order, gaps, duplicates, pages."""

import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import Store, happened
from integration.chassis.store.consumers import Consumer, a_consumer, six_events  # noqa: F401 (fixtures)

from synergy_chassis.follower import Patience
from synergy_chassis.store import positions
from synergy_chassis.store.pages import fitting


def test_events_are_applied_in_order_and_the_position_moves_with_them(consumer: Consumer, events) -> None:
    consumer.follower.take(events[:2])
    consumer.follower.take(events[2:])
    assert consumer.names() == [1, 2, 3, 4, 5, 6]
    assert consumer.follower.position() == 6
    assert consumer.owner.asked == []


def test_what_comes_twice_is_applied_once(consumer: Consumer, events) -> None:
    for batch in (events[:4], events[:2], events[1:5], events[5:], events):
        consumer.follower.take(batch)
    assert consumer.names() == [1, 2, 3, 4, 5, 6]


def test_a_batch_that_holds_events_twice_is_applied_once_and_at_once(store: Store, events) -> None:
    consumer = Consumer(store, patience=Patience())
    sent_again = [*events[:4], *events[1:6]]

    consumer.follower.take(sent_again)

    assert consumer.names() == [event.position for event in events]
    assert consumer.pauses == []
    assert consumer.owner.asked == []


@pytest.mark.parametrize("held", [[], [0], [0, 1, 2]], ids=["from_the_start", "after_one", "after_three"])
def test_a_gap_is_fetched_from_the_owner(consumer: Consumer, events, held: list[int]) -> None:
    for index in held:
        consumer.follower.take([events[index]])
    consumer.follower.take([events[4]])
    consumer.follower.take([events[5]])
    assert consumer.names() == [1, 2, 3, 4, 5, 6]
    assert [len(held)] == consumer.owner.asked


def test_a_gap_inside_a_batch_is_fetched_too(consumer: Consumer, events) -> None:
    consumer.follower.take([events[0], events[1], events[4]])
    assert consumer.names() == [1, 2, 3, 4, 5, 6]


def test_without_events_the_owner_is_asked_and_what_lacks_is_fetched(consumer: Consumer) -> None:
    consumer.follower.take([])
    assert consumer.names() == [1, 2, 3, 4, 5, 6]
    consumer.follower.take([])
    assert consumer.owner.asked == [0]


def test_a_long_way_is_caught_up_in_pages(store: Store) -> None:
    store.append("thing-1", *(happened(n) for n in range(1001)))
    consumer = Consumer(store)
    consumer.follower.take([])
    assert list(range(1, 1002)) == consumer.names()
    assert consumer.owner.asked == [0, 500, 1000]
    assert [event.version for event in store.log.stream("thing-1")] == list(range(1, 1002))


def test_pages_of_long_events_are_short_enough_for_a_message_and_lose_nothing(store: Store) -> None:
    store.append("thing-1", *(happened(number, text="x" * 1000) for number in range(10)))
    consumer = Consumer(store)
    owner = consumer.owner
    owner.events_after = lambda position, limit: fitting(store.log.after(position, limit), largest=3_500)

    sizes, position = [], 0
    while page := owner.events_after(position, 500).events:
        sizes.append(len(page))
        position = page[-1].position
    consumer.follower.take([])

    assert sizes == [2, 2, 2, 2, 2]
    assert consumer.names() == list(range(1, 11))
    assert len(fitting(store.log.after(0, 500), largest=1).events) == 1


def test_an_effect_that_is_cut_short_leaves_no_trace_and_no_progress(store: Store, events) -> None:
    consumer = Consumer(store, patience=Patience())
    consumer.poison, consumer.error = {2}, lambda: KeyboardInterrupt()  # the process is killed within the batch
    with pytest.raises(KeyboardInterrupt):
        consumer.follower.take(events)
    assert (consumer.names(), consumer.follower.position()) == ([], 0)


def test_the_follower_knows_what_it_took_what_is_parked_and_what_came_twice(consumer: Consumer, events) -> None:
    consumer.poison = {3}
    consumer.follower.take(events[:2])
    consumer.follower.take(events)
    consumer.follower.take([])

    told = consumer.follower.progress
    assert (told.position, told.head, told.parked, told.duplicates, told.gaps, told.fetched) == (6, 6, 2, 2, 0, 0)
    assert told.unfolded == 0
    with consumer.store.uow.reading() as rows:
        assert positions.read(rows, consumer.place).taken == 6


def test_what_a_transaction_that_came_to_nothing_would_have_parked_is_not_counted(consumer: Consumer, events) -> None:
    consumer.poison = {1}
    consumer.follower.take(events[:1])
    assert consumer.follower.progress.parked == 1

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    sa.event.listen(consumer.store.engine, "commit", killed)
    try:
        with pytest.raises(KeyboardInterrupt):
            consumer.follower.take(events)
    finally:
        sa.event.remove(consumer.store.engine, "commit", killed)
    assert consumer.follower.progress.parked == consumer.follower.parked() == 1


def test_two_followers_of_one_name_take_turns(store: Store, events) -> None:
    first, second = Consumer(store), Consumer(store)
    first.follower.take(events[:3])
    second.follower.take(events)
    first.follower.take(events)
    assert first.names() == [1, 2, 3, 4, 5, 6]
