"""Whoever is out is out everywhere within five seconds, whatever happens to Redis; and who may do what to whom."""

import time
from collections.abc import Callable

import pytest
import redis
import requests
from system.steps import Client, a_project, anyone, assert_problem, somebody, until
from system.superusers import PASSWORD, signed_in_again, the_superuser

from synergy_local.testing import RunningStack

USER = "/api/auth/user/"
PROJECTS = "/api/projects/"
"""Answered by a service that does not know whether sessions ended."""
PROMISED = 5.0
"""Seconds."""


@pytest.fixture(scope="module")
def root(stack: RunningStack) -> Client:
    return the_superuser(stack)


def out_within_five_seconds(client: Client, act: Callable[[], requests.Response]) -> None:
    """After `act` nothing is let in that is asked five seconds later or before; and refreshing does not help."""
    assert client.get(PROJECTS).status_code == 200
    answer = act()
    assert answer.status_code in (200, 204), answer.text
    began = time.monotonic()
    until(lambda: client.get(PROJECTS).status_code == 401, seconds=PROMISED, what="the token being refused")
    assert time.monotonic() - began < PROMISED
    assert_problem(client.get(USER), 401)
    assert_problem(anyone(client.base).post("/api/auth/token/refresh/", json={"refresh": client.refresh}), 401)


def test_logging_out_ends_the_session_at_every_door_and_no_other(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    elsewhere = signed_in_again(ann, ann.user["email"])

    out_within_five_seconds(ann, lambda: ann.post("/api/auth/logout/"))
    assert elsewhere.get(USER).status_code == 200


def test_everything_that_ends_sessions_ends_them_also_when_redis_was_emptied(stack: RunningStack, root: Client) -> None:
    ann = somebody(stack.url, "ann")
    name = ann.user["username"]

    def session(password: str = PASSWORD) -> Client:
        return signed_in_again(ann, name, password)

    with redis.Redis.from_url(stack.env("gateway")["REDIS_URL"]) as cache:
        cache.flushall()
        one, two = session(), session()
        sessions = one.get("/api/auth/sessions/").json()["results"]
        other = next(found["id"] for found in sessions if not found["current"])
        out_within_five_seconds(two, lambda: one.delete(f"/api/auth/sessions/{other}/"))
        cache.flushall()
        assert_problem(two.get(USER), 401)

        two = session()
        change = {"old_password": PASSWORD, "new_password": "another battery"}
        out_within_five_seconds(two, lambda: one.post("/api/auth/password/change/", json=change))
        assert one.get(USER).status_code == 200
        two = session("another battery")
        out_within_five_seconds(two, lambda: one.post("/api/auth/logout/?all=true", json={"refresh": one.refresh}))

        two = session("another battery")
        out_within_five_seconds(two, lambda: root.patch(f"/api/admin/users/{ann.id}/", json={"is_active": False}))
        cache.flushall()
        assert_problem(two.get(USER), 401)
        disabled = anyone(stack.url).post("/api/auth/login/", json={"username": name, "password": "another battery"})
        wrong = anyone(stack.url).post("/api/auth/login/", json={"username": name, "password": "wrong battery"})
        told = [{**assert_problem(answer, 401), "request_id": ""} for answer in (disabled, wrong)]
        assert told[0] == told[1]


def test_a_copied_refresh_token_ends_the_session_with_its_access_tokens(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    stolen = ann.refresh
    mine = anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": stolen}).json()
    anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": mine["refresh"]}).raise_for_status()
    assert ann.get(USER).status_code == 200

    reused = assert_problem(anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": stolen}), 401)

    assert reused["type"] == "/problems/token-reuse"
    until(lambda: ann.get(USER).status_code == 401, seconds=PROMISED, what="the access token being refused")
    again = signed_in_again(ann, ann.user["username"])
    kinds = [(line["kind"], line["outcome"]) for line in again.get("/api/auth/security-events/").json()["results"]]
    assert kinds[:2] == [("login_success", "success"), ("token_reuse", "failure")]


def test_superusers_see_accounts_and_change_rights_and_others_do_not(stack: RunningStack, root: Client) -> None:
    ann = somebody(stack.url, "ann")
    path = f"/api/admin/users/{ann.id}/"

    assert_problem(ann.get("/api/admin/users/"), 403)
    assert_problem(ann.patch(path, json={"is_superuser": True}), 403)
    assert_problem(root.patch("/api/admin/users/999999999/", json={"is_active": False}), 404)
    assert_problem(root.patch(path, json={"is_active": "no"}), 422, pointer="/is_active")
    found = root.get(f"/api/admin/users/?search={ann.user['username']}").json()
    assert [(ann.id, True, False)] == [(one["id"], one["is_active"], one["is_superuser"]) for one in found["results"]]

    assert root.patch(path, json={"is_superuser": True}).json()["is_superuser"] is True
    until(lambda: ann.get(USER).status_code == 401, seconds=PROMISED, what="the token of the old rights being refused")
    ann.headers["Authorization"] = (
        "Bearer " + (anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": ann.refresh}).json()["access"])
    )
    assert ann.get(f"/api/admin/users/?search={ann.user['username']}").json()["count"] == 1
    project = a_project(somebody(stack.url, "eve"))["id"]
    assert ann.get(f"/api/projects/{project}/").status_code == 200
    assert root.patch(path, json={"is_superuser": False}).status_code == 200
    until(lambda: ann.get(USER).status_code == 401, seconds=PROMISED, what="the superuser's token being refused")


def test_without_auth_nobody_is_let_in_after_five_seconds_and_all_are_when_it_is_back(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    stack.kill("auth")
    began = time.monotonic()

    until(lambda: ann.get("/api/projects/").status_code == 503, seconds=PROMISED + 3, what="503")

    assert time.monotonic() - began < PROMISED + 3
    stack.restart("auth")
    until(lambda: ann.get("/api/projects/").status_code == 200, what="the way back in")
