"""
The HTTP steps of the original system's own tests, sent as its test client sends them: multipart forms by default,
urlencoded forms and JSON as well. Names and bodies are the original's.
"""

from uuid import uuid4

import pytest
import requests
from system.steps import Client, Receiver, a_project, anyone, receiving, somebody, until

from synergy_webhooks.signatures import generate_webhook_signature, verify_webhook_signature

BOUNDARY = "BoUnDaRyStRiNg"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}; charset=utf-8"


def sent_as(kind: str, fields: dict[str, str]) -> dict[str, object]:
    """The keyword arguments that make `requests` send the fields in this form; `original` is the test client's own."""
    if kind == "original":
        return {"data": as_parts(fields), "headers": {"Content-Type": CONTENT_TYPE}}
    if kind == "multipart":
        return {"files": {name: (None, value) for name, value in fields.items()}}
    if kind == "form":
        return {"data": fields}
    return {"json": fields}


def as_parts(fields: dict[str, str]) -> bytes:
    """The bytes that the original's test client (Django REST framework) makes of these fields."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()


BODIES = pytest.mark.parametrize("kind", ["original", "multipart", "form", "json"])


def a_testuser(stack) -> tuple[str, str]:
    name = f"testuser-{uuid4().hex[:8]}"
    answer = anyone(stack.url).post(
        "/api/auth/register/", json={"username": name, "email": f"{name}@example.com", "password": "testpass123"}
    )
    assert answer.status_code == 201, answer.text
    return name, "testpass123"


@pytest.fixture(scope="module")
def testuser(stack) -> tuple[str, str]:
    return a_testuser(stack)


def login(stack, name: str, password: str, kind: str = "original") -> requests.Response:
    return anyone(stack.url).post("/api/auth/login/", **sent_as(kind, {"username": name, "password": password}))


@BODIES
def test_user_registration(stack, kind):
    name = f"newuser-{uuid4().hex[:8]}"
    fields = {
        "username": name,
        "email": f"{name}@example.com",
        "password": "newpass123",
        "first_name": "New",
        "last_name": "User",
    }

    answer = anyone(stack.url).post("/api/auth/register/", **sent_as(kind, fields))

    assert answer.status_code == 201, answer.text
    assert login(stack, name, "newpass123").status_code == 200


@BODIES
def test_user_login(stack, testuser, kind):
    answer = login(stack, *testuser, kind=kind)

    assert answer.status_code == 200, answer.text
    assert "access" in answer.json()
    assert "refresh" in answer.json()


def test_login_invalid_credentials(stack, testuser):
    assert login(stack, testuser[0], "wrongpassword").status_code == 401


def test_rate_limiting(stack):
    name, _ = a_testuser(stack)

    answers = [login(stack, name, "wrongpassword") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.fixture(scope="module")
def owner(stack) -> Client:
    return somebody(stack.url, "owner")


@BODIES
def test_create_project(owner, kind):
    before = owner.get("/api/projects/").json()["count"]

    answer = owner.post(
        "/api/projects/",
        **sent_as(
            kind,
            {"name": "Test Project", "description": "Test Description", "status": "active", "priority": "high"},
        ),
    )

    assert answer.status_code == 201, answer.text
    assert owner.get("/api/projects/").json()["count"] == before + 1


def test_project_permissions(stack, owner):
    member = somebody(stack.url, "member")
    project = a_project(owner, name="Test Project")
    assert owner.post(f"/api/projects/{project['id']}/members/", json={"user_id": member.id}).status_code == 201

    assert member.get(f"/api/projects/{project['id']}/").status_code == 200
    assert member.delete(f"/api/projects/{project['id']}/").status_code == 403


@BODIES
def test_task_progress_calculation(owner, kind):
    project = a_project(owner, name="Test")
    for title, status in (("Task 1", "done"), ("Task 2", "todo")):
        task = {"project": str(project["id"]), "title": title, "impact": "50.0", "status": status}
        sent = {"json": task | {"project": project["id"], "impact": 50.0}} if kind == "json" else sent_as(kind, task)
        answer = owner.post("/api/tasks/", **sent)
        assert answer.status_code == 201, answer.text

    assert owner.get(f"/api/projects/{project['id']}/").json()["progress"] == 50


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_webhook_delivery(stack, receiver: Receiver):
    user: Client = somebody(stack.url)
    webhook = user.post(
        "/api/webhooks/",
        json={"name": "Test Webhook", "url": receiver.url, "events": ["project.created"], "secret": "test_secret"},
    )
    assert webhook.status_code == 201, webhook.text

    a_project(user, name="Test Project")

    deliveries = f"/api/webhooks/{webhook.json()['id']}/deliveries/"
    delivered = until(
        lambda: [d for d in user.get(deliveries).json()["results"] if d["status"] == "success"], what="the delivery"
    )
    assert [delivery["event_type"] for delivery in delivered] == ["project.created"]
    (arrived,) = receiver.requests
    assert verify_webhook_signature(arrived.body, arrived.headers["X-Webhook-Signature"], "test_secret")


def test_webhook_signature():
    payload = '{"test": "data"}'
    signature = generate_webhook_signature(payload, "test_secret")

    assert verify_webhook_signature(payload, signature, "test_secret")
    assert not verify_webhook_signature(payload, signature, "wrong_secret")


def test_the_load_script_s_steps(stack, testuser):
    session = requests.Session()
    token = session.post(
        stack.url + "/api/auth/login/", {"username": testuser[0], "password": testuser[1]}, timeout=10
    ).json()["access"]
    session.headers["Authorization"] = f"Bearer {token}"
    project = session.post(stack.url + "/api/projects/", {"name": "Load"}, timeout=10).json()["id"]

    assert session.get(stack.url + "/api/projects/", timeout=10).status_code == 200
    assert session.get(f"{stack.url}/api/projects/{project}/", timeout=10).status_code == 200
    assert session.get(stack.url + "/api/tasks/", timeout=10).status_code == 200
    created = session.post(
        stack.url + "/api/tasks/",
        {
            "project": project,
            "title": "Test Task 1234",
            "description": "Load test task",
            "status": "todo",
            "priority": "medium",
        },
        timeout=10,
    )
    assert created.status_code == 201, created.text
