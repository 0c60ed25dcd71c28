"""Projects as files through the gateway: an export is imported equal, and is there for whoever is told that it is."""

import json
from typing import Any
from uuid import uuid4

import pytest
import requests
from system.steps import Client, assert_problem, somebody, until

from synergy_contracts.imports import PART_BYTES

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def ann(stack) -> Client:
    return somebody(stack.url, "ann")


def imported(client: Client, sent: requests.Response) -> dict[str, Any]:
    """What became of an import."""
    assert 202 == sent.status_code, sent.text

    def over() -> dict[str, Any] | None:
        told = client.get(sent.headers["Location"]).json()
        return told if told["status"] in ("done", "failed") else None

    return until(over, what="the import")


def lasting(text: str) -> Any:
    times = ("created_at", "completed_at")
    return json.loads(text, object_hook=lambda one: {name: one[name] for name in one if name not in times})


def test_an_export_is_imported_equal_and_found_as_soon_as_it_is_told_to_be_done(ann, stack):
    ben = somebody(stack.url, "ben")
    project = ann.post("/api/projects/", json={"name": "Größe", "budget": "12.50"}).json()["id"]
    ann.post(f"/api/projects/{project}/members/", json={"user_id": ben.id, "role": "contributor"})
    for number in range(12):
        task = {"title": f"Task {number}", "description": "ä" * 48_000, "labels": ["bug"], "assignees": [ben.id]}
        assert ben.post("/api/tasks/", json={"project": project, **task}).ok
    ann.get("/api/projects/")

    exported = ann.get(f"/api/projects/{project}/export/")
    assert (200, f'attachment; filename="project-{project}.json"') == (
        exported.status_code, exported.headers["Content-Disposition"],
    )  # fmt: skip
    assert len(exported.content) > 4 * PART_BYTES
    told = imported(ann, ann.post("/api/projects/import/", data=exported.content, headers=JSON))

    assert ("done", 12, 12, []) == (told["status"], told["done"], told["total"], told["errors"])
    assert told["project"] in [one["id"] for one in ann.get("/api/projects/").json()["results"]]
    assert 12 == ben.get(f"/api/projects/{told['project']}/").json()["task_count"]
    again = ben.get(f"/api/projects/{told['project']}/export/")
    assert lasting(exported.text) == lasting(again.text)
    lines = ann.get(f"/api/projects/{project}/export/?format=csv")
    assert "text/csv; charset=utf-8" == lines.headers["Content-Type"]
    assert 13 == len(lines.text.splitlines())
    assert b"" == ann.head(f"/api/projects/{project}/export/").content


def test_the_same_key_makes_one_project_and_another_file_or_name_under_it_is_refused(ann):
    key = {"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"}
    before = ann.get("/api/projects/").json()["count"]
    told = {
        imported(ann, ann.post("/api/projects/import/?name=List", data=b"title\nOne\n", headers=key))["project"]
        for _ in range(3)
    }

    assert 1 == len(told)
    assert before + 1 == ann.get("/api/projects/").json()["count"]
    for name, file in (("List", b"title\nTwo\n"), ("Other", b"title\nOne\n")):
        other = ann.post(f"/api/projects/import/?name={name}", data=file, headers=key)
        assert "/problems/idempotency-key-reused" == assert_problem(other, 422)["type"]
    taken = {"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"}
    assert ann.post("/api/projects/", json={"name": "Taken"}, headers={"Idempotency-Key": taken["Idempotency-Key"]}).ok
    other = ann.post("/api/projects/import/", data=b"title\nOne\n", headers=taken)
    assert "/problems/idempotency-key-reused" == assert_problem(other, 422)["type"]


def test_what_cannot_be_imported_is_refused_with_the_reason(ann, stack):
    told = imported(ann, ann.post("/api/projects/import/", data=b'{"format": "x",\n"tasks": [1, ]}', headers=JSON))
    assert ("failed", None, [1, 2]) == (told["status"], told["project"], [one["line"] for one in told["errors"]])

    form = ann.post("/api/projects/import/", files={"file": b"title\n"})
    assert "Content-Type" in assert_problem(form, 415)["detail"]
    eve = somebody(stack.url, "eve")
    assert_problem(eve.get(f"/api/imports/{told['id']}/"), 404)
    assert_problem(eve.get(f"/api/projects/{ann.get('/api/projects/').json()['results'][0]['id']}/export/"), 404)
