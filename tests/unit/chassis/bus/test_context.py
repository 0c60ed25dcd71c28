"""What surrounds a call: read from headers, written to headers."""

from uuid import UUID

import pytest

from synergy_chassis.bus.context import CallContext, read_headers, write_headers
from synergy_chassis.clock import unix_now
from synergy_contracts.envelope import (
    HEADER_ACTOR,
    HEADER_COMMAND_ID,
    HEADER_DEADLINE,
    HEADER_REQUEST_ID,
    HEADER_TRACEPARENT,
    Actor,
)
from synergy_contracts.refusals import Refused

COMMAND = UUID("01890000-0000-7000-8000-000000000001")
ACTOR = Actor(user_id=7, scopes=("read",), session_id="s", superuser=True)


def a_call(**fields: object) -> CallContext:
    given: dict[str, object] = {"actor": ACTOR, "request_id": "request-1", "command_id": COMMAND}
    return CallContext(**(given | fields))  # type: ignore[arg-type]


def test_what_one_writes_the_other_reads() -> None:
    parent = a_call(traceparent="00-trace", tracestate="vendor=1")

    call = read_headers(write_headers(seconds=5, actor=ACTOR, command_id=COMMAND, parent=parent), sender="webhooks")

    assert (
        call.actor,
        call.command_id,
        call.request_id,
        call.traceparent,
        call.tracestate,
        call.sender,
    ) == (ACTOR, COMMAND, "request-1", "00-trace", "vendor=1", "webhooks")
    assert 4 < call.remaining(60) <= 5
    assert not call.late


def test_a_message_without_headers_is_an_anonymous_call_without_a_deadline() -> None:
    call = read_headers({})

    assert (call.actor, call.deadline, call.late, call.remaining(3)) == (None, None, False, 3)
    assert call.request_id
    assert read_headers({}).command_id != call.command_id


def test_over_long_texts_are_cut() -> None:
    assert len(read_headers({HEADER_REQUEST_ID: "x" * 1_000}).request_id) == 200


@pytest.mark.parametrize("deadline", [1, "1"], ids=["a_number", "text"])
def test_a_call_past_its_deadline_is_late(deadline: object) -> None:
    call = read_headers({HEADER_DEADLINE: deadline})

    assert call.late
    assert call.remaining(60) == 0


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({HEADER_ACTOR: "{"}, id="actor_not_json"),
        pytest.param({HEADER_ACTOR: '{"user_id":"7"}'}, id="actor_of_a_wrong_type"),
        pytest.param({HEADER_ACTOR: b"\xff"}, id="actor_not_text"),
        pytest.param({HEADER_COMMAND_ID: "7"}, id="command_id_not_a_uuid"),
        pytest.param({HEADER_DEADLINE: "soon"}, id="deadline_not_a_number"),
        pytest.param({HEADER_DEADLINE: [1]}, id="deadline_a_list"),
    ],
)
def test_an_unreadable_header_is_malformed(headers: dict[str, object]) -> None:
    with pytest.raises(Refused) as no:
        read_headers(headers)

    assert no.value.kind == "malformed"


def test_only_a_signed_in_caller_has_an_actor() -> None:
    assert a_call().signed_in() == ACTOR
    with pytest.raises(Refused) as no:
        a_call(actor=None).signed_in()
    assert no.value.kind == "unauthenticated"


def test_the_store_notes_who_asked_for_what() -> None:
    context = a_call(traceparent="00-trace").command()

    assert (
        context.command_id,
        context.actor_id,
        context.request_id,
        context.traceparent,
    ) == (COMMAND, 7, "request-1", "00-trace")


def test_headers_are_transport_types() -> None:
    headers = write_headers(seconds=1, actor=ACTOR, parent=a_call(traceparent="00-trace"))

    assert {HEADER_DEADLINE, HEADER_REQUEST_ID, HEADER_ACTOR, HEADER_TRACEPARENT} == set(headers)
    assert abs(headers[HEADER_DEADLINE] / 1000 - unix_now() - 1) < 0.5
