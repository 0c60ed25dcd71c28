"""Ways around the limits and the doors that lead nowhere."""

import asyncio

import pytest
from system.steps import anyone, assert_problem, somebody
from system.superusers import PASSWORD

from synergy_chassis.bus.asyncio_caller import Caller
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_local.testing import RunningStack

LOGIN = "/api/auth/login/"


def test_another_address_in_x_forwarded_for_is_no_fresh_start(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    name, email = ann.user["username"], ann.user["email"]
    answers = []
    for number in range(6):
        client = anyone(stack.url)
        client.headers.update({"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"})
        body = {"username": (name, email, name.upper())[number % 3], "password": "wrong battery"}
        answers.append(client.post(LOGIN, json=body))

    assert [401] * 5 + [429] == [answer.status_code for answer in answers]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 300
    assert_problem(anyone(stack.url).post(LOGIN, json={"username": email, "password": PASSWORD}), 429)


@pytest.mark.parametrize(
    ("user", "methods"),
    [
        ("gateway", ["people", "find_person", "head", "events_after"]),
        ("webhooks", ["people", "verify_token", "revocations", "list_users", "update_user"]),
        ("projects", ["verify_token", "accept_invitation", "update_user", "change_password"]),
        ("relay-projects", ["people"]),
    ],
)
def test_on_the_bus_nobody_calls_more_of_auth_than_is_meant_for_it(stack: RunningStack, user, methods) -> None:
    async def attempt(method: str) -> None:
        caller = Caller(stack.servers.amqp_url(user), name="attacker")
        await caller.start()
        try:
            async with asyncio.timeout(30):
                while not caller.connected:  # noqa: ASYNC110 (nobody tells of it)
                    await asyncio.sleep(0.05)
            with pytest.raises((RpcUnavailable, RpcTimeout)):
                await caller.call(f"auth.{method}", {}, headers={}, deadline=2)
        finally:
            await caller.stop()

    async def attempts() -> None:
        await asyncio.gather(*map(attempt, methods))  # each on a connection of its own: a refusal may end one

    asyncio.run(attempts())


def test_the_same_limits_hold_for_every_door_that_takes_the_password(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    wrong = {"old_password": "wrong battery", "new_password": "another battery"}
    for number in range(5):
        if number % 2:
            assert_problem(ann.delete("/api/auth/user/", json={"password": "wrong battery"}), 422)
        else:
            assert_problem(ann.post("/api/auth/password/change/", json=wrong), 422)

    assert_problem(ann.post("/api/auth/password/change/", json=wrong), 429)
    assert_problem(ann.delete("/api/auth/user/", json={"password": PASSWORD}), 429)
    change = {"email": "new@example.com", "old_password": PASSWORD}
    assert_problem(ann.patch("/api/auth/user/", json=change), 429)
    assert_problem(anyone(stack.url).post(LOGIN, json={"username": ann.user["username"], "password": PASSWORD}), 429)


def test_no_field_of_an_account_that_is_not_the_owner_s_is_set_by_its_owner(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")

    for name, value in {
        "id": 1, "is_superuser": True, "is_active": True, "email_confirmed": True, "generation": 9, "password": PASSWORD
    }.items():  # fmt: skip
        assert_problem(ann.patch("/api/auth/user/", json={name: value}), 422, pointer=f"/{name}")
    assert ann.get("/api/auth/user/").json()["is_superuser"] is False


def test_a_password_of_ten_thousand_characters_costs_nothing(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    long = "x" * 10_000

    for method, path, body, pointer in (
        ("POST", LOGIN, {"username": ann.user["username"], "password": long}, "/password"),
        ("POST", "/api/auth/password/change/", {"old_password": PASSWORD, "new_password": long}, "/new_password"),
        ("POST", "/api/auth/password/change/", {"old_password": long, "new_password": "a battery"}, "/old_password"),
        ("POST", "/api/auth/password/reset/confirm/", {"token": "x", "new_password": long}, "/new_password"),
        ("DELETE", "/api/auth/user/", {"password": long}, "/password"),
    ):
        assert_problem(ann.request(method, path, json=body), 422, pointer=pointer)
