"""A session that ends at one door is over at every other within five seconds, with Redis or without."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import redis
import requests
from system.gateways import at, one_more
from system.steps import Client, a_project, assert_problem, somebody, until
from system.superusers import signed_in_again
from system.test_sessions import PROJECTS, PROMISED, USER

from synergy_local.testing import RunningStack


@pytest.fixture(scope="module")
def ended(stack: RunningStack) -> Client:
    """Whoever signed out before the second gateway was started."""
    ann = somebody(stack.url, "ann")
    assert ann.post("/api/auth/logout/").status_code == 204
    return ann


@pytest.fixture(scope="module")
def second(stack: RunningStack, ended: Client) -> Iterator[str]:
    """The address of one more gateway of the stack."""
    with one_more(stack, "gateway-2") as url:
        yield url


def test_a_gateway_that_starts_later_refuses_what_ended_before(stack: RunningStack, ended: Client, second: str) -> None:
    ann = somebody(stack.url, "ann")

    assert_problem(at(second, ended).get(PROJECTS), 401)
    assert at(second, ann).get(PROJECTS).status_code == 200


def out_at(doors: list[Client], act: Callable[[], requests.Response]) -> None:
    """After `act` the session is refused at all of `doors` within five seconds, and stays so."""
    assert [200] * len(doors) == [door.get(PROJECTS).status_code for door in doors]
    began = time.monotonic()
    assert act().status_code == 204
    for door in doors:
        until(lambda door=door: door.get(PROJECTS).status_code == 401, seconds=PROMISED, what="being refused")
    assert time.monotonic() - began < PROMISED
    for door in doors:
        assert_problem(door.get(USER), 401)


def test_what_ends_at_one_gateway_is_refused_by_the_other_also_when_redis_was_emptied(
    stack: RunningStack, second: str
) -> None:
    ann = somebody(stack.url, "ann")
    name = ann.user["username"]

    def session() -> list[Client]:
        one = signed_in_again(ann, name)
        return [one, at(second, one)]

    with redis.Redis.from_url(stack.env("gateway")["REDIS_URL"]) as cache:
        here, there = session()
        out_at([there, here], lambda: here.post("/api/auth/logout/"))
        cache.flushall()
        assert [401, 401] == [here.get(USER).status_code, there.get(USER).status_code]

        here, there = session()
        cache.flushall()
        ended = next(one for one in there.get("/api/auth/sessions/").json()["results"] if one["current"])
        out_at([here, there], lambda: at(second, ann).delete(f"/api/auth/sessions/{ended['id']}/"))
        cache.flushall()
        assert_problem(here.get(PROJECTS), 401)
        assert_problem(there.get(PROJECTS), 401)
    assert [200, 200] == [ann.get(USER).status_code, at(second, ann).get(USER).status_code]


def test_a_key_means_one_request_of_one_person_at_every_gateway(stack: RunningStack, second: str) -> None:
    ann, bob = somebody(stack.url, "ann"), somebody(stack.url, "bob")
    there, key = at(second, ann), {"Idempotency-Key": "my key"}
    project = a_project(ann)
    bodies = [{"project": project["id"], "title": title} for title in ("One", "Two")]

    first, again = (door.post("/api/tasks/", json=bodies[0], headers=key) for door in (ann, there))
    assert (201, first.json()) == (again.status_code, again.json())
    assert_problem(there.post("/api/tasks/", json=bodies[1], headers=key), 422)
    assert_problem(ann.patch(f"/api/projects/{project['id']}/", json={"name": "x"}, headers=key), 422)
    assert 201 == bob.post("/api/projects/", json={"name": "His own"}, headers=key).status_code

    waiting = {"Idempotency-Key": "another key"}
    with ThreadPoolExecutor(8) as people:
        asked = [people.submit(door.post, "/api/tasks/", json=bodies[1], headers=waiting) for door in [ann, there] * 4]
    assert {201} == {one.result().status_code for one in asked}
    assert 1 == len({one.result().text for one in asked})
    assert 2 == ann.get(f"/api/projects/{project['id']}/tasks/").json()["count"]


def test_a_key_whose_first_request_is_still_running_is_a_conflict_at_every_gateway(
    stack: RunningStack, second: str
) -> None:
    ann = somebody(stack.url, "ann")
    project, key = a_project(ann)["id"], {"Idempotency-Key": "in no hurry"}
    body = {"project": project, "title": "Once"}
    with ThreadPoolExecutor(3) as asking, held(stack, project) as database:
        first = asking.submit(ann.post, "/api/tasks/", json=body, headers=key)
        under_way(database)
        again = [asking.submit(door.post, "/api/tasks/", json=body, headers=key) for door in (ann, at(second, ann))]
        refused = [one.result() for one in again]
        still = not first.done()
        database.rollback()

    assert still
    for answer in refused:
        assert "/problems/idempotency-key-running" == assert_problem(answer, 409)["type"]
        assert int(answer.headers["Retry-After"]) > 0
    later = at(second, ann).post("/api/tasks/", json=body, headers=key)
    assert (201, 201) == (first.result().status_code, later.status_code)
    assert first.result().json() == later.json()
    assert 1 == ann.get(f"/api/projects/{project}/tasks/").json()["count"]


@contextmanager
def held(stack: RunningStack, project: int) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A transaction that keeps a project's row: its rows, its events and their COMMIT wait until it is rolled back."""
    with psycopg.connect(stack.servers.migration_url("projects")) as database:
        database.execute("SELECT 1 FROM projects WHERE id = %s FOR UPDATE", [project])
        yield database


