"""Answers from memory: when they are served, and when never."""

import pytest
from litestar.testing import TestClient
from unit.gateway.given import PROJECT, TASK, Neighbours, Signer

from synergy_chassis.bus.asyncio_hearing import Heard
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import Refused

PATH = "/api/projects/3/"
READ = "projects.read_project"
PAGE = {"count": 1, "results": [PROJECT]}


@pytest.fixture(autouse=True)
def project(neighbours: Neighbours) -> None:
    """Project 3 at version 4, whose only member is user 7; people's names as of position 20."""
    of_project = {"project-3": 4, "people": 20}
    of_person = {"project-3": 4, "people": 20, "user-7": None}
    neighbours.answers |= {
        READ: lambda _: PROJECT, "projects.list_projects": lambda _: PAGE, "projects.read_task": lambda _: TASK,
        "projects.list_tasks": {"count": 1, "results": [TASK]},
        "projects.list_members": {"count": 0, "results": []},
        "projects.read_progress": {"project": 3, "progress": 0, "version": 4},
    }  # fmt: skip
    neighbours.versions |= dict.fromkeys(
        (READ, "projects.read_task", "projects.list_members", "projects.read_progress"), of_project
    ) | dict.fromkeys(("projects.list_projects", "projects.list_tasks"), of_person)


def asked(neighbours: Neighbours, method: str = READ) -> int:
    return len(neighbours.sent(method))


def event(kind: str, stream: str = "project-3", version: int = 1, position: int = 1, **data: object) -> Heard:
    return Heard(position=position, previous_position=0, stream=stream, version=version, type=kind, data=data)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/projects/", "projects.list_projects"),
        ("/api/projects/?status=active&page=2", "projects.list_projects"),
        (PATH, READ),
        ("/api/projects/3/progress/", "projects.read_progress"),
        ("/api/projects/3/members/", "projects.list_members"),
        ("/api/tasks/", "projects.list_tasks"),
        ("/api/tasks/9/", "projects.read_task"),
    ],
)
def test_the_second_answer_comes_from_memory_and_is_the_same(ann: TestClient, neighbours: Neighbours, path, method):
    first, second = ann.get(path), ann.get(path)
    known = ann.get(path, headers={"If-None-Match": first.headers["ETag"]})
    head = ann.head(path)

    assert 1 == asked(neighbours, method)
    assert (200, first.content) == (second.status_code, second.content)
    other = {"x-request-id"}
    assert {n: v for n, v in first.headers.items() if n not in other} == {
        n: v for n, v in second.headers.items() if n not in other
    }
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    assert (304, b"", first.headers["ETag"]) == (known.status_code, known.content, known.headers["ETag"])
    assert (200, b"") == (head.status_code, head.content)


def test_with_and_without_the_slash_it_is_one_address(ann: TestClient, neighbours: Neighbours):
    ann.get(PATH)
    ann.get(PATH.rstrip("/"))

    assert 1 == asked(neighbours)


def test_nobody_is_served_what_was_kept_for_another(ann: TestClient, neighbours: Neighbours, signer: Signer):
    ann.get(PATH)
    others = [signer.token(sub="8"), signer.token(superuser=True), signer.token(scopes=["read"])]
    for token in others:
        ann.get(PATH, headers={"Authorization": f"Bearer {token}"})

    assert 4 == asked(neighbours)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"scopes": ["write"]}, 403, id="without_the_scope"),
        pytest.param({"exp": 1}, 401, id="expired"),
        pytest.param({"sid": "ended"}, 401, id="revoked"),
    ],
)
def test_who_may_not_read_is_refused_what_is_kept(
    ann: TestClient, neighbours: Neighbours, signer: Signer, changes, status
):
    revocation = {"user_id": 7, "session_id": "01a22090-2a51-776e-b995-50fbe1971a45", "until": "2999-01-01T00:00:00Z"}
    neighbours.answers["auth.revocations"] = {
        "cursor": "1:1", "whole": True, "more": None, "revocations": [revocation],
    }  # fmt: skip
    sid = revocation["session_id"] if changes == {"sid": "ended"} else changes.get("sid", "s")
    assert ann.get(PATH).status_code == 200

    answer = ann.get(PATH, headers={"Authorization": f"Bearer {signer.token(**changes | {'sid': sid})}"})

    assert status == answer.status_code
    assert ann.get(PATH, headers={"Authorization": ""}).status_code == 401
    assert 1 == asked(neighbours)


