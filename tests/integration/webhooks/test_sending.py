"""One delivery against real receivers on loopback: what is sent, and what an answer leads to."""

import json
import socket
import struct
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from integration.webhooks.steps import ANN, Arrived, World, receiving, some_events, until
from standardwebhooks import Webhook as StandardWebhook

from synergy_webhooks.delivery.judging import TOO_LONG
from synergy_webhooks.domain.backoff import Schedule
from synergy_webhooks.domain.errors import InvalidParameter
from synergy_webhooks.signatures import verify, verify_webhook_signature


def test_deliveries_arrive_signed_and_the_stored_bytes_are_the_sent_ones(world: World):
    begun = datetime.now(UTC)
    with receiving(lambda _: (200, {}, b"thanks")) as receiver, world.sending():
        hook = world.webhook(receiver.url)
        some_events(world, tasks=2)
        until(lambda: world.statuses(hook["id"]) == ["success"] * 3, what="three successes")
    ended = datetime.now(UTC)

    first = receiver.arrived[0]
    (delivery, *_) = world.deliveries(hook["id"])
    event = world.projects.events[0]
    assert StandardWebhook(hook["secret"]).verify(first.body, first.headers)["type"] == "project.created"
    verify(first.headers, first.body, [hook["secret"]], now=datetime.now(UTC))
    assert verify_webhook_signature(first.body, first.headers["x-webhook-signature"], hook["secret"])
    assert first.headers["x-hub-signature-256"] == first.headers["x-webhook-signature"]
    assert str(event.event_id) == first.headers["webhook-id"]
    assert ("project.created", str(delivery["id"]), "1") == tuple(
        first.headers[name] for name in ("x-webhook-event", "x-webhook-delivery", "webhook-sequence")
    )
    assert first.headers["x-webhook-timestamp"] == first.headers["webhook-timestamp"]
    assert first.headers["content-type"] == "application/json"
    (stored,) = world.sql("SELECT body FROM bodies WHERE event_id = :id", id=event.event_id)[0]
    assert bytes(stored) == first.body
    assert receiver.sequences() == [1, 2, 3]
    (attempt,) = delivery["attempts"]
    assert tuple(attempt[field] for field in ("status_code", "error", "response_body")) == (200, None, "thanks")
    assert begun < attempt["at"] < attempt["at"] + timedelta(milliseconds=attempt["duration_ms"]) < ended
    assert [tuple(row) for row in world.sql("SELECT address FROM attempts")] == [("127.0.0.1",)] * 3
    view = world.app.read_webhook(hook["id"], ANN)
    assert tuple(
        view[field] for field in ("total_deliveries", "successful_deliveries", "failed_deliveries", "health")
    ) == (3, 3, 0, "healthy")
    assert not world.sql("SELECT 1 FROM lanes"), "a lane exists while something waits in it"
    assert len(receiver.connections) == 1, "the connection is kept"


def test_an_attempt_tells_how_long_the_answer_took_and_which_key_signed(world: World):
    def key_ids() -> list[UUID]:
        return [key for (key,) in world.sql("SELECT key_id FROM attempts ORDER BY at")]

    def newest() -> UUID:
        return world.sql("SELECT key_id FROM webhook_secrets ORDER BY created_at DESC LIMIT 1")[0][0]

    asked = threading.Event()

    def answer(_: Arrived) -> int:
        asked.wait(10)
        return 200

    with receiving(answer) as receiver, world.sending():
        hook = world.webhook(receiver.url)
        some_events(world, tasks=0)
        until(lambda: receiver.arrived, what="the attempt")
        threading.Timer(0.2, asked.set).start()
        until(lambda: world.statuses(hook["id"]) == ["success"], what="the first")
        first = newest()
        secret = world.rotate(hook["id"])
        world.projects.happens("task.created")
        world.follow()
        until(lambda: world.statuses(hook["id"]) == ["success"] * 2, what="the second")

    assert first != newest()
    assert [first, newest()] == key_ids()
    verify(receiver.arrived[1].headers, receiver.arrived[1].body, [str(secret)], now=datetime.now(UTC))
    (attempt,) = world.deliveries(hook["id"])[0]["attempts"]
    assert 200 <= attempt["duration_ms"] < 10_000


