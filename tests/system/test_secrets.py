"""After a journey through everything that is secret, no log and no metric of any process tells any of it."""

import secrets
from collections.abc import Iterator

import requests
from system.steps import Client, a_project, a_task, anyone, receiving, somebody, until
from system.superusers import PASSWORD
from system.test_credentials import code
from system.test_mail import MAIL, token

from synergy_local.testing import RunningStack


def test_no_log_and_no_metric_tells_a_secret(stack: RunningStack) -> None:
    told = dict(a_journey(stack))
    pages = {name: MAIL.sub("", stack.log(name)) for name in stack.children}  # mails are shown there on purpose
    for name in stack.children:
        port = stack.env(name)["METRICS_PORT"]
        pages[f"metrics of {name}"] = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text

    assert len(told) >= 20
    assert all(len(secret) >= 6 for secret in told.values()), told
    assert [] == [(page, what) for page, text in pages.items() for what, secret in told.items() if secret in text]


def a_journey(stack: RunningStack) -> Iterator[tuple[str, str]]:
    """Everything secret, by what it is, once it has been used as it should be and as it should not."""
    ann, password = somebody(stack.url, "ann"), secrets.token_hex(12)
    yield "access token", ann.headers["Authorization"].removeprefix("Bearer ").rpartition(".")[2]
    yield "first refresh token", ann.refresh
    wrong = secrets.token_hex(12)
    login = {"username": ann.user["username"], "password": wrong}
    for body in (login, {"password": {"deep": [wrong]}}, {"passwrd": wrong}, {**login, "otp": wrong}):
        assert anyone(stack.url).post("/api/auth/login/", json=body).status_code in (401, 422)
    assert anyone(stack.url).post("/api/auth/login/", data=login).status_code == 401
    assert anyone(stack.url).post("/api/auth/login/", data=b'{"password": "' + wrong.encode()).status_code == 415
    yield "a wrong password", wrong
    query = secrets.token_hex(12)
    for path in (f"/api/auth/user/?token={query}", f"/nowhere/?password={query}", f"/api/projects/?secret={query}"):
        assert ann.get(path).status_code in (400, 404)
    yield "what stood in a query", query
    header = secrets.token_hex(12)
    for value in (f"Basic {header}", f"Bearer {header}", f"Bearer syn_pat_{header}", header):
        assert anyone(stack.url).get("/api/auth/user/", headers={"Authorization": value}).status_code == 401
    cookies = {"Cookie": f"session={header}", "X-Api-Key": header, "Proxy-Authorization": header}
    assert ann.get("/api/auth/user/", headers=cookies).ok
    yield "what stood in a header", header
    pair = anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": ann.refresh}).json()
    yield "second refresh token", pair["refresh"]
    change = {"old_password": PASSWORD, "new_password": password}
    assert ann.post("/api/auth/password/change/", json=change).status_code == 204
    yield "old password", PASSWORD
    yield "new password", password
    yield from of_a_second_factor(ann, password)
    yield from of_tokens(ann)
    yield from of_webhooks(ann)
    yield from of_mail(stack, ann, password)


def of_a_second_factor(ann: Client, password: str) -> Iterator[tuple[str, str]]:
    begun = ann.post("/api/auth/2fa/", json={"password": password}).json()
    yield "second factor", begun["secret"]
    otp = code(begun["secret"])
    codes = ann.post("/api/auth/2fa/confirm/", json={"otp": otp}).json()["recovery_codes"]
    for number, recovery in enumerate(codes):
        yield f"recovery code {number}", recovery
    assert ann.delete("/api/auth/2fa/", json={"otp": codes[0]}).status_code == 204


def of_tokens(ann: Client) -> Iterator[tuple[str, str]]:
    made = ann.post("/api/auth/tokens/", json={"name": "ci", "scopes": ["read"]}).json()
    program = anyone(ann.base)
    program.headers["Authorization"] = f"Bearer {made['token']}"
    assert program.get("/api/projects/").ok
    assert ann.delete(f"/api/auth/tokens/{made['id']}/").status_code == 204
    until(lambda: program.get("/api/projects/").status_code == 401, what="being refused")
    yield "personal access token", made["token"]


def of_webhooks(ann: Client) -> Iterator[tuple[str, str]]:
    mine = secrets.token_hex(12)
    project = a_project(ann)["id"]
    with receiving() as receiver:
        body = {"name": "Mine", "url": receiver.url, "events": ["task.created"]}
        made = ann.post("/api/webhooks/", json=body).json()
        assert ann.post("/api/webhooks/", json=body | {"secret": mine}).status_code == 201
        a_task(ann, project)
        until(lambda: len(receiver.of_type("task.created")) == 2, what="two deliveries")
        receiver.status = 500
        a_task(ann, project)
        until(lambda: len(receiver.of_type("task.created")) >= 4, what="two that fail")
    yield "a webhook's made secret", made["secret"].removeprefix("whsec_")
    yield "a webhook's own secret", mine


def of_mail(stack: RunningStack, ann: Client, password: str) -> Iterator[tuple[str, str]]:
    assert anyone(stack.url).post("/api/auth/password/reset/", json={"email": ann.user["email"]}).status_code == 204
    found = token(stack, ann.user["email"], "Set a new password")
    confirm = {"token": found, "new_password": f"{password}-2"}
    assert anyone(stack.url).post("/api/auth/password/reset/confirm/", json=confirm).status_code == 204
    yield "the token of a reset", found
    yield "the password after it", f"{password}-2"