@pytest.mark.parametrize(
    ("versions", "again"),
    [
        pytest.param({"project-3": 5}, True, id="a_newer_version"),
        pytest.param({"project-3": 4}, False, id="the_version_it_has"),
        pytest.param({"project-4": 9}, False, id="another_project"),
        pytest.param({"user-7": None}, True, id="something_of_the_reader"),
        pytest.param({"user-8": None}, False, id="something_of_somebody_else"),
    ],
)
def test_what_was_acknowledged_anywhere_is_read(ann: TestClient, neighbours: Neighbours, marks, versions, again):
    ann.get(PATH)
    marks.acknowledge(versions)
    ann.get(PATH)

    assert (2 if again else 1) == asked(neighbours)


def test_a_change_is_marked_before_it_is_answered(ann: TestClient, neighbours: Neighbours):
    ann.get(PATH)
    ann.get("/api/projects/")
    neighbours.answers["projects.update_project"] = PROJECT | {"version": 5}
    neighbours.versions["projects.update_project"] = {"project-3": 5}
    neighbours.answers[READ] = PROJECT | {"version": 5}
    neighbours.versions[READ] = {"project-3": 5, "people": 20}

    assert ann.patch(PATH, json={"name": "Gemini"}).status_code == 200

    assert 5 == ann.get(PATH).json()["version"] == ann.get(PATH).json()["version"]
    assert 2 == asked(neighbours)
    ann.get("/api/projects/")
    assert 2 == asked(neighbours, "projects.list_projects")


def test_an_answer_that_is_old_when_it_comes_is_not_served_again(ann: TestClient, neighbours: Neighbours, marks):
    """The change was acknowledged while the read was under way; only who asked before may have it."""

    def read_before_the_change(_: object) -> dict[str, object]:
        marks.acknowledge({"project-3": 5})
        return PROJECT

    neighbours.answers[READ] = read_before_the_change
    ann.get(PATH)
    ann.get(PATH)

    assert 2 == asked(neighbours)


@pytest.mark.parametrize("lost", ["emptied", "reconnected"])
def test_what_was_kept_before_redis_lost_something_is_not_served(ann: TestClient, neighbours: Neighbours, marks, lost):
    ann.get(PATH)
    marks.lose_everything() if lost == "emptied" else marks.reconnect()
    ann.get(PATH)
    ann.get(PATH)

    assert 2 == asked(neighbours)


def test_without_redis_everything_is_asked_and_changes_go_on(ann: TestClient, neighbours: Neighbours, marks):
    ann.get(PATH)
    marks.up = False
    neighbours.answers["projects.update_project"] = PROJECT | {"version": 5}
    neighbours.versions["projects.update_project"] = {"project-3": 5}
    for _ in range(2):
        assert ann.get(PATH).status_code == 200
    assert ann.patch(PATH, json={"name": "Gemini"}).status_code == 200
    marks.reconnect()

    ann.get(PATH)
    assert 4 == asked(neighbours)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(RpcTimeout("x"), id="timeout"),
        pytest.param(RpcUnavailable("x"), id="lost_on_the_way"),
        pytest.param(Refused("unavailable", "service-unavailable", "No database."), id="unavailable"),
        pytest.param(Refused("internal", "internal-error", "A bug."), id="internal"),
    ],
)
def test_who_is_told_that_a_change_is_in_doubt_reads_afresh(ann: TestClient, neighbours: Neighbours, failure):
    ann.get(PATH)
    neighbours.answers["projects.update_task"] = failure
    assert ann.patch("/api/tasks/9/", json={"title": "Test"}).status_code >= 500
    ann.get(PATH)

    assert 2 == asked(neighbours)


