"""What an operator does while the product serves: rebuild, verify, kill parts."""

import json
import os
from pathlib import Path
from typing import Any

import forking
import psycopg
import pytest
from chaos.faults import Wipe
from system.steps import Receiver, a_project, a_task, anyone, receiving, somebody, until

from synergy_local.servers.testbed import Broker


def operator(stack, service: str, *arguments: str) -> tuple[int, Any]:
    """Run a service's own command with its environment; its exit code and what it said as JSON."""
    command = ["-m", f"synergy_{service}", *arguments, "--json"]
    done = forking.run(command, env={"PATH": os.environ["PATH"]} | stack.env(service))
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def as_owner(stack, service: str) -> psycopg.Connection:
    """A connection as the owner of a service's database, who may do more than the service."""
    return psycopg.connect(stack.env(f"{service}-migrate")[f"{service.upper()}_MIGRATION_URL"], autocommit=True)


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_a_rebuild_gives_the_same_progress_and_repairs_a_row_that_lies(stack):
    ann = somebody(stack.url, "ann")
    project = a_project(ann)["id"]
    a_task(ann, project, impact=50, status="done")
    a_task(ann, project, impact=30)
    path = f"/api/projects/{project}/progress/"
    before = ann.get(path).json()
    assert before["progress"] == 62

    code, report = operator(stack, "projects", "rebuild")
    assert code == 0, json.dumps(report)
    assert before == ann.get(path).json()

    with as_owner(stack, "projects") as database:
        database.execute("UPDATE projects SET progress = 99, impact_done = 1 WHERE id = %s", (project,))
        database.execute("DELETE FROM members WHERE project_id = %s AND user_id = %s", (project, ann.id))
    code, report = operator(stack, "projects", "rebuild", "--check", "--stream", f"project-{project}")
    assert code == 8
    assert report["differences"] == 2
    never_read = f"/api/projects/{project}/"  # what was read a moment ago is kept, for no event tells of this
    assert ann.get(never_read).status_code == 404

    code, report = operator(stack, "projects", "rebuild", "--stream", f"project-{project}")
    assert code == 0, report
    assert before["progress"] == ann.get(never_read).json()["progress"]
    assert before == ann.get(path).json()


@pytest.mark.parametrize("service", ["auth", "projects", "webhooks"])
def test_what_is_stored_is_sealed_and_the_copy_outside_the_database_verifies(stack, service):
    ann = somebody(stack.url, "ann")
    a_project(ann)
    ann.post("/api/webhooks/", json={"name": "Mirror", "url": "http://127.0.0.1:9/", "events": ["task.created"]})

    code, sealed = operator(stack, service, "seal")
    assert (code, sealed["ok"]) == (0, True)
    assert Path(sealed["file"]).read_text().count("\n") >= sealed["last"] >= 1

    code, report = operator(stack, service, "verify")
    assert (code, report["ok"]) == (0, True)
    assert report["seals_in_file"] >= sealed["last"]


