"""What a reconciliation finds missing: each way in which relay and consumers can differ from the stores."""

import json
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store, happened

from synergy_chassis.follower import Follower, Patience
from synergy_chassis.health import follower_health
from synergy_chassis.reconciling import Damage, Report, reconcile
from synergy_chassis.reconciling.saying import run_follow_anew, run_reconcile
from synergy_chassis.store.tally import tally
from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally


class Owner:
    """The followed store, asked without a bus in between."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def head(self) -> Head:
        return self.store.log.head()

    def events_after(self, position: int, limit: int) -> EventsPage:
        return self.store.log.after(position, limit)

    def tally(self, position: int) -> Tally:
        return tally(self.store.engine, position)


class Service:
    """A store with nine events of three streams, all published, and a consumer that has taken them all."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.poison: set[int] = set()
        self.owner = Owner(store)
        self.follower = Follower(
            store.engine, consumer="consumer", source="things", owner=self.owner, apply=self.apply,
            patience=Patience(total=timedelta(0)),
        )  # fmt: skip
        for number in range(9):
            store.append(f"thing-{number % 3}", happened(number))

    def apply(self, events: Sequence[StoredEvent], rows: sa.Connection) -> None:
        if self.poison & {event.position for event in events}:
            raise ValueError("poisoned")
        known = set(rows.execute(sa.select(NAMES.c.name)).scalars())
        for event in events:
            if f"{event.position}" not in known:
                rows.execute(sa.insert(NAMES).values(stream=event.stream, name=f"{event.position}"))

    def publish(self, upto: int = 9) -> None:
        with self.store.connect(self.store.url) as relay:
            relay.execute("SELECT store.relay_advance(token, 0, %s) FROM store.relay_acquire('relay', 4)", (upto,))

    def reconciled(self, wait: float = 0) -> Report:
        owners = {self.follower.place: self.owner}
        return reconcile(self.store.engine, service="things", owners=owners, wait=timedelta(seconds=wait))

    def names(self) -> int:
        with self.store.uow.reading() as rows:
            return rows.execute(sa.select(sa.func.count()).select_from(NAMES)).scalar_one()


@pytest.fixture
def service(store: Store) -> Service:
    return Service(store)


@pytest.fixture
def settled(service: Service) -> Service:
    service.publish()
    service.follower.take([])
    return service


def test_what_is_published_and_followed_to_the_end_is_ok(settled: Service) -> None:
    report = settled.reconciled()

    assert (report.findings, report.exit_code) == ([], 0)
    assert (report.relay.position, report.relay.published, report.relay.leads) == (9, 9, True)
    (consumer,) = report.consumers
    assert (consumer.position, consumer.taken, consumer.parked, consumer.head) == (9, 9, 0, 9)
    assert consumer.epoch == settled.owner.head().epoch


def test_an_empty_store_that_nobody_asked_yet_has_not_been_followed(store: Store) -> None:
    service = Service(store)

    assert {(found.damage, found.part) for found in service.reconciled().findings} == {
        (Damage.BEHIND, "relay"),
        (Damage.BEHIND, "things"),
    }


