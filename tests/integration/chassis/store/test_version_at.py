"""As of a time: the last version recorded by then."""

from datetime import UTC, datetime, timedelta

from integration.chassis.store.conftest import Store, happened

from synergy_chassis.store.log import version_at


def test_as_of_a_time_is_the_last_version_recorded_by_then(store: Store) -> None:
    recorded = [event for _ in range(5) for event in store.append("thing-1", happened(), happened())]
    connection = store.connect(store.url)

    for event in recorded:
        last = max(other.version for other in recorded if other.recorded_at <= event.recorded_at)
        assert version_at(connection, "thing-1", event.recorded_at) == last
    assert version_at(connection, "thing-1", recorded[0].recorded_at - timedelta(microseconds=1)) == 0
    assert version_at(connection, "thing-1", recorded[-1].recorded_at + timedelta(days=1)) == 10
    assert version_at(connection, "thing-2", datetime.now(UTC)) == 0
