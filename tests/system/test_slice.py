"""The product from outside: accounts, projects, members, tasks, progress, webhooks, health."""

import json

import pytest
from standardwebhooks import Webhook as StandardWebhook
from system.steps import Client, Receiver, a_project, a_task, anyone, assert_problem, receiving, somebody, until
from system.superusers import the_superuser


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_a_person_registers_signs_in_refreshes_and_edits_the_profile(stack):
    ann = somebody(stack.url, "ann")

    fresh = anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": ann.refresh})
    assert fresh.status_code == 200
    assert fresh.json()["refresh"] != ann.refresh

    ann.headers["Authorization"] = f"Bearer {fresh.json()['access']}"
    changed = ann.patch("/api/auth/user/", json={"bio": "Sails.", "timezone": "Europe/Berlin"})
    assert changed.status_code == 200, changed.text

    profile = ann.get("/api/auth/user/").json()
    assert profile["bio"] == "Sails."
    assert profile["username"] == ann.user["username"]
    assert "password" not in json.dumps(profile)

    replaced = ann.put("/api/auth/user/", json=profile)
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["bio"] == "Sails."
    reset = ann.put("/api/auth/user/", json={"username": profile["username"], "email": profile["email"]})
    assert reset.json()["bio"] == ""


def test_a_project_is_created_listed_read_changed_and_deleted(stack):
    ann = somebody(stack.url, "ann")
    project = a_project(ann, name="Apollo", budget="1250.50", start_date="2026-01-01", end_date="2026-12-31")
    path = f"/api/projects/{project['id']}/"

    assert project["budget"] == "1250.50"
    assert project["owner"]["username"] == ann.user["username"]
    assert project["role"] == "owner"
    assert ann.get("/api/projects/").json()["results"][0]["id"] == project["id"]

    patched = ann.patch(path, json={"status": "active"})
    assert patched.status_code == 200, patched.text
    assert patched.json()["status"] == "active"
    assert patched.json()["budget"] == "1250.50"
    assert patched.json()["version"] > project["version"]

    put = ann.put(path, json=patched.json() | {"name": "Gemini"})
    assert put.status_code == 200, put.text
    assert put.json()["name"] == "Gemini"
    assert put.json()["status"] == "active"

    assert ann.delete(path).status_code == 204
    assert_problem(ann.get(path), 404)
    assert ann.get("/api/projects/").json()["count"] == 0


def test_members_see_the_project_and_their_role_decides_what_they_may_do(stack):
    ann, ben, eve = (somebody(stack.url, name) for name in ("ann", "ben", "eve"))
    project = a_project(ann)
    path = f"/api/projects/{project['id']}/"
    task = a_task(ann, project["id"])

    assert_problem(ben.get(path), 404)
    added = ann.post(path + "members/", json={"username": ben.user["username"]})
    assert added.status_code == 201, added.text
    assert added.json()["role"] == "member"
    assert ben.get(path).json()["role"] == "member"
    assert {ann.id, ben.id} == {m["user"]["id"] for m in ben.get(path + "members/").json()["results"]}

    assert_problem(ben.patch(f"/api/tasks/{task['id']}/", json={"title": "Mine"}), 403)
    assert ben.patch(f"/api/tasks/{task['id']}/", json={"status": "in_progress"}).status_code == 200
    assert_problem(ben.post("/api/tasks/", json={"project": project["id"], "title": "No"}), 403)

    assert ann.patch(path + f"members/{ben.id}/", json={"role": "contributor"}).status_code == 200
    assert ben.post("/api/tasks/", json={"project": project["id"], "title": "Yes"}).status_code == 201

    assert ann.delete(path + f"members/{ben.id}/").status_code == 204
    assert_problem(ben.get(path), 404)
    assert_problem(eve.get(f"/api/tasks/{task['id']}/"), 404)
    assert_problem(ann.delete(path + f"members/{ann.id}/"), 409)


def test_tasks_are_numbered_listed_by_project_and_changed(stack):
    ann = somebody(stack.url, "ann")
    one, other = a_project(ann)["id"], a_project(ann)["id"]
    tasks = [a_task(ann, one, title=f"Task {n}") for n in range(3)]
    a_task(ann, other)

    assert [task["number"] for task in tasks] == [1, 2, 3]
    assert ann.get(f"/api/tasks/?project={one}").json()["count"] == 3
    assert ann.get(f"/api/projects/{one}/tasks/").json()["count"] == 3
    assert ann.get("/api/tasks/").json()["count"] == 4
    assert ann.get(f"/api/tasks/?project={one}&page_size=2&page=2").json()["results"][0]["title"] == "Task 2"

    changed = ann.patch(f"/api/tasks/{tasks[0]['id']}/", json={"status": "done", "assignees": [ann.id]})
    assert changed.status_code == 200, changed.text
    assert changed.json()["completed_at"]
    assert [ann.id] == [person["id"] for person in changed.json()["assignees"]]


@pytest.fixture(scope="module")
def ann(stack) -> Client:
    return somebody(stack.url, "ann")