def test_successes_write_no_row_that_the_deliveries_of_a_webhook_share(world: World):
    def versions() -> list[tuple[str, str]]:
        shared = " UNION ALL ".join(
            f"SELECT '{table}', xmin::text FROM {table}" for table in ("webhooks", "endpoints", "sequences")
        )
        return [tuple(row) for row in world.sql(f"{shared} ORDER BY 1")]

    with receiving() as receiver:
        hook = world.webhook(receiver.url)["id"]
        for project in (1, 2, 3):
            some_events(world, tasks=2, project=project)
        before = versions()
        with world.sending():
            until(lambda: world.statuses(hook) == ["success"] * 9, what="all")

    assert before == versions()
    assert ["endpoints", "sequences", "webhooks"] == [table for table, _ in before]
    view = world.app.read_webhook(hook, ANN)
    assert (9, 9, "healthy") == tuple(view[field] for field in ("total_deliveries", "successful_deliveries", "health"))


def test_five_days_of_failure_switch_the_subscription_off_and_what_waits_is_kept(world: World):
    down = threading.Event()
    down.set()
    with receiving(lambda _: 500 if down.is_set() else 200) as receiver, world.sending(schedule=Schedule()):
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=2)
        until(lambda: world.statuses(hook)[0] == "retrying", what="the first failure")
        assert world.app.read_webhook(hook, ANN)["is_active"]
        world.sql("UPDATE endpoints SET failing_since = failing_since - interval '5 days', resume_at = now()")
        until(lambda: not world.app.read_webhook(hook, ANN)["is_active"], what="being switched off")

        assert ["retrying", "pending", "pending"] == world.statuses(hook)
        assert [(TOO_LONG,)] == [tuple(row) for row in world.sql("SELECT disabled_reason FROM webhooks")]
        (*_, last) = world.app.log.stream(f"webhook-{hook}")
        assert "webhook.disabled" == last.type
        down.clear()
        world.enable(hook)
        until(lambda: world.statuses(hook) == ["success"] * 3, what="catching up")

    assert [1, 1, 1, 2, 3] == receiver.sequences()


def test_a_free_text_secret_and_cloudevents(world: World):
    with receiving() as receiver, world.sending():
        world.webhook(receiver.url, secret="test_secret", format="cloudevents")
        some_events(world, tasks=0)
        until(lambda: receiver.arrived, what="the delivery")

    (arrived,) = receiver.arrived
    assert arrived.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    verify(arrived.headers, arrived.body, ["test_secret"], now=datetime.now(UTC))
    assert arrived.json["specversion"] == "1.0"


def test_after_a_500_it_is_tried_again_with_the_same_id_and_the_lane_waits(world: World):
    answers = iter([500, 500, 200, 200])
    with receiving(lambda _: next(answers)) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=1)
        until(lambda: world.statuses(hook) == ["success"] * 2, what="both successes")

    assert receiver.sequences() == [1, 1, 1, 2]
    assert len({arrived.headers["webhook-id"] for arrived in receiver.arrived[:3]}) == 1
    assert len({arrived.headers["x-webhook-delivery"] for arrived in receiver.arrived[:3]}) == 1
    first, second = world.deliveries(hook)
    assert [attempt["status_code"] for attempt in first["attempts"]] == [500, 500, 200]
    assert [attempt["status_code"] for attempt in second["attempts"]] == [200]
    assert world.app.read_webhook(hook, ANN)["health"] == "healthy"


def test_retry_after_is_a_floor(world: World):
    def answer(_: Arrived) -> object:
        return (429, {"Retry-After": "1"}, b"") if len(receiver.arrived) == 1 else 200

    with receiving(answer) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=0)
        until(lambda: world.statuses(hook) == ["retrying"], what="the failure")
        waiting = world.deliveries(hook)[0]
        assert waiting["next_attempt_at"] > datetime.now(UTC)
        assert world.app.read_webhook(hook, ANN)["health"] == "failing"
        until(lambda: world.statuses(hook) == ["success"], what="the success")

    assert receiver.arrived[1].at - receiver.arrived[0].at >= 1


def test_410_switches_the_subscription_off_by_an_event_and_on_again_it_catches_up(world: World):
    answers = iter([410, 200, 200])
    with receiving(lambda _: next(answers)) as receiver, world.sending(schedule=Schedule()):
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=1)
        until(lambda: not world.app.read_webhook(hook, ANN)["is_active"], what="being switched off")
        assert world.app.read_webhook(hook, ANN)["health"] == "disabled"
        assert world.statuses(hook) == ["retrying", "pending"]
        types = [event.type for event in world.app.log.stream(f"webhook-{hook}")]
        assert types == ["webhook.created", "webhook.disabled"]

        world.change(hook, is_active=True)
        until(lambda: world.statuses(hook) == ["success"] * 2, what="catching up")

    assert receiver.sequences() == [1, 1, 2]


