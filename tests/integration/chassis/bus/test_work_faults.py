"""Processes, connections, queues and brokers that go in the middle of unordered work: twice at worst, never lost."""

import signal
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pika
import pytest

from synergy_chassis.bus.errors import NotConfirmed
from synergy_chassis.bus.working.client import WorkClient
from synergy_chassis.bus.working.parked import ENDED, ParkedJobs
from synergy_chassis.clock import new_id

from .conftest import OwnBroker, Process, Programs, handing_over, parked_at, until
from .muffle import Muffle
from .work import COMPANIONS, SOON, accepted, attempts, depths, done, noted

OLD_ENOUGH = 6.0
"""Seconds: RabbitMQ 3.10 that is killed within some 4 s of a quorum queue's declaration has lost its members."""


@pytest.mark.timeout(90)
def test_a_job_that_ends_its_process_each_time_is_parked_and_takes_no_others_along(
    programs: Programs, vhost: Any, sender: WorkClient, parked: ParkedJobs
) -> None:
    job = sender.send("mail", {"name": "deadly", "kill": 99})
    for number in range(3):
        sender.send("mail", {"name": f"harmless {number}", "seconds": 0.5})
    process = programs.worker(vhost.amqp_url("projects"))
    journal = process.journal
    for _ in range(4):
        assert process.popen.wait(40) == -signal.SIGKILL
        process = programs.worker(vhost.amqp_url("projects"), journal=journal)

    until(lambda: len({entry["id"] for entry in done(process)}) == 3)
    (found,) = parked.listed()
    assert attempts(process, "deadly") == [1, 2, 3, 4]
    assert (found.id, found.error, found.attempts) == (str(job), ENDED, 4)
    assert found.sent_at.replace(microsecond=0) <= found.parked_at, "the broker tells it in whole seconds"
    assert process.terminate() == 0


def test_a_process_killed_between_moving_a_job_and_acknowledging_it_has_it_twice(
    programs: Programs, vhost: Any, sender: WorkClient
) -> None:
    job = sender.send("mail", {"name": "twice", "fail": 1})
    dying = programs.worker(vhost.amqp_url("projects"), env={"DIES_BEFORE_ACKNOWLEDGING": "1"}, delays=SOON)
    assert dying.popen.wait(40) == -signal.SIGKILL
    service = programs.worker(vhost.amqp_url("projects"), journal=dying.journal, delays=SOON)

    until(lambda: len(done(service)) == 2)
    assert {entry["id"] for entry in noted(service, "begins")} == {str(job)}
    assert service.terminate() == 0
    assert set(depths(vhost.amqp_url(), *COMPANIONS).values()) == {0}


def test_replicas_share_the_work_and_none_takes_more_than_it_may(
    programs: Programs, vhost: Any, sender: WorkClient
) -> None:
    one = programs.worker(vhost.amqp_url("projects"), at_once=2)
    two = programs.worker(vhost.amqp_url("projects"), journal=one.journal, at_once=2)
    for service in (one, two):
        service.wait_for("broker-connected", 5)
    for number in range(16):
        sender.send("mail", {"name": f"{number}", "seconds": 0.2})

    until(lambda: len(done(one)) == 16)
    busy, most = Counter[int](), Counter[int]()
    for entry in noted(one, "pid"):
        busy[entry["pid"]] += 1 if "begins" in entry else -1
        most[entry["pid"]] = max(most[entry["pid"]], busy[entry["pid"]])
    assert {one.popen.pid: 2, two.popen.pid: 2} == most


def test_sigterm_finishes_what_is_under_way_and_leaves_the_rest_to_others(
    programs: Programs, vhost: Any, sender: WorkClient
) -> None:
    stopped = programs.worker(vhost.amqp_url("projects"), at_once=2)
    for number in range(5):
        sender.send("mail", {"name": f"{number}", "seconds": 0.5})
    until(lambda: len(noted(stopped, "begins")) == 2)

    assert stopped.terminate() == 0
    assert len(noted(stopped, "begins")) == len(done(stopped)) == 2
    other = programs.worker(vhost.amqp_url("projects"), at_once=4)
    until(lambda: len(done(other)) == 3)
    assert len({entry["id"] for entry in done(stopped) + done(other)}) == 5


