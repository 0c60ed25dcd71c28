"""Unordered work over a real broker: what fails waits and is tried again, then is parked; nothing is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pika
import pytest

from synergy_chassis.bus.working.client import WorkClient
from synergy_chassis.bus.working.parked import STRANGE, ParkedJobs, ParkedWork
from synergy_chassis.clock import new_id
from synergy_contracts.envelope import HEADER_REQUEST_ID
from synergy_local.ports import free_ports

from .conftest import Process, Programs, asking_at, handing_over, parked_at, until
from .test_metrics import value
from .work import COMPANIONS, SOON, attempts, depths, done, noted


@dataclass
class Working:
    """A service that runs through all tests of this file, whoever hands it work, and what it gives up."""

    service: Process
    client: WorkClient
    parked: ParkedJobs
    vhost: Any
    port: int

    def hand_over(self, name: str, **body: Any) -> str:
        return str(self.client.send("mail", {"name": name, **body}))

    def given_up(self, job: str) -> ParkedWork:
        found: list[ParkedWork] = until(lambda: [one for one in self.parked.listed() if one.id == job])
        assert len(found) == 1
        return found[0]


@pytest.fixture(scope="module")
def working(broker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Working]:
    vhost, programs, (port,) = broker.new_vhost(), Programs(tmp_path_factory.mktemp("work")), free_ports(1)
    url = vhost.amqp_url("projects")
    service = programs.worker(url, env={"METRICS_PORT": str(port)}, delays=SOON, at_once=2)
    service.wait_for("broker-connected", 5)
    with handing_over(url) as client:
        yield Working(service, client, parked_at(url), vhost, port)
        assert service.terminate() == 0


@pytest.fixture(autouse=True)
def _nothing_stays_behind(working: Working) -> Iterator[None]:
    yield
    with pika.BlockingConnection(pika.URLParameters(working.vhost.amqp_url())) as connection:
        connection.channel().queue_purge("projects.work.mail.parked")
    until(lambda: not any(depths(working.vhost.amqp_url(), *COMPANIONS).values()))


def test_work_is_done_once_when_all_goes_well(working: Working) -> None:
    ids = [working.hand_over(f"easy {number}") for number in range(50)]

    until(lambda: len(done(working.service)) >= 50)
    assert sorted(ids) == sorted(entry["id"] for entry in noted(working.service, "begins"))
    assert sorted(ids) == sorted(entry["id"] for entry in done(working.service))


def test_a_job_that_fails_is_tried_again_later_and_holds_up_no_others(working: Working) -> None:
    unlucky = [working.hand_over(f"unlucky {number}", fail=2) for number in range(4)]
    lucky = [working.hand_over(f"lucky {number}") for number in range(10)]

    until(lambda: {entry["id"] for entry in done(working.service)} >= {*unlucky, *lucky})
    tries = {job: [entry for entry in noted(working.service, "begins") if entry["id"] == job] for job in unlucky}
    for entries in tries.values():
        first, second, third = (entry["at"] for entry in entries)
        assert [entry["attempt"] for entry in entries] == [1, 2, 3]
        assert second - first >= 0.1
        assert third - second >= 0.2
    others = [entry["at"] for entry in done(working.service) if entry["id"] in lucky]
    assert len(others) == 10
    assert max(others) < min(entries[-1]["at"] for entries in tries.values())


def test_what_fails_too_often_is_parked_with_the_reason(working: Working) -> None:
    job = working.hand_over("hopeless", fail=3)

    found = working.given_up(job)
    assert attempts(working.service, "hopeless") == [1, 2, 3]
    assert (found.work, found.attempts, found.body) == ("mail", 3, {"name": "hopeless", "fail": 3})
    assert found.error == "RuntimeError: the mail server is away"
    assert 0.3 <= (found.parked_at - found.sent_at).total_seconds() < 60


def test_what_is_parked_stays_however_often_it_is_looked_at(working: Working) -> None:
    """RabbitMQ 4 drops a message after 20 deliveries where no limit is given."""
    job = working.hand_over("looked at", fail=3)
    found = working.given_up(job)

    assert [[found]] * 25 == [working.parked.listed() for _ in range(25)]


def test_a_replay_puts_parked_work_back_with_its_attempts_reset(working: Working) -> None:
    jobs = {working.hand_over(f"replayed {number}", fail=3) for number in range(3)}
    until(lambda: {found.id for found in working.parked.listed()} == jobs)

    assert working.parked.replay() == (3, 0)
    until(lambda: {found.id for found in working.parked.listed()} == jobs)
    assert {found.attempts for found in working.parked.listed()} == {3}
    assert attempts(working.service, "replayed 0") == [1, 2, 3, 1, 2, 3]


def test_an_unreadable_job_is_parked_at_once(working: Working) -> None:
    job = str(new_id())
    send(working, "projects", "projects.work", "mail", b"{", pika.BasicProperties(user_id="projects", message_id=job))

    found = working.given_up(job)
    assert (found.body, found.attempts) == ("{", 1)
    assert found.error.startswith("DecodeError")


def test_work_that_another_service_slips_in_is_refused(working: Working) -> None:
    """The default exchange, where answers go, reaches every queue by its name."""
    for queue in COMPANIONS:
        for user in ("auth", None):
            properties = pika.BasicProperties(user_id=user, message_id=str(new_id()), headers={"attempts": "many"})
            send(working, "auth", "", f"projects.work.{queue}", b'{"name": "slipped in"}', properties)

    working.service.wait_for("work-refused", 8)
    assert {found.error for found in working.parked.listed()} == {STRANGE}
    assert working.parked.replay() == (0, 0)
    assert not noted(working.service, "begins", "slipped in")


def test_work_handed_over_within_a_call_is_done_in_its_name(working: Working) -> None:
    with asking_at(working.vhost.amqp_url()) as gateway:
        job = gateway.call("projects.hand_over", {"name": "from a call"}, headers={HEADER_REQUEST_ID: "r-7"})

    until(lambda: done(working.service, "from a call"))
    assert [entry["id"] for entry in done(working.service, "from a call")] == [job]
    assert [entry["request_id"] for entry in done(working.service, "from a call")] == ["r-7"]


def test_health_and_metrics_say_what_is_parked(working: Working) -> None:
    def counted(metric: str, **labels: str) -> float | None:
        return value(working.port, metric, service="projects", work="mail", **labels)

    with asking_at(working.vhost.amqp_url()) as gateway:

        def health() -> Any:
            return gateway.call("projects.health", {})

        until(lambda: health() == {"status": "up", "lag": 0})
        job, parked_before = working.hand_over("seen", fail=3), counted("work_total", outcome="parked") or 0
        working.given_up(job)

        until(lambda: health() == {"status": "up", "lag": 0, "detail": "1 of mail are parked."})
    assert (counted("work_parked"), counted("work_waiting")) == (1, 0)
    assert counted("work_total", outcome="parked") == parked_before + 1
    assert (counted("work_total", outcome="failed") or 0) >= 2
    assert (counted("work_total", outcome="done") or 0) >= 1


def send(working: Working, user: str, exchange: str, key: str, body: bytes, properties: pika.BasicProperties) -> None:
    with pika.BlockingConnection(pika.URLParameters(working.vhost.amqp_url(user))) as connection:
        connection.channel().basic_publish(exchange, key, body, properties)