def test_a_redirect_is_a_failure_and_not_followed(world: World):
    with receiving() as target, receiving(lambda _: (302, {"Location": target.url}, b"")) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=0)
        until(lambda: world.statuses(hook) == ["retrying"], what="the failure")

        (attempt, *_) = world.deliveries(hook)[0]["attempts"]
        assert attempt["status_code"] == 302
        assert "Redirects are not followed" in attempt["error"]
        assert target.arrived == []


def test_a_reset_is_a_failure_and_tried_again(world: World):
    def reset(handler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()
        handler.close_connection = True

    with receiving(lambda _: reset if len(receiver.arrived) == 1 else 200) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=0)
        until(lambda: world.statuses(hook) == ["success"], what="the success")

    first, second = world.deliveries(hook)[0]["attempts"]
    assert first["status_code"] is None
    assert first["error"]
    assert second["status_code"] == 200


def test_a_kept_connection_that_died_meanwhile_costs_no_attempt(world: World):
    def answer_and_hang_up(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n")
        handler.wfile.flush()
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        dead.wait(10)
        handler.close_connection = True

    dead = threading.Event()
    with receiving(lambda _: answer_and_hang_up) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=0)
        until(lambda: world.statuses(hook) == ["success"], what="the first")
        dead.set()
        world.projects.happens("task.created")
        world.follow()
        until(lambda: world.statuses(hook) == ["success"] * 2, what="the second")

    assert [len(delivery["attempts"]) for delivery in world.deliveries(hook)] == [1, 1]


def test_a_long_answer_is_read_a_little_and_hung_up_on(world: World):
    def endless(handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        sent = 0
        try:
            while sent < 200_000_000:
                handler.wfile.write(b"x\x00" * 50_000)
                sent += 100_000
        except OSError:
            pass
        written.append(sent)
        handler.close_connection = True

    written: list[int] = []
    with receiving(lambda _: endless) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=0)
        until(lambda: world.statuses(hook) == ["success"], what="the success")
        until(lambda: written, what="the receiver's end")

    (attempt,) = world.deliveries(hook)[0]["attempts"]
    assert len(attempt["response_body"]) == 1000
    assert written[0] < 50_000_000


def test_the_log_is_filtered_and_paged(world: World):
    with receiving(lambda a: 200) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=4)
        until(lambda: world.statuses(hook) == ["success"] * 5, what="all")
    world.projects.happens("task.completed")
    world.follow()

    assert [d["event_type"] for d in world.deliveries(hook, status="pending")] == ["task.completed"]
    assert len(world.deliveries(hook, event_type="task.updated")) == 4
    page = world.app.list_deliveries(hook, ANN, status=None, event_type=None, page=2, page_size=4)
    assert (page["count"], [delivery["sequence"] for delivery in page["results"]]) == (6, [2, 1])
    read, cursor = [], "start"
    while cursor:
        part = world.app.list_deliveries(
            hook, ANN, status="success", event_type=None, page=1, page_size=2, cursor=cursor
        )
        read += [delivery["sequence"] for delivery in part["results"]]
        cursor = part["cursor"]
    assert (5, [5, 4, 3, 2, 1]) == (part["count"], read)
    with pytest.raises(InvalidParameter):
        world.app.list_deliveries(hook, ANN, status=None, event_type=None, page=1, page_size=2, cursor="WyJpZCIsIDNd")
    one = world.app.read_delivery(UUID(str(page["results"][0]["id"])), ANN)
    assert one == page["results"][0]
    assert json.dumps(one["payload"])


def test_a_schedule_steps_on_with_every_failure(world: World):
    schedule = Schedule(waits=(timedelta(milliseconds=50), timedelta(milliseconds=50), timedelta(hours=1)))
    with receiving(lambda _: 500) as receiver, world.sending(schedule=schedule):
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=0)
        until(lambda: len(world.deliveries(hook)[0]["attempts"]) == 3, what="three attempts")

        assert world.deliveries(hook)[0]["next_attempt_at"] > datetime.now(UTC) + timedelta(minutes=50)