def test_queues_that_somebody_deleted_are_declared_again(programs: Programs, vhost: Any, sender: WorkClient) -> None:
    service = programs.worker(vhost.amqp_url("projects"), delays=SOON)
    service.wait_for("broker-connected", 5)
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url())) as connection:
        for queue in COMPANIONS:
            connection.channel().queue_delete(f"projects.work.{queue}")

    until(lambda: accepted(sender, "after", fail=1))
    until(lambda: done(service, "after"))
    # The sender declares the queues, too: where it is the first, what RabbitMQ hands out the first time reaches nobody.
    assert attempts(service, "after") in ([1, 2], [2])


def test_work_that_is_not_confirmed_is_said_to_be_so_and_may_be_sent_again(programs: Programs, vhost: Any) -> None:
    job = new_id()
    with Muffle(vhost.amqp_url("projects")) as broker, handing_over(broker.url) as client:
        client.send("mail", {"name": "first"})
        broker.silent = True
        with pytest.raises(NotConfirmed, match="no confirm within"):
            client.send("mail", {"name": "again"}, id=job, patience=0.3)
        broker.silent = False
        client.send("mail", {"name": "again"}, id=job)
    service = programs.worker(vhost.amqp_url("projects"))

    until(lambda: len(done(service)) == 3)
    assert {entry["id"] for entry in done(service, "again")} == {str(job)}


def test_without_a_broker_the_sender_says_so_in_time() -> None:
    with handing_over("amqp://projects:x@127.0.0.1:1/synergy") as client, pytest.raises(NotConfirmed, match="no conn"):
        client.send("mail", {"name": "lost"}, patience=0.2)


def assert_it_waits_for_its_broker(starting: Process) -> None:
    """Each connection tells of every tenth attempt."""

    def told() -> list[datetime]:
        attempts = starting.logged("broker-unreachable")
        return [datetime.fromisoformat(one["timestamp"]) for one in attempts if one["link"] == "projects: calls"]

    until(lambda: len(told()) >= 2)
    first, eleventh, *_ = told()
    assert eleventh - first < timedelta(seconds=25)


def test_what_is_due_while_its_queue_is_away_is_moved_within_seconds(programs: Programs, vhost: Any) -> None:
    """So it is while a broker starts: a queue may be up before the one that its messages are moved to."""
    url = vhost.amqp_url("projects")
    service = programs.worker(url, delays=[0.1])
    service.wait_for("broker-connected", 5)
    service.kill()
    place = {"exchange": "projects.work", "queue": "projects.work.mail", "routing_key": "mail"}
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.queue_unbind(**place)
        channel.confirm_delivery()
        channel.basic_publish("projects.work", "mail.delay.100", b"{}", mandatory=True)
        until(lambda: depths(url, "mail.delay.100") == {"mail.delay.100": 0}, what=lambda: "being due")
        channel.queue_bind(**place)

        until(lambda: depths(url, "mail") == {"mail": 1}, seconds=20)


@pytest.mark.timeout(180)
def test_a_killed_broker_loses_no_work_and_who_starts_meanwhile_waits_for_it(
    own_broker: OwnBroker, programs: Programs
) -> None:
    url = own_broker.url("projects")
    with handing_over(url) as client:
        service = programs.worker(url, delays=[2])
        service.wait_for("broker-connected", 5)
        old_enough = time.monotonic() + OLD_ENOUGH
        until(lambda: time.monotonic() > old_enough)
        client.send("mail", {"name": "delayed", "fail": 1})
        until(lambda: depths(url, "mail.delay.2000") == {"mail.delay.2000": 1})
        service.kill()
        for number in range(20):
            client.send("mail", {"name": f"waiting {number}"})

        own_broker.kill()
        service = programs.worker(url, journal=service.journal, delays=[2])
        assert_it_waits_for_its_broker(service)
        own_broker.start()
        service.wait_for("broker-connected", 5)
        until(lambda: len(done(service)) == 21)
    assert parked_at(url).listed() == []
    assert service.terminate() == 0