@pytest.mark.parametrize(
    ("tasks", "progress"),
    [
        pytest.param([], 0, id="no_tasks"),
        pytest.param([(0, "done"), (0, "todo"), (0, "todo")], 33, id="without_impact_tasks_are_counted"),
        pytest.param([(30, "done"), (70, "todo")], 30, id="impact_counts_not_the_number_of_tasks"),
        pytest.param([(33.33, "done"), (33.33, "done"), (33.34, "todo")], 66, id="rounded_down"),
        pytest.param([(0.1, "done"), (0.2, "done")], 100, id="exact_in_decimals"),
        pytest.param([(0.01, "done"), (99.99, "todo")], 0, id="a_hundredth"),
    ],
)
def test_progress_is_the_share_of_impact_done(ann, tasks, progress):
    project = a_project(ann)["id"]
    for impact, status in tasks:
        a_task(ann, project, impact=impact, status=status)

    assert ann.get(f"/api/projects/{project}/").json()["progress"] == progress
    told = ann.get(f"/api/projects/{project}/progress/").json()
    assert told["progress"] == progress
    assert told["task_count"] == len(tasks)


def test_progress_follows_every_change_of_a_task(ann):
    project = a_project(ann)["id"]
    first, _ = a_task(ann, project, impact=50), a_task(ann, project, impact=50)

    def progress() -> int:
        return ann.get(f"/api/projects/{project}/progress/").json()["progress"]

    seen = [progress()]
    for change in ({"status": "done"}, {"impact": 25}, {"status": "todo"}):
        assert ann.patch(f"/api/tasks/{first['id']}/", json=change).status_code == 200
        seen.append(progress())
    ann.delete(f"/api/tasks/{first['id']}/")
    seen.append(progress())

    assert seen == [0, 50, 33, 0, 0]


def test_a_webhook_gets_every_event_of_its_types_in_order_and_signed(stack, receiver: Receiver):
    ann = somebody(stack.url, "ann")
    webhook = ann.post("/api/webhooks/", json={"name": "Mirror", "url": receiver.url, "events": ["*"]}).json()
    assert webhook["secret"].startswith("whsec_")
    assert ann.get(f"/api/webhooks/{webhook['id']}/").json()["secret"] is None

    project = a_project(ann)
    task = a_task(ann, project["id"], impact=100)
    ann.patch(f"/api/tasks/{task['id']}/", json={"status": "done"})

    until(lambda: receiver.of_type("project.progress_changed"), what="the progress event")
    until(lambda: len(receiver.requests) >= 4, what="all four events")
    bodies = [StandardWebhook(webhook["secret"]).verify(r.body, r.headers) for r in receiver.requests]
    assert [body["type"] for body in bodies] == [
        "project.created",
        "task.created",
        "task.completed",
        "project.progress_changed",
    ]
    assert [int(r.headers["webhook-sequence"]) for r in receiver.requests] == [1, 2, 3, 4]
    assert [body["project_version"] for body in bodies] == [1, 2, 3, 4]
    assert bodies[0]["data"]["name"] == "Apollo"
    assert bodies[0]["actor"]["username"] == ann.user["username"]
    assert bodies[2]["data"]["status"] == "done"
    assert bodies[3]["data"]["progress"] == 100
    log = ann.get(f"/api/webhooks/{webhook['id']}/deliveries/").json()
    until(
        lambda: (
            {"success"}
            == {d["status"] for d in ann.get(f"/api/webhooks/{webhook['id']}/deliveries/").json()["results"]}
        ),
        what="all marked success",
    )
    assert log["count"] == 4


def test_a_superuser_s_webhook_hears_of_accounts_and_of_its_own_rights(stack, receiver: Receiver):
    root, ann = the_superuser(stack), somebody(stack.url, "ann")
    asked = {"name": "Accounts", "url": receiver.url, "events": ["user.*"], "secret": "test_secret"}
    answer = ann.post("/api/webhooks/", json=asked)
    assert (422, "/events/0") == (answer.status_code, answer.json()["errors"][0]["pointer"])
    hook = root.post("/api/webhooks/", json=asked).json()["id"]
    ann_id = ann.get("/api/auth/user/").json()["id"]
    root.patch(f"/api/admin/users/{ann_id}/", json={"is_active": False})

    def told() -> list[str]:
        bodies = [json.loads(received.body) for received in receiver.requests]
        return [body["type"] for body in bodies if body["data"]["id"] == ann_id]

    until(lambda: ["user.disabled"] == told()[-1:], what="being told")
    root.delete(f"/api/webhooks/{hook}/")


def test_other_people_s_webhooks_and_deliveries_do_not_exist(stack, receiver: Receiver):
    ann, eve = somebody(stack.url, "ann"), somebody(stack.url, "eve")
    webhook = ann.post("/api/webhooks/", json={"name": "Mine", "url": receiver.url, "events": ["*"]}).json()
    a_project(ann)
    path = f"/api/webhooks/{webhook['id']}/"
    delivery = until(lambda: ann.get(path + "deliveries/").json()["results"], what="a delivery")[0]

    assert_problem(eve.get(path), 404)
    assert_problem(eve.get(path + "deliveries/"), 404)
    assert_problem(eve.get(f"/api/webhook-deliveries/{delivery['id']}/"), 404)
    assert_problem(eve.delete(path), 404)
    assert ann.get(f"/api/webhook-deliveries/{delivery['id']}/").status_code == 200
    assert eve.get("/api/webhooks/").json()["count"] == 0


def test_health_names_every_part(stack):
    def healthy() -> dict | None:
        answer = anyone(stack.url).get("/api/health/")
        return answer.json() if answer.status_code == 200 else None

    body = until(healthy, what="health")

    assert body["status"] == "healthy"
    assert {"database", "broker", "cache", "auth", "projects", "webhooks", "relays", "senders"} <= set(body["checks"])
    assert {"up"} == {check["status"] for check in body["checks"].values()}


def test_openapi_document_is_served(stack):
    document = anyone(stack.url).get("/api/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]["/api/projects/"]) == {"get", "post"}
    assert "/api/projects" not in document["paths"]