MOVED = "UPDATE store.positions SET position = {}"
CASES: dict[str, tuple[str, Damage, str]] = {
    "position_ahead_of_the_log": (MOVED.format(12), Damage.CONTRADICTION, "12 lies ahead of the log, which ends at 9"),
    "position_moved_back": (MOVED.format(6), Damage.CONTRADICTION, "3 of 6 events up to position 6 were taken again"),
    "position_moved_on_over_events": (
        "UPDATE store.positions SET taken = 5", Damage.CONTRADICTION, "4 of 9 events up to position 9 were passed over",
    ),
    "position_of_no_event": (
        MOVED.format(9) + "; DELETE FROM store.events WHERE position = 9",
        Damage.CONTRADICTION, "9 lies ahead of the log, which ends at 8",
    ),
    "position_between_events": (
        "DELETE FROM store.events WHERE position = 5; UPDATE store.positions SET position = 5, taken = 4",
        Damage.CONTRADICTION, "There is no event at its position 5; the one before is at 4",
    ),
    "consumer_behind": (
        "UPDATE store.positions SET position = 7, taken = 7", Damage.BEHIND, "It is at position 7, and things was at 9",
    ),
    "another_epoch": ("SELECT store.new_epoch()", Damage.CONTRADICTION, "but the store of things is in epoch"),
    "no_epoch_yet": ("UPDATE store.positions SET epoch = NULL", Damage.BEHIND, "It has not begun to follow"),
    "checkpoint_ahead_of_the_log": (
        "UPDATE store.relay SET position = 20", Damage.CONTRADICTION, "20 lies ahead of the log, which ends at 9",
    ),
    "checkpoint_moved_on_over_events": (
        "UPDATE store.relay SET published = 4", Damage.CONTRADICTION, "but 4 were published on the way there",
    ),
    "checkpoint_moved_back": (
        "UPDATE store.relay SET position = 4", Damage.BEHIND, "5 events after position 4 are not published.",
    ),
    "checkpoint_behind_and_nobody_leads": (
        "UPDATE store.relay SET position = 4, published = 4, expires_at = '-infinity'",
        Damage.BEHIND, "No relay holds the lease: start one.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("tampering", "damage", "told"), CASES.values(), ids=CASES)
def test_each_difference_is_told(settled: Service, tampering: str, damage: Damage, told: str) -> None:
    settled.store.admin("ALTER TABLE store.events DISABLE TRIGGER ALL", *tampering.split("; "))

    report = settled.reconciled()

    assert any(found.damage == damage and told in found.detail for found in report.findings), report.findings
    assert report.exit_code & damage


def test_parked_events_are_told_with_their_streams_here_and_in_health(service: Service) -> None:
    service.publish()
    service.poison = {4}
    service.follower.take([])

    report = service.reconciled()

    assert [(found.damage, found.detail) for found in report.findings] == [
        (Damage.PARKED, "2 events are parked, of thing-0."),
    ]
    assert (report.consumers[0].taken, report.consumers[0].parked) == (9, 2)
    health = follower_health(service.store.engine, consumer="consumer", source="things", head=service.owner.head)
    assert (health.status, health.detail) == ("up", "2 events are parked.")

    service.poison = set()
    service.follower.replay()
    assert service.reconciled().ok


def test_what_is_only_under_way_is_waited_for(service: Service) -> None:
    service.publish(6)

    def go_on() -> None:
        with service.store.connect(service.store.url) as relay:
            relay.execute("SELECT store.relay_advance(token, 6, 9) FROM store.relay")
        service.follower.take([])

    later = threading.Timer(0.3, go_on)
    later.start()
    report = service.reconciled(wait=10)
    later.join()

    assert report.ok, report.findings


def test_what_is_stored_meanwhile_is_not_waited_for(settled: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    first = settled.owner.tally

    def tally_and_store_on(position: int) -> Tally:
        told = first(position)
        settled.store.append("thing-0")
        return told

    monkeypatch.setattr(settled.owner, "tally", tally_and_store_on)
    assert settled.reconciled().ok


def test_following_anew_gives_what_was_passed_over_and_nothing_twice(settled: Service, capsys: Any) -> None:
    settled.store.admin("DELETE FROM names WHERE id > 5", "UPDATE store.positions SET taken = 5")
    assert not settled.reconciled().ok

    assert run_follow_anew([settled.follower]) == 0
    assert not settled.reconciled().ok
    settled.follower.take([])

    assert settled.reconciled().ok
    assert settled.names() == 9
    assert "consumer follows things anew" in capsys.readouterr().out


@pytest.mark.parametrize(("tampering", "code"), [("SELECT 1", 0), (MOVED.format(12), 32)], ids=["ok", "ahead"])
def test_it_is_said_in_words_and_as_json(settled: Service, capsys: Any, tampering: str, code: int) -> None:
    settled.store.admin(tampering)
    owners = {settled.follower.place: settled.owner}

    assert code == run_reconcile(settled.store.engine, service="things", owners=owners)
    words = capsys.readouterr().out
    assert code == run_reconcile(settled.store.engine, service="things", owners=owners, json=True)
    told = json.loads(capsys.readouterr().out)

    assert ("OK: nothing is missing." in words) == (code == 0)
    assert (told["ok"], told["exit_code"], told["service"]) == (code == 0, code, "things")
    assert [found["damage"] for found in told["findings"]] == ["contradiction"] * (code // 32)
    assert told["consumers"][0] | {"epoch": ""} == {
        "consumer": "consumer", "source": "things", "position": 12 if code else 9, "head": 9, "epoch": "",
        "taken": 9, "parked": 0,
    }  # fmt: skip
