"""Calls across a real broker: what comes back, how soon, and how a no crosses."""

import asyncio
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from synergy_chassis.bus.client import RpcClient
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.envelope import HEADER_ACTOR, HEADER_CLIENT_ADDRESS, HEADER_COMMAND_ID, HEADER_REQUEST_ID
from synergy_contracts.refusals import Refused

from .conftest import Asking, Process, Programs, asking_at, until

COMMAND = "01890000-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def room_of_calls(broker: Any) -> Any:
    return broker.new_vhost()


@pytest.fixture(scope="module")
def service(room_of_calls: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    programs = Programs(tmp_path_factory.mktemp("service"))
    process = programs.service(room_of_calls.amqp_url("projects"))
    yield process
    assert process.terminate() == 0


@pytest.fixture(scope="module")
def gateway(room_of_calls: Any, service: Process) -> Iterator[Asking]:
    with asking_at(room_of_calls.amqp_url()) as asking:
        yield asking


@pytest.fixture
def client(room_of_calls: Any, service: Process) -> Iterator[RpcClient]:
    client = RpcClient(room_of_calls.amqp_url(), service="webhooks")
    yield client
    client.close()


BODIES = [
    pytest.param({}, id="nothing"),
    pytest.param({"text": "smörgås \u2603 \U0001f600", "list": [1, 2.5, None, True]}, id="every_kind_of_json"),
    pytest.param({"large": "x" * 400_000}, id="larger_than_a_frame"),
]


@pytest.mark.parametrize("body", BODIES)
def test_the_gateway_gets_the_answer(gateway: Asking, body: Any) -> None:
    assert body == gateway.call("projects.echo", body)


def test_the_broker_itself_is_asked_while_calls_go_on(gateway: Asking) -> None:
    async def both() -> list[Any]:
        trips = [gateway.caller.round_trip(deadline=2) for _ in range(20)]
        calls = [gateway.caller.call("projects.echo", n, headers={}, deadline=5) for n in range(20)]
        return await asyncio.gather(*trips, *calls)

    assert [bytes(answer) for answer in gateway.run(both())[20:]] == [str(n).encode() for n in range(20)]


@pytest.mark.parametrize("body", BODIES)
def test_a_service_gets_the_answer(client: RpcClient, body: Any) -> None:
    assert body == client.call("projects.echo", body, result=dict[str, Any])


def test_what_surrounds_the_call_arrives(gateway: Asking) -> None:
    headers = {
        HEADER_ACTOR: '{"user_id":7,"scopes":["read"]}',
        HEADER_REQUEST_ID: "request-1",
        HEADER_COMMAND_ID: COMMAND,
        HEADER_CLIENT_ADDRESS: "192.0.2.1",
    }

    heard = gateway.call("projects.who", {}, headers=headers, deadline=5)

    assert heard.pop("actor") == {"user_id": 7, "scopes": ["read"]}
    assert 4 < heard.pop("seconds_left") <= 5
    assert heard == {
        "request_id": "request-1",
        "command_id": COMMAND,
        "client_address": "192.0.2.1",
        "sender": "tester",
    }


def test_a_call_without_actor_is_not_signed_in(gateway: Asking) -> None:
    with pytest.raises(Refused) as no:
        gateway.call("projects.who", {})

    assert (no.value.kind, no.value.code) == ("unauthenticated", "authentication-required")


def test_a_no_crosses_with_all_it_says(gateway: Asking, client: RpcClient) -> None:
    for ask in (gateway.call, lambda method, body: client.call(method, body, result=dict[str, Any])):
        with pytest.raises(Refused) as no:
            ask("projects.refuse", {})

        assert no.value.args == (
            "not_found",
            "thing-not-found",
            "There is no such thing.",
            '[{"pointer": "/thing", "detail": "There is no such thing."}]',
            "",
        )


@pytest.mark.parametrize(
    ("method", "kind", "code", "retry_after"),
    [
        pytest.param("explode", "internal", "internal-error", "", id="a_bug"),
        pytest.param("give_up", "internal", "internal-error", "", id="an_exit"),
        pytest.param("not_json", "internal", "internal-error", "", id="a_result_that_is_not_json"),
        pytest.param("lose_database", "unavailable", "database-unavailable", "1", id="the_database_is_away"),
        pytest.param("no_such_verb", "not_found", "unknown-method", "", id="no_such_method"),
        pytest.param("setup", "not_found", "unknown-method", "", id="nothing_but_declared_methods"),
    ],
)
def test_every_failure_is_an_answer(gateway: Asking, method: str, kind: str, code: str, retry_after: str) -> None:
    with pytest.raises(Refused) as no:
        gateway.call(f"projects.{method}", {}, headers={HEADER_REQUEST_ID: f"request-{method}"})

    assert (kind, code, retry_after) == (no.value.kind, no.value.code, no.value.retry_after)
    assert "hunter2" not in str(no.value)


def test_a_bug_is_logged_with_the_request(gateway: Asking, service: Process) -> None:
    with pytest.raises(Refused):
        gateway.call("projects.explode", {}, headers={HEADER_REQUEST_ID: "request-of-the-bug"})

    def logged() -> list[Any]:
        return [line for line in service.logged("call-failed") if line["request_id"] == "request-of-the-bug"]

    line = until(logged)[0]
    assert (line["method"], line["service"]) == ("explode", "projects")
    assert "ValueError" in line["exception"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({HEADER_ACTOR: "{"}, id="an_actor_that_is_not_json"),
        pytest.param({HEADER_COMMAND_ID: "7"}, id="a_command_id_that_is_no_uuid"),
    ],
)
def test_unreadable_headers_are_refused(gateway: Asking, headers: dict[str, str]) -> None:
    with pytest.raises(Refused) as no:
        gateway.call("projects.echo", {}, headers=headers)

    assert no.value.kind == "malformed"


