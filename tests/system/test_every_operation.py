"""What holds for every operation there is: strangers, forged tokens, unknown parameters, other people's ids."""

from typing import Any
from uuid import UUID

import pytest
import requests
from msgspec.structs import fields
from system.refusing import FOR_SUPERUSERS, SIGNED_IN, SOMEBODY_S, WITH_A_BODY, World, a_world
from system.steps import Client, anyone, assert_problem
from system.tokens import FORGED, forged

from synergy_gateway.operations import Operation
from synergy_gateway.routes import OPERATIONS

NOBODY_S = {
    "project_id": 999_999_999,
    "user_id": 999_999_999,
    "task_id": 999_999_999,
    "comment_id": 999_999_999,
    "subtask_id": 999_999_999,
    "time_log_id": 999_999_999,
    "label_id": 999_999_999,
    "milestone_id": 999_999_999,
    "sprint_id": 999_999_999,
    "webhook_id": UUID(int=7),
    "delivery_id": UUID(int=7),
    "session_id": UUID(int=7),
    "token_id": UUID(int=7),
    "invitation_id": UUID(int=7),
    "import_id": UUID(int=7),
}


@pytest.fixture(scope="module")
def world(stack):
    with a_world(stack) as world:
        yield world


def every(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=[operation.name for operation in operations])


def asked(world: World, operation: Operation, client: Client, query: str = "", **ids: Any) -> requests.Response:
    """The operation, asked for as its caller should, with these ids in place of the world's."""
    path = operation.path.format_map({**world.ids, **ids})
    return client.request(operation.method, path + query, json=world.body(operation.name))


def test_a_change_would_be_noticed(world):
    with pytest.raises(AssertionError), world.unchanged():
        assert world.ann.patch(world.path("/api/projects/{project_id}/"), json={"priority": "high"}).ok
    world.settle()


@every(list(OPERATIONS))
def test_an_unknown_parameter_is_refused_by_name(world, operation):
    with world.unchanged():
        body = assert_problem(asked(world, operation, world.caller(operation), "?colour=red"), 400)

    assert "colour" in body["detail"]
    needed = [field.encode_name for field in fields(operation.query) if field.required] if operation.query else []
    missing = [name for name in needed if name not in operation.fixed]
    assert ["colour", *missing] == [error["parameter"] for error in body["errors"]]


@every(SIGNED_IN)
def test_without_a_token_nothing_is_told_or_done(world, operation):
    with world.unchanged():
        answer = asked(world, operation, anyone(world.stack.url))

    assert_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@every(SIGNED_IN)
def test_with_tokens_that_are_not_ours_nothing_is_told_or_done(world, operation):
    client = anyone(world.stack.url)
    with world.unchanged():
        for case in FORGED:
            client.headers["Authorization"] = f"Bearer {forged(world.ann, case)}"
            assert_problem(asked(world, operation, client), 401)


@every(SOMEBODY_S)
def test_other_people_s_ids_look_like_unknown_ids(world, operation):
    with world.unchanged():
        status = 403 if operation in FOR_SUPERUSERS else 404
        theirs = assert_problem(asked(world, operation, world.eve), status)
        nobody_s = assert_problem(asked(world, operation, world.eve, **NOBODY_S), status)

    told = ("type", "title", "detail")
    assert [theirs[name] for name in told] == [nobody_s[name] for name in told]


NO_IDS = ["0", "-1", "x", "9" * 30, "1.0", "٣", "%00", "%ff", "%F0%9F%98%80", "..%2F1", "x" * 2_000]


@every(SOMEBODY_S)
def test_what_cannot_be_an_id_is_404(world, operation):
    with world.unchanged():
        for text in NO_IDS:
            for name in operation.parameters:
                assert_problem(asked(world, operation, world.caller(operation), **{name: text}), 404)


NO_BODIES = [
    (b"<name/>", "application/xml", 415),
    (b'{"name": ', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b'["name"]', "application/json", 422),
    (b'{"colour": "red"}', "application/json", 422),
    (b"colour=red", "application/x-www-form-urlencoded", 422),
]


@every(WITH_A_BODY)
def test_a_body_that_is_none_is_refused(world, operation):
    path = world.path(operation.path)
    with world.unchanged():
        for content, content_type, status in NO_BODIES:
            headers = {"Content-Type": content_type}
            answer = world.caller(operation).request(operation.method, path, data=content, headers=headers)
            assert_problem(answer, status, pointer="/colour" if b"colour" in content else None)
