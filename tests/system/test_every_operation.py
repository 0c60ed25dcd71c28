"""What holds for every operation there is: strangers, forged tokens, unknown parameters, other people's ids."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from msgspec.structs import fields
from system.cases import Cases, each_turn
from system.refusing import FOR_SUPERUSERS, SIGNED_IN, SOMEBODY_S, WITH_A_BODY, World
from system.steps import Client, anyone, assert_problem
from system.tokens import FORGED, forged

from synergy_gateway.operations import Operation
from synergy_gateway.routes import OPERATIONS

pytestmark = pytest.mark.timeout(600)

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


def every(operations: list[Operation], holds: Callable[[Operation], object]) -> Cases:
    """It holds for each."""
    return [(operation.name, partial(holds, operation)) for operation in operations]


def asked(world: World, operation: Operation, client: Client, query: str = "", **ids: Any) -> requests.Response:
    """The operation, asked for as its caller should, with these ids in place of the world's."""
    path = operation.path.format_map({**world.ids, **ids})
    return client.request(operation.method, path + query, json=world.body(operation.name))


def test_a_change_would_be_noticed(world: World):
    def change() -> None:
        name = f"Changed {uuid4().hex}"
        assert world.ann.patch(world.path("/api/projects/{project_id}/"), json={"name": name}).ok

    with pytest.raises(AssertionError, match="the change: something is written"):
        world.refuses([("nothing", lambda: None), ("the change", change)])
    world.settle()


def test_an_unknown_parameter_is_refused_by_name(world: World):
    def ask(operation: Operation) -> None:
        body = assert_problem(asked(world, operation, world.caller(operation), "?colour=red"), 400)
        assert "colour" in body["detail"]
        needed = [field.encode_name for field in fields(operation.query) if field.required] if operation.query else []
        missing = [name for name in needed if name not in operation.fixed]
        assert ["colour", *missing] == [error["parameter"] for error in body["errors"]]

    world.refuses(every(list(OPERATIONS), ask))


def test_without_a_token_nothing_is_told_or_done(world: World):
    nobody = anyone(world.stack.url)

    def ask(operation: Operation) -> None:
        answer = asked(world, operation, nobody)
        assert_problem(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    world.refuses(every(SIGNED_IN, ask))


def test_with_tokens_that_are_not_ours_nothing_is_told_or_done(world: World):
    client = anyone(world.stack.url)

    def ask(operation: Operation, token: str) -> None:
        client.headers["Authorization"] = f"Bearer {token}"
        assert_problem(asked(world, operation, client), 401)

    tokens = [(case, forged(world.ann, case)) for case in FORGED]
    world.refuses(
        (f"{operation.name} {case}", partial(ask, operation, token))
        for operation, some in zip(SIGNED_IN, each_turn(tokens, 2), strict=False)
        for case, token in some
    )


def test_other_people_s_ids_look_like_unknown_ids(world: World):
    def ask(operation: Operation) -> None:
        status = 403 if operation in FOR_SUPERUSERS else 404
        theirs = assert_problem(asked(world, operation, world.eve), status)
        nobody_s = assert_problem(asked(world, operation, world.eve, **NOBODY_S), status)
        told = ("type", "title", "detail")
        assert [theirs[name] for name in told] == [nobody_s[name] for name in told]

    world.refuses(every(SOMEBODY_S, ask))


NO_IDS = ["0", "-1", "x", "9" * 30, "1.0", "٣", "%00", "%ff", "%F0%9F%98%80", "..%2F1", "x" * 2_000]


def test_what_cannot_be_an_id_is_404(world: World):
    def ask(operation: Operation, name: str, text: str) -> None:
        assert_problem(asked(world, operation, world.caller(operation), **{name: text}), 404)

    parameters = [(operation, name) for operation in SOMEBODY_S for name in operation.parameters]
    world.refuses(
        (f"{operation.name} {name}={text[:20]}", partial(ask, operation, name, text))
        for (operation, name), some in zip(parameters, each_turn(NO_IDS, 3), strict=False)
        for text in some
    )


NO_BODIES = [
    (b"<name/>", "application/xml", 415),
    (b'{"name": ', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b'["name"]', "application/json", 422),
    (b'{"colour": "red"}', "application/json", 422),
    (b"colour=red", "application/x-www-form-urlencoded", 422),
]


def test_a_body_that_is_none_is_refused(world: World):
    def ask(operation: Operation, content: bytes, content_type: str, status: int) -> None:
        path, headers = world.path(operation.path), {"Content-Type": content_type}
        answer = world.caller(operation).request(operation.method, path, data=content, headers=headers)
        assert_problem(answer, status, pointer="/colour" if b"colour" in content else None)

    world.refuses(
        (f"{operation.name} {body[0][:20]!r}", partial(ask, operation, *body))
        for operation, some in zip(WITH_A_BODY, each_turn(NO_BODIES, 4), strict=False)
        for body in some
    )
