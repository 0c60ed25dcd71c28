"""Archive, transfer, trash, restore and purge through HTTP, and the webhooks that tell of them."""

import json

import pytest
from system.steps import Receiver, a_project, a_task, assert_problem, receiving, somebody, until


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_a_project_is_shelved_handed_over_restored_and_purged(stack, receiver: Receiver):
    ann, ben = (somebody(stack.url, name) for name in ("ann", "ben"))
    project = a_project(ann)["id"]
    path = f"/api/projects/{project}/"
    assert ann.post(path + "members/", json={"user_id": ben.id}).status_code == 201
    ben.post("/api/webhooks/", json={"name": "Mirror", "url": receiver.url, "events": ["project.*"]})
    task = a_task(ann, project)["id"]

    assert ann.post(path + "archive/").json()["archived"]
    told = assert_problem(ben.patch(f"/api/tasks/{task}/", json={"status": "done"}), 409)
    assert "/problems/project-archived" == told["type"]
    assert 0 == ann.get("/api/projects/").json()["count"]
    assert 1 == ben.get("/api/projects/?archived=true").json()["count"]
    assert not ann.post(path + "unarchive/").json()["archived"]

    assert_problem(ann.post(path + "transfer/", json={"user_id": 999_999}), 422, pointer="/user_id")
    handed = ann.post(path + "transfer/", json={"user_id": ben.id})
    assert (200, ben.id, "manager") == (handed.status_code, handed.json()["owner"]["id"], handed.json()["role"])

    assert_problem(ann.delete(path), 403)
    key = {"Idempotency-Key": "away with it"}
    assert [204, 204] == [ben.delete(path, headers=key).status_code for _ in range(2)]
    other = assert_problem(ben.delete(path + "?purge=true", headers=key), 422)
    assert "/problems/idempotency-key-reused" == other["type"]
    trash = ben.get("/api/trash/")
    assert trash.status_code == 200, trash.text
    (gone,) = trash.json()["results"]
    assert ("project", project, "Apollo") == (gone["kind"], gone["id"], gone["name"])
    assert 0 == ann.get("/api/trash/").json()["count"]
    assert 200 == ben.post(path + "restore/").status_code
    assert 1 == ann.get("/api/projects/").json()["count"]

    assert 204 == ben.delete(path + "?purge=true").status_code
    assert_problem(ben.get(path), 404)
    assert_problem(ben.get(path + "?as_of=1"), 404)
    assert_problem(ben.post(path + "restore/"), 404)
    until(lambda: receiver.of_type("project.purged"), what="the last webhook")
    heard = [json.loads(request.body) for request in receiver.requests]
    assert [
        "project.archived", "project.unarchived", "project.transferred",
        "project.deleted", "project.restored", "project.deleted", "project.purged",
    ] == [event["type"] for event in heard]  # fmt: skip
    assert {"owner": {"from": ann.id, "to": ben.id}} == heard[2]["changes"]
    assert {"archived": {"from": False, "to": True}} == heard[0]["changes"]
