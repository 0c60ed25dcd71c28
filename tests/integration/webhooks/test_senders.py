"""Senders as processes: several share the work, and what is killed, stopped or cut off loses nothing."""

import os
import signal
import threading
import time

import forking
from integration.webhooks.steps import Arrived, World, receiving, some_events, until

from synergy_webhooks.delivery.sender import Pace


def test_two_senders_share_the_work_and_send_nothing_twice(world: World):
    with receiving() as receiver:
        hook = world.webhook(receiver.url)["id"]
        for project in range(1, 31):
            world.project(project)
            world.projects.happens("task.created", project)
        world.follow()
        with world.sending(pace=Pace(slots=5)), world.sending(pace=Pace(slots=5)):
            until(lambda: world.statuses(hook) == ["success"] * 60, what="all")

    assert list(range(1, 61)) == sorted(receiver.sequences())
    assert world.sql("SELECT 1 FROM senders") == []


def a_sender(world: World) -> forking.Forked:
    env = os.environ | {
        "WEBHOOKS_DATABASE_URL": world.url,
        "SECRET_KEY": world.settings.secret_key,
        "WEBHOOK_ALLOW": "127.0.0.1",
    }
    return forking.start(["-m", "synergy_webhooks", "send"], env=env)


def test_a_killed_sender_s_lanes_are_taken_over_within_15_s_with_the_same_id(world: World):
    stuck = threading.Event()

    def answer(_: Arrived) -> int:
        if len(receiver.arrived) == 1:
            stuck.wait(30)
        return 200

    with receiving(answer) as receiver:
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=1)
        first = a_sender(world)
        until(lambda: receiver.arrived, what="the first attempt")
        first.send_signal(signal.SIGKILL)
        first.wait()
        killed = time.monotonic()
        with world.sending():
            until(lambda: world.statuses(hook) == ["success"] * 2, what="the take-over", seconds=20)
        stuck.set()

    assert receiver.arrived[1].at - killed < 15
    assert receiver.sequences() == [1, 1, 2]
    assert receiver.arrived[0].headers["webhook-id"] == receiver.arrived[1].headers["webhook-id"]


def test_sigterm_finishes_what_is_in_flight(world: World):
    asked = threading.Event()

    def answer(_: Arrived) -> int:
        asked.wait(10)
        return 200

    with receiving(answer) as receiver:
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=1)
        sender = a_sender(world)
        until(lambda: receiver.arrived, what="the first attempt")
        until(lambda: world.app.senders()[0] == 1, what="the heartbeat")
        sender.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        asked.set()

        assert sender.wait(30) == 0
    assert world.statuses(hook) == ["success", "pending"]
    assert world.app.senders() == (0, 1)
    assert not world.sql("SELECT 1 FROM lanes WHERE leased_by IS NOT NULL")


def test_a_lost_database_connection_is_survived(world: World):
    with receiving() as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=0)
        until(lambda: world.statuses(hook) == ["success"], what="the first")
        world.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'webhooks sender%' AND datname = current_database()"
        )
        world.projects.happens("task.created")
        world.follow()
        until(lambda: world.statuses(hook) == ["success"] * 2, what="the second")


def test_deleted_while_its_attempt_is_under_way(world: World):
    asked = threading.Event()

    def answer(_: Arrived) -> int:
        asked.wait(10)
        return 200

    with receiving(answer) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=3)
        until(lambda: receiver.arrived, what="the first attempt")
        world.delete(hook)
        asked.set()
        other = world.webhook(receiver.url)["id"]
        world.projects.happens("task.created")
        world.follow()
        until(lambda: world.statuses(other) == ["success"], what="another's delivery")

    assert len(receiver.arrived) == 2
    assert {"cancelled"} == {row[0] for row in world.sql("SELECT status FROM deliveries WHERE webhook_id = :w", w=hook)}