def test_a_service_cannot_rewrite_history_and_tampering_by_the_owner_of_all_is_found(stack):
    ann = somebody(stack.url, "ann")
    project = a_project(ann)["id"]
    stream = f"project-{project}"
    forge = "UPDATE store.events SET data = jsonb_set(data, '{name}', '\"Forged\"') WHERE stream = %s AND version = 1"

    with psycopg.connect(stack.env("projects")["PROJECTS_DATABASE_URL"], autocommit=True) as database:
        for statement in (forge, "DELETE FROM store.events WHERE stream = %s"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(statement, (stream,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute("TRUNCATE store.events")

    with as_owner(stack, "projects") as database:
        original = database.execute(
            "SELECT data FROM store.events WHERE stream = %s AND version = 1", (stream,)
        ).fetchone()
        database.execute("ALTER TABLE store.events DISABLE TRIGGER ALL")
        database.execute(forge, (stream,))
        try:
            code, report = operator(stack, "projects", "verify", "--stream", stream)
        finally:
            database.execute(
                "UPDATE store.events SET data = %s WHERE stream = %s AND version = 1", (json.dumps(original[0]), stream)
            )
            database.execute("ALTER TABLE store.events ENABLE ALWAYS TRIGGER refuse_change")
            database.execute("ALTER TABLE store.events ENABLE ALWAYS TRIGGER refuse_truncate")

    assert code != 0
    assert not report["ok"]
    assert stream in json.dumps(report)
    assert operator(stack, "projects", "verify", "--stream", stream)[0] == 0


@pytest.mark.parametrize("service", ["auth", "projects", "webhooks"])
def test_a_live_system_has_everything_and_says_so(stack, service):
    a_task(ann := somebody(stack.url, "ann"), a_project(ann)["id"])

    code, report = operator(stack, service, "reconcile")

    assert (code, report["findings"]) == (0, []), report
    assert report["relay"]["position"] > 0 or service == "webhooks"


def test_what_is_missing_is_told_and_taken_by_following_anew(stack, receiver: Receiver):
    ann = somebody(stack.url, "ann")
    ann.post("/api/webhooks/", json={"name": "Mirror", "url": receiver.url, "events": ["task.created"]})
    a_task(ann, a_project(ann)["id"])
    until(lambda: receiver.requests, what="the task's webhook")
    assert operator(stack, "webhooks", "reconcile")[0] == 0

    with as_owner(stack, "webhooks") as database:
        database.execute("UPDATE store.positions SET taken = taken - 3 WHERE source = 'projects'")
        database.execute("UPDATE store.relay SET published = published + 1")
        database.execute(PARKED)
    code, report = operator(stack, "webhooks", "reconcile")
    health = anyone(stack.url).get("/api/health/").json()

    assert code == 16 + 32
    told = {finding["part"] + ": " + finding["damage"]: finding["detail"] for finding in report["findings"]}
    assert set(told) == {"projects: contradiction", "projects: parked", "relay: contradiction"}
    assert told["projects: contradiction"].startswith("3 of ")
    assert told["projects: parked"] == "1 event is parked, of project-0."
    assert health["checks"]["webhooks"] | {"latency_ms": 0, "lag": 0} == {
        "status": "up", "latency_ms": 0, "lag": 0, "detail": "1 event is parked.",
    }  # fmt: skip

    with as_owner(stack, "webhooks") as database:
        database.execute("UPDATE store.relay SET published = published - 1")
    assert operator(stack, "webhooks", "follow-anew")[0] == 0
    code, report = operator(stack, "webhooks", "reconcile")
    assert (code, report["findings"]) == (0, [])
    assert len(receiver.requests) == 1, "nothing is sent twice"


def test_after_the_broker_and_the_deliveries_are_lost_a_command_makes_them_again_and_only_what_was_not_sent_is(
    stack, broker: Broker, receiver: Receiver
):
    ann = somebody(stack.url, "ann")
    subscribed = {"name": "Mirror", "url": receiver.url, "events": ["task.created"]}
    hook = ann.post("/api/webhooks/", json=subscribed).json()["id"]

    def deliveries() -> dict[int, tuple[str, str]]:
        found = ann.get(f"/api/webhooks/{hook}/deliveries/").json()["results"]
        return {one["sequence"]: (one["id"], one["status"]) for one in found}

    def recorded(*statuses: str) -> bool:
        return list(statuses) == [status for _, (_, status) in sorted(deliveries().items())]

    project = a_project(ann)["id"]
    for title in ("first", "second"):
        a_task(ann, project, title=title)
    until(lambda: recorded("success", "success"), what="what is sent at first")
    stack.kill("sender")
    a_task(ann, project, title="third")
    until(lambda: recorded("success", "success", "pending"), what="what waits")
    before, sent = deliveries(), len(receiver.requests)

    broker.forget_rooms()
    lost = Wipe("rabbitmq")
    lost.strike(stack)
    with as_owner(stack, "webhooks") as database:
        database.execute("DELETE FROM deliveries")
    lost.mend(stack)
    stack.restart("sender")
    stack.wait_healthy()
    assert deliveries() == {}
    code, told = operator(stack, "webhooks", "rederive", "--check")
    assert (code, told["missing"] >= 3) == (8, True)
    assert deliveries() == {}, "a check changes nothing"
    code, report = operator(stack, "webhooks", "rederive")

    assert (code, report["missing"]) == (0, told["missing"])
    until(lambda: recorded("success", "success", "success"), what="what was not sent")
    assert {number: one for number, (one, _) in before.items()} == {n: one for n, (one, _) in deliveries().items()}
    a_task(ann, project, title="fourth")
    until(lambda: recorded(*["success"] * 4), what="what comes after")
    again = receiver.requests[sent:]
    assert [("3", "third"), ("4", "fourth")] == [
        (one.headers["webhook-sequence"], json.loads(one.body)["data"]["title"]) for one in again
    ]
    assert operator(stack, "webhooks", "rederive", "--check")[1]["missing"] == 0


PARKED = """
    INSERT INTO store.parked (consumer, source, position, stream, event, error)
    SELECT consumer, source, 0, 'project-0', '{}', 'made by a test' FROM store.positions WHERE source = 'projects'
"""


@pytest.mark.parametrize(
    ("parts", "meanwhile"),
    [
        pytest.param(["auth", "webhooks", "relay-projects", "sender"], 201, id="all_that_no_task_waits_for"),
        pytest.param(["projects"], 503, id="projects"),
        pytest.param(["gateway"], None, id="gateway"),
    ],
)
def test_parts_that_are_killed_and_started_again_lose_nothing(stack, receiver: Receiver, parts, meanwhile):
    ann = somebody(stack.url, "ann")
    ann.post("/api/webhooks/", json={"name": "Mirror", "url": receiver.url, "events": ["task.created"]})
    project = a_project(ann)["id"]
    a_task(ann, project, title="before")

    for part in parts:
        stack.kill(part)
    if meanwhile is not None:
        answer = ann.post("/api/tasks/", json={"project": project, "title": "meanwhile"})
        assert answer.status_code == meanwhile, answer.text
        assert meanwhile != 503 or int(answer.headers["Retry-After"]) >= 1
    for part in parts:
        stack.restart(part)
    stack.wait_healthy()
    a_task(ann, project, title="after")

    titles = ["before", "meanwhile", "after"] if meanwhile == 201 else ["before", "after"]

    def arrived() -> dict[str, str]:  # by sequence: what a killed sender did not get to record comes twice
        return {r.headers["webhook-sequence"]: json.loads(r.body)["data"]["title"] for r in receiver.requests}

    until(lambda: len(arrived()) >= len(titles), what="every task's webhook")
    assert titles == [title for _, title in sorted(arrived().items())]
    assert [t["title"] for t in ann.get(f"/api/tasks/?project={project}").json()["results"]] == titles


def test_without_redis_the_product_works_and_health_says_what_is_down(stack):
    ann = somebody(stack.url, "ann")

    stack.stop("redis")
    try:
        down = until(
            lambda: answer.json() if (answer := anyone(stack.url).get("/api/health/")).status_code == 503 else None,
            what="health telling of the cache",
        )
        assert down["checks"]["cache"]["status"] == "down"
        assert down["checks"]["projects"]["status"] == "up"
        a_project(ann)
    finally:
        stack.start("redis")
    stack.wait_healthy()


def test_projects_in_numbers_are_made_beside_what_there_is(stack):
    ann, ben = (somebody(stack.url, name) for name in ("ann", "ben"))
    own = a_project(ann)["id"]

    code, made = operator(
        stack, "projects", "fill", "--owners", f"{ann.id},{ben.id}", "--projects", "2", "--tasks", "6"
    )

    assert (0, 2, 6) == (code, made["projects"], made["tasks"])
    found = {one["id"]: one for one in ann.get("/api/projects/").json()["results"]}
    assert {own, made["first_project"], made["first_project"] + 1} == set(found)
    assert [(3, "owner"), (3, "contributor")] == [
        (found[made["first_project"] + place]["task_count"], found[made["first_project"] + place]["role"])
        for place in (0, 1)
    ]
    assert a_task(ann, made["first_project"])["number"] == 4
