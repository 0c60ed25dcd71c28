"""Second factors and personal access tokens, from outside."""

import base64
import time
from datetime import UTC, datetime

from system.steps import Client, a_project, anyone, assert_problem, somebody, until
from system.superusers import PASSWORD, a_superuser, signed_in_again, the_superuser
from system.test_sessions import PROMISED

from synergy_auth.domain import one_time
from synergy_local.testing import RunningStack


def code(secret: str, later: int = 0) -> str:
    """What the app shows, or will show in so many steps: the next one is taken as well."""
    step = one_time.step_of(datetime.now(UTC))
    return one_time.code(base64.b32decode(secret), step + later)


def holding(client: Client, token: str) -> Client:
    """A program that has this token."""
    program = anyone(client.base)
    program.headers["Authorization"] = f"Bearer {token}"
    return program


def a_token(client: Client, *scopes: str, **more: object) -> dict[str, object]:
    answer = client.post("/api/auth/tokens/", json={"name": "ci", "scopes": scopes, **more})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/auth/tokens/{answer.json()['id']}/"
    return answer.json()


def test_with_a_second_factor_signing_in_needs_a_code_and_each_works_once(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    login = {"username": ann.user["username"], "password": PASSWORD}

    def sign_in(**otp: str) -> object:
        return anyone(stack.url).post("/api/auth/login/", json=login | otp)

    begun = ann.post("/api/auth/2fa/", json={"password": PASSWORD}).json()
    assert begun["otpauth_uri"].startswith("otpauth://totp/SynergyOS")
    assert_problem(ann.post("/api/auth/2fa/confirm/", json={"otp": "x"}), 422, pointer="/otp")
    confirmed = ann.post("/api/auth/2fa/confirm/", json={"otp": code(begun["secret"])})
    codes = confirmed.json()["recovery_codes"]
    assert (200, 10) == (confirmed.status_code, len(codes))

    assert "/problems/otp-required" == assert_problem(sign_in(), 401)["type"]
    assert "/problems/otp-refused" == assert_problem(sign_in(otp="000000x"), 401)["type"]
    otp = code(begun["secret"], 1)
    assert sign_in(otp=otp).status_code == 200
    assert_problem(sign_in(otp=otp), 401)
    assert sign_in(otp=codes[0]).status_code == 200
    assert_problem(sign_in(otp=codes[0]), 401)
    assert {"enabled": True, "recovery_codes_left": 9} == ann.get("/api/auth/2fa/").json()

    assert_problem(ann.post("/api/auth/2fa/", json={"password": PASSWORD}), 409)
    assert ann.delete("/api/auth/2fa/", json={"otp": codes[1]}).status_code == 204
    assert sign_in().status_code == 200
    assert_problem(ann.delete("/api/auth/2fa/", json={"otp": codes[2]}), 409)
    assert_problem(ann.post("/api/auth/2fa/", json={"password": "wrong password"}), 422, pointer="/password")


def test_a_personal_token_does_what_its_scopes_say_until_it_is_revoked(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    made = a_token(ann, "read")
    reader, writer = holding(ann, made["token"]), holding(ann, a_token(ann, "read", "write")["token"])
    project = a_project(writer)["id"]

    assert reader.get(f"/api/projects/{project}/").status_code == 200
    for answer in (
        reader.post("/api/projects/", json={"name": "Mine"}),
        reader.patch(f"/api/projects/{project}/", json={"name": "Mine"}),
        reader.post("/api/auth/tokens/", json={"name": "x", "scopes": ["read"]}),
        writer.get("/api/admin/users/"),
        ann.post("/api/auth/tokens/", json={"name": "x", "scopes": ["read", "admin"]}),
    ):
        assert "/problems/insufficient-scope" == assert_problem(answer, 403)["type"]
    for answer in (
        writer.post("/api/auth/logout/?all=true"),
        writer.delete(f"/api/auth/sessions/{ann.get('/api/auth/sessions/').json()['results'][0]['id']}/"),
        writer.post("/api/auth/password/change/", json={"old_password": PASSWORD, "new_password": "another battery"}),
        writer.post("/api/auth/2fa/", json={"password": PASSWORD}),
        writer.post("/api/auth/tokens/", json={"name": "x", "scopes": ["read"]}),
        writer.delete(f"/api/auth/tokens/{made['id']}/"),
        reader.get("/api/auth/tokens/"),
        reader.get("/api/auth/sessions/"),
        reader.get("/api/auth/2fa/"),
        reader.get("/api/auth/user/export/"),
        writer.delete("/api/auth/user/", json={"password": PASSWORD}),
    ):
        assert "/problems/session-required" == assert_problem(answer, 403)["type"]
    assert reader.get("/api/projects/").status_code == 200
    assert ann.get("/api/projects/").status_code == 200

    listed = ann.get("/api/auth/tokens/").json()["results"]
    assert 2 == len(listed)
    assert made["token"] not in str(listed)
    assert ann.delete(f"/api/auth/tokens/{made['id']}/").status_code == 204
    until(lambda: reader.get("/api/projects/").status_code == 401, seconds=PROMISED, what="the token being refused")
    assert writer.get("/api/projects/").status_code == 200
    change = {"old_password": PASSWORD, "new_password": "another battery"}
    assert ann.post("/api/auth/password/change/", json=change).status_code == 204
    until(lambda: writer.get("/api/projects/").status_code == 401, seconds=PROMISED, what="the other one being refused")


def test_a_personal_token_of_a_superuser_is_one_s_own_without_the_scope_admin(stack: RunningStack) -> None:
    root, ann = the_superuser(stack), somebody(stack.url, "ann")
    project = a_project(ann)["id"]
    plain, admin = (holding(root, a_token(root, *scopes)["token"]) for scopes in (["read"], ["read", "admin"]))

    assert_problem(plain.get(f"/api/projects/{project}/"), 404)
    assert admin.get(f"/api/projects/{project}/").status_code == 200
    assert_problem(plain.get("/api/admin/users/"), 403)
    assert admin.get("/api/admin/users/?page_size=1").status_code == 200
    assert {root.id} == {line["user_id"] for line in plain.get("/api/auth/security-events/").json()["results"]}
    assert_problem(admin.patch(f"/api/admin/users/{ann.id}/", json={"is_active": False}), 403)


def test_a_personal_token_with_the_scope_admin_sees_to_the_account_s_safety(stack: RunningStack) -> None:
    root = a_superuser(stack)
    program = holding(root, a_token(root, "read", "write", "admin")["token"])
    other, elsewhere = a_token(program, "read"), signed_in_again(root, root.user["username"])

    assert {other["id"]} < {one["id"] for one in program.get("/api/auth/tokens/").json()["results"]}
    assert program.delete(f"/api/auth/tokens/{other['id']}/").status_code == 204
    for session in program.get("/api/auth/sessions/").json()["results"]:
        assert program.delete(f"/api/auth/sessions/{session['id']}/").status_code == 204
    until(lambda: elsewhere.get("/api/projects/").status_code == 401, seconds=PROMISED, what="the session's end")
    assert "/problems/session-required" == assert_problem(program.post("/api/auth/logout/"), 403)["type"]
    change = {"old_password": PASSWORD, "new_password": "another battery"}
    assert program.post("/api/auth/password/change/", json=change).status_code == 204
    until(lambda: program.get("/api/projects/").status_code == 401, seconds=PROMISED, what="its own end")


def test_a_disabled_account_s_personal_token_is_refused_within_five_seconds(stack: RunningStack) -> None:
    root, ann = the_superuser(stack), somebody(stack.url, "ann")
    program = holding(ann, a_token(ann, "read")["token"])
    assert program.get("/api/projects/").status_code == 200

    assert root.patch(f"/api/admin/users/{ann.id}/", json={"is_active": False}).status_code == 200

    began = time.monotonic()
    until(lambda: program.get("/api/projects/").status_code == 401, seconds=PROMISED, what="the token being refused")
    assert time.monotonic() - began < PROMISED


def test_tokens_that_cannot_be_are_refused_by_field(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")

    for body, pointer in (
        ({}, "/name"),
        ({"name": "", "scopes": ["read"]}, "/name"),
        ({"name": "a\nb", "scopes": ["read"]}, "/name"),
        ({"name": "x" * 101, "scopes": ["read"]}, "/name"),
        ({"name": "x", "scopes": []}, "/scopes"),
        ({"name": "x", "scopes": "read"}, "/scopes"),
        ({"name": "x", "scopes": ["root"]}, "/scopes/0"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"name": "x", "scopes": ["read"], "expires_at": "tomorrow"}, "/expires_at"),
        ({"name": "x", "scopes": ["read"], "expires_at": "2030-01-01T00:00:00"}, "/expires_at"),
        ({"name": "x", "scopes": ["read"], "token": "syn_pat_mine"}, "/token"),
    ):
        assert_problem(ann.post("/api/auth/tokens/", json=body), 422, pointer=pointer)
