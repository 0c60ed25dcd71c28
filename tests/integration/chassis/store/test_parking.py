"""An event that cannot be taken: tried again in place, parked with its stream, replayed."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store
from integration.chassis.store.consumers import Consumer, a_consumer, six_events  # noqa: F401 (fixtures)

from synergy_chassis.bus import RpcTimeout, RpcUnavailable
from synergy_chassis.follower import Patience
from synergy_chassis.store import StoreUnavailable
from synergy_chassis.store.commands import DIFFERS, run_parked, run_replay
from synergy_contracts.envelope import StoredEvent
from synergy_contracts.refusals import Refused


def test_a_failing_event_is_retried_in_place_with_growing_pauses(store: Store, events) -> None:
    consumer = Consumer(store, patience=Patience())
    consumer.poison = {1}
    consumer.follower._sleep = lambda pause: (consumer.pauses.append(pause), pause >= 4 and consumer.poison.clear())
    consumer.follower.take(events)

    assert consumer.pauses == [0.5, 1.0, 2.0, 4.0]
    assert consumer.names() == [1, 2, 3, 4, 5, 6]
    assert consumer.follower.parked() == 0


def test_patience_is_a_minute_in_all() -> None:
    pauses = Patience().pauses()
    assert sum(pauses) == 60
    assert max(pauses) == 15


def test_a_poisoned_event_is_parked_with_its_stream_and_the_others_go_on(consumer: Consumer, events, capsys) -> None:
    consumer.poison = {3}
    consumer.follower.take(events)  # positions 1 3 5 are thing-0, 2 4 6 thing-1
    assert consumer.names() == [1, 2, 4, 6]
    assert consumer.follower.position() == 6
    assert consumer.follower.parked() == 2

    consumer.store.append("thing-0")
    consumer.follower.take([])
    assert consumer.follower.parked() == 3
    assert run_parked(consumer.store.engine) == 0
    said = capsys.readouterr().out
    assert "ValueError('poisoned')" in said
    assert "an earlier event of its stream is parked" in said


ENTRY_TOO_LONG = (
    "INSERT INTO names (stream, name) SELECT 'x', string_agg(gen_random_uuid()::text, '') FROM generate_series(1, 500)"
)


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        pytest.param([ENTRY_TOO_LONG], "ProgramLimitExceeded", id="more_than_a_limit_of_postgresql"),
        pytest.param(["SET LOCAL statement_timeout = 50", "SELECT pg_sleep(30)"], "StatementTooSlow", id="too_slow"),
    ],
)
def test_an_event_for_which_the_database_fails_each_time_is_parked(
    store: Store, events, capsys, statements: list[str], told: str
) -> None:
    consumer = Consumer(store, patience=Patience())
    applied = consumer.follower._apply

    def fails(events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        if 3 in {event.position for event in events}:
            for statement in statements:
                rows.execute(sa.text(statement))
        applied(events, rows)

    consumer.follower._apply = fails
    consumer.follower.take(events)

    assert sum(consumer.pauses) == 60, "it might have passed"
    assert consumer.names() == [1, 2, 4, 6]
    assert consumer.follower.parked() == 2
    assert run_parked(store.engine) == 0
    assert told in capsys.readouterr().out


def test_parked_events_are_replayed_in_order_once_the_cause_is_gone(consumer: Consumer, events) -> None:
    consumer.poison = {3}
    consumer.follower.take(events)
    assert consumer.follower.replay() == 0
    assert consumer.follower.parked() == 2
    assert run_replay([consumer.follower]) == DIFFERS

    consumer.poison = set()
    assert consumer.follower.replay("thing-1") == 0
    assert consumer.follower.replay("thing-0") == 2
    assert consumer.names() == [1, 2, 4, 6, 3, 5]
    assert consumer.follower.parked() == 0
    consumer.store.append("thing-0")
    consumer.follower.take([])
    assert consumer.names() == [1, 2, 4, 6, 3, 5, 7]


@pytest.mark.parametrize(
    "error",
    [
        StoreUnavailable("down"),
        RpcUnavailable("nobody there"),
        RpcTimeout("late"),
        TimeoutError("late"),
        ConnectionError("gone"),
        Refused("unavailable", "x", "x"),
        Refused("too_late", "x", "x"),
    ],
    ids=repr,
)
def test_what_may_pass_by_itself_is_raised_and_never_parked(consumer: Consumer, events, error: Exception) -> None:
    consumer.poison, consumer.error = {3}, lambda: error
    with pytest.raises(type(error)):
        consumer.follower.take(events)
    assert (consumer.names(), consumer.follower.position(), consumer.follower.parked()) == ([1, 2], 2, 0)

    consumer.poison = set()
    consumer.follower.take(events)
    assert consumer.names() == [1, 2, 3, 4, 5, 6]


def test_following_anew_forgets_what_was_parked_and_takes_everything_again(consumer: Consumer, events) -> None:
    consumer.poison = {3}
    consumer.follower.take([])
    assert consumer.follower.parked() == 2
    consumer.poison = set()
    with consumer.store.uow.writing() as rows:
        rows.execute(sa.delete(NAMES))

    consumer.follower.follow_anew()
    assert (consumer.follower.position(), consumer.follower.parked()) == (0, 0)
    consumer.follower.take([])

    assert consumer.names() == [1, 2, 3, 4, 5, 6]


def test_what_is_parked_while_it_is_replayed_is_replayed_too(consumer: Consumer, events, monkeypatch) -> None:
    consumer.poison = {3}
    consumer.follower.take([])
    consumer.poison = set()
    listed = consumer.follower._parked_events

    def and_then_another_comes(stream: str | None) -> list[StoredEvent]:
        found = listed(stream)
        if len(found) == 2:
            consumer.store.append("thing-0")
            Consumer(consumer.store).follower.take([])
        return found

    monkeypatch.setattr(consumer.follower, "_parked_events", and_then_another_comes)
    assert consumer.follower.replay() == 3

    assert consumer.names() == [1, 2, 4, 6, 3, 5, 7]
    assert consumer.follower.parked() == 0