def test_who_is_refused_a_change_keeps_what_there_is(ann: TestClient, neighbours: Neighbours):
    ann.get(PATH)
    neighbours.answers["projects.update_task"] = Refused("forbidden", "not-allowed", "No.")
    assert ann.patch("/api/tasks/9/", json={"title": "Test"}).status_code == 403
    ann.get(PATH)

    assert 1 == asked(neighbours)


def test_after_a_change_that_does_not_tell_what_it_changed_nothing_kept_holds(ann: TestClient, neighbours: Neighbours):
    """A replica of the services from before they told."""
    ann.get(PATH)
    neighbours.answers["projects.create_task"] = TASK
    assert ann.post("/api/tasks/", json={"project": 3, "title": "Build"}).status_code == 201
    ann.get(PATH)

    assert 2 == asked(neighbours)


@pytest.mark.parametrize(
    "versions", [None, {}, {"people": 20}, {"project-3": 4}, {"user-7": None, "people": 20}], ids=str
)
def test_an_answer_that_lacks_what_it_was_made_of_is_not_kept(ann: TestClient, neighbours: Neighbours, versions):
    neighbours.versions[READ] = versions
    ann.get(PATH)
    ann.get(PATH)

    assert 2 == asked(neighbours)


def test_what_hangs_on_somebody_elses_memberships_is_never_served(ann: TestClient, neighbours: Neighbours):
    neighbours.versions[READ] = {"project-3": 4, "people": 20, "user-8": None}
    ann.get(PATH)
    ann.get(PATH)

    assert 2 == asked(neighbours)


def test_refusals_are_not_kept(ann: TestClient, neighbours: Neighbours):
    neighbours.answers[READ] = Refused("not_found", "project-not-found", "There is none.")
    for _ in range(2):
        assert ann.get(PATH).status_code == 404

    assert 2 == asked(neighbours)


@pytest.mark.parametrize(
    ("told", "again"),
    [
        pytest.param(event("task.created", version=5), True, id="a_newer_version"),
        pytest.param(event("task.created", version=4), False, id="the_version_it_has"),
        pytest.param(event("task.created", stream="project-4", version=9), False, id="another_project"),
        pytest.param(event("member.added", stream="project-4", user_id=7), True, id="the_reader_came_in_elsewhere"),
        pytest.param(event("member.added", stream="project-4", user_id=8), False, id="somebody_else_did"),
        pytest.param(event("project.created", stream="project-4", owner_id=7), True, id="the_reader_started_another"),
    ],
)
def test_what_came_through_no_gateway_is_heard(ann: TestClient, neighbours: Neighbours, news, told, again):
    ann.get("/api/projects/")
    news.of_projects(told)
    ann.get("/api/projects/")

    assert (2 if again else 1) == asked(neighbours, "projects.list_projects")


def test_a_new_name_makes_old_what_projects_answered_before_it_had_it(ann: TestClient, neighbours: Neighbours, news):
    ann.get(PATH)
    news.of_auth(event("user.updated", "user-7", position=21))
    ann.get(PATH)  # projects has not followed yet
    ann.get(PATH)
    assert 3 == asked(neighbours)

    neighbours.versions[READ] = {"project-3": 4, "people": 21}
    ann.get(PATH)
    ann.get(PATH)
    assert 4 == asked(neighbours)


def test_other_events_of_accounts_change_nothing(ann: TestClient, neighbours: Neighbours, news):
    ann.get(PATH)
    news.of_auth(event("session.revoked", "user-7", position=21))
    ann.get(PATH)

    assert 1 == asked(neighbours)


def test_where_events_may_have_been_missed_nothing_kept_is_served(ann: TestClient, neighbours: Neighbours, news):
    ann.get(PATH)
    news.gap()
    ann.get(PATH)
    ann.get(PATH)

    assert 2 == asked(neighbours)


def test_with_no_memory_for_it_nothing_is_kept(door, neighbours: Neighbours, signer: Signer):
    client = door(cache_bytes=0)
    for _ in range(2):
        client.get(PATH, headers={"Authorization": f"Bearer {signer.token()}"})

    assert 2 == asked(neighbours)
