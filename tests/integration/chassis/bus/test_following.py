"""Following another store's events over a real broker: in order, never lost, only from the owner's relay."""

from typing import Any

import pika

from .conftest import Process, Programs, publish, publishing, stored_event, until

EXCHANGE = "auth.events"
RELAY = "relay-auth"


def events(*positions: int) -> list[dict[str, Any]]:
    return [stored_event(position, position - 1) for position in positions]


def depth(url: str, queue: str = "projects.follow.auth") -> int:
    """Messages that wait to be delivered."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    answer = connection.channel().queue_declare(queue, passive=True)
    connection.close()
    return int(answer.method.message_count)


def settled(service: Process, positions: list[int]) -> None:
    until(lambda: service.followed() == positions, what=lambda: f"{positions} in {service.journalled()}")


def test_events_arrive_in_order_and_in_batches(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(*range(1, 501)), user=RELAY)

    settled(service, list(range(1, 501)))
    assert max(len(entry) for entry in service.journalled()) <= 200
    assert service.terminate() == 0
    assert depth(vhost.amqp_url()) == 0


def test_the_handler_is_called_without_events_at_every_connect_and_when_it_is_quiet(
    programs: Programs, vhost: Any
) -> None:
    service = programs.service(vhost.amqp_url("projects"))

    until(lambda: service.journalled()[:2] == [[], []])


def test_the_handler_is_called_without_events_also_while_events_keep_coming(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"), CHECK_EVERY="0.5")
    with publishing(vhost.amqp_url(RELAY), EXCHANGE, user=RELAY) as say:
        say(*events(1))
        until(service.followed)
        before = len(service.journalled())
        sent = iter(range(2, 10_000))

        def checked_thrice() -> bool:
            say(*events(next(sent)))
            return service.journalled()[before:].count([]) >= 3

        until(checked_thrice)
    heard = [entry for entry in service.journalled()[before:] if entry]
    assert len(heard) > 10, "no quiet half second between"


def test_an_owner_who_does_not_answer_holds_up_no_messages(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"), CHECK_EVERY="0.5")
    service.journal.with_name(service.journal.name + ".silence").touch()
    until(lambda: "failed" in service.journalled())
    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(1, 2, 3), user=RELAY)

    settled(service, [1, 2, 3])


def test_a_handler_that_raises_loses_nothing(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    trouble = service.journal.with_name(service.journal.name + ".trouble")
    trouble.touch()
    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(1, 2, 3), user=RELAY)
    until(lambda: service.journalled().count("failed") >= 3)
    assert service.followed() == []

    trouble.unlink()

    settled(service, [1, 2, 3])
    assert service.popen.poll() is None


def test_what_was_not_acknowledged_comes_again_after_a_crash(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    trouble = service.journal.with_name(service.journal.name + ".trouble")
    trouble.touch()
    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(1, 2, 3), user=RELAY)
    until(lambda: "failed" in service.journalled())
    service.kill()
    trouble.unlink()

    settled(programs.service(vhost.amqp_url("projects"), journal=service.journal), [1, 2, 3])


def test_one_of_two_replicas_follows_and_the_other_takes_over(programs: Programs, vhost: Any) -> None:
    first = programs.service(vhost.amqp_url("projects"))
    second = programs.service(vhost.amqp_url("projects"))
    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(1, 2), user=RELAY)
    settled(first, [1, 2])

    first.kill()
    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(3, 4), user=RELAY)

    settled(second, [3, 4])


def test_an_event_that_is_not_the_relays_is_refused(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    publish(vhost.amqp_url("tester"), EXCHANGE, *events(1), user="tester")
    publish(vhost.amqp_url("tester"), EXCHANGE, *events(2))
    publish(vhost.amqp_url("webhooks"), "", *events(3), user="webhooks", key="projects.follow.auth")
    service.wait_for("event-refused", 3)
    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(4), user=RELAY)

    settled(service, [4])
    assert [line["sender"] for line in service.logged("event-refused")] == ["tester", None, "webhooks"]
    assert depth(vhost.amqp_url()) == 0


def test_an_unreadable_event_does_not_stop_the_others(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"))
    publish(vhost.amqp_url(RELAY), EXCHANGE, b"{", *events(1), b"[]", b"[" * 50_000, *events(2), user=RELAY)

    settled(service, [1, 2])


def test_a_deleted_queue_is_declared_again_and_the_head_is_asked_for(programs: Programs, vhost: Any) -> None:
    service = programs.service(vhost.amqp_url("projects"), CHECK_EVERY="60")
    until(lambda: service.journalled()[:1] == [[]])
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url()))
    connection.channel().queue_delete("projects.follow.auth")
    connection.close()
    service.wait_for("broker-connected", 4)
    until(lambda: service.journalled() == [[], []])

    publish(vhost.amqp_url(RELAY), EXCHANGE, *events(1), user=RELAY)
    settled(service, [1])