def test_json_nested_too_deeply_is_refused(gateway: Asking) -> None:
    import msgspec

    with pytest.raises(Refused) as no:
        gateway.call("projects.echo", msgspec.Raw(b"[" * 100_000 + b"]" * 100_000))

    assert no.value.kind == "malformed"


def test_nobody_there_is_said_at_once(gateway: Asking, room_of_calls: Any) -> None:
    started = time.monotonic()
    with pytest.raises(RpcUnavailable):
        gateway.call("webhooks.list_webhooks", {})

    assert time.monotonic() - started < 3


def test_a_service_hears_at_once_that_nobody_is_there(client: RpcClient) -> None:
    started = time.monotonic()
    with pytest.raises(RpcUnavailable):
        client.call("auth.people", {}, result=dict[str, Any])

    assert time.monotonic() - started < 3


def test_no_answer_within_the_deadline_is_a_timeout(gateway: Asking, client: RpcClient) -> None:
    with pytest.raises(RpcTimeout):
        gateway.call("projects.sleep", {"seconds": 1}, deadline=0.2)
    with pytest.raises(RpcTimeout):
        client.call("projects.sleep", {"seconds": 1}, result=dict[str, Any], deadline=timedelta(seconds=0.2))

    assert gateway.call("projects.echo", {"still": "there"}) == {"still": "there"}


def test_slow_handlers_overlap(gateway: Asking) -> None:
    async def twenty() -> None:
        calls = (gateway.caller.call("projects.sleep", {"seconds": 0.5}, headers={}, deadline=5) for _ in range(20))
        await asyncio.gather(*calls)

    gateway.call("projects.echo", {})
    started = time.monotonic()
    gateway.run(twenty())

    assert time.monotonic() - started < 6, "one after another they take ten seconds"


def test_a_service_whose_neighbour_is_not_there_says_so(gateway: Asking) -> None:
    with pytest.raises(Refused) as no:
        gateway.call("projects.ask", {"method": "auth.people", "body": {}})

    assert (no.value.kind, no.value.code) == ("unavailable", "service-unavailable")


@pytest.fixture
def silent_neighbour(room_of_calls: Any) -> Iterator[None]:
    """auth's queue takes calls, and nobody answers them."""
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(room_of_calls.amqp_url("auth")))
    channel = connection.channel()
    channel.queue_declare("rpc-auth", durable=True)
    channel.queue_bind("rpc-auth", "nameko-rpc", "auth.*")
    yield
    channel.queue_delete("rpc-auth")
    connection.close()


@pytest.mark.usefixtures("silent_neighbour")
def test_a_service_whose_neighbour_is_silent_says_so_within_the_deadline_it_was_given(gateway: Asking) -> None:
    gateway.call("projects.echo", {})
    with pytest.raises(Refused) as no:
        gateway.call("projects.ask", {"method": "auth.people", "body": {}, "seconds": 60}, deadline=5)

    assert (no.value.kind, no.value.code) == ("unavailable", "service-unavailable")


def test_a_user_cannot_pass_for_another(room_of_calls: Any) -> None:
    import pika
    from pika.exceptions import ChannelClosedByBroker

    connection = pika.BlockingConnection(pika.URLParameters(room_of_calls.amqp_url("webhooks")))
    channel = connection.channel()
    channel.confirm_delivery()
    with pytest.raises(ChannelClosedByBroker, match="user_id"):
        channel.basic_publish("nameko-rpc", "projects.render", b"{}", pika.BasicProperties(user_id="gateway"))
    connection.close()


def test_a_call_that_bypasses_the_exchange_is_refused(room_of_calls: Any, service: Process) -> None:
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(room_of_calls.amqp_url("auth")))
    channel = connection.channel()
    answers: list[bytes] = []
    channel.basic_consume("amq.rabbitmq.reply-to", lambda _c, _m, _p, body: answers.append(body), auto_ack=True)
    properties = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to", user_id="auth")
    channel.basic_publish("", "rpc-projects", b'{"args":[{}],"kwargs":{}}', properties)
    until(lambda: connection.process_data_events(0.05) or answers)
    connection.close()

    assert b"wrong-exchange" in answers[0]