def under_way(database: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Return when a change waits for such a transaction."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    until(lambda: database.execute(waiting).fetchone() != (0,), what="the change")


def test_a_secret_is_told_once_however_often_its_request_comes(stack: RunningStack, second: str) -> None:
    ann = somebody(stack.url, "ann")
    hook = ann.post("/api/webhooks/", json={"name": "x", "url": "https://example.com/", "events": ["*"]}).json()["id"]
    asked = {
        "/api/webhooks/": ({"name": "y", "url": "https://example.com/", "events": ["*"]}, "secret"),
        f"/api/webhooks/{hook}/rotate-secret/": ({}, "secret"),
        "/api/auth/tokens/": ({"name": "mine", "scopes": ["read"]}, "token"),
    }
    for path, (body, name) in asked.items():
        key = {"Idempotency-Key": f"once {path}"}
        first, *again = [door.post(path, json=body, headers=key) for door in (ann, at(second, ann), ann)]
        assert first.ok, first.text
        assert first.json()[name]
        assert [first.json() | {name: None}] * 2 == [answer.json() for answer in again]
        assert {first.status_code} == {answer.status_code for answer in again}


def test_what_was_committed_when_its_service_died_is_told_to_who_asks_again(stack: RunningStack, second: str) -> None:
    ann = somebody(stack.url, "ann")
    project, key = a_project(ann)["id"], {"Idempotency-Key": "whatever happens"}
    body = {"project": project, "title": "Once"}
    with ThreadPoolExecutor(1) as asking, held(stack, project) as database:
        first = asking.submit(ann.post, "/api/tasks/", json=body, headers=key)
        under_way(database)
        stack.kill("projects")
        database.rollback()
        made = "SELECT count(*) FROM tasks WHERE project_id = %s"
        until(lambda: database.execute(made, [project]).fetchone() == (1,), what="what nobody was told of")
        database.rollback()
        stack.start("projects")
        stack.wait_healthy()

        answers = [door.post("/api/tasks/", json=body, headers=key) for door in (at(second, ann), ann)]
        assert first.result().status_code in (201, 503)
    assert [201, 201] == [answer.status_code for answer in answers]
    assert answers[0].json() == answers[1].json()
    assert 1 == ann.get(f"/api/projects/{project}/tasks/").json()["count"]
