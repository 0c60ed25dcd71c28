"""What goes by mail, shown on the console here; finding people, one's own data and its end."""

import re

import pytest
import requests
from system.steps import Client, a_project, anyone, assert_problem, somebody, until
from system.superusers import PASSWORD, signed_in_again
from system.test_sessions import PROJECTS, PROMISED

from synergy_local.testing import RunningStack

USER = "/api/auth/user/"
MAIL = re.compile(r"^To: (\S+)\nSubject: ([^\n]*)\n(.*?)^-{79}$", re.MULTILINE | re.DOTALL)


def mails(stack: RunningStack, to: str) -> list[tuple[str, str]]:
    """Subject and text of what was sent to this address."""
    return [(subject, text) for address, subject, text in MAIL.findall(stack.log("auth")) if address == to]


def token(stack: RunningStack, to: str, subject: str, count: int = 1) -> str:
    """The token in the latest of `count` mails of this subject, waited for."""

    def there() -> list[str]:
        found = [text for known, text in mails(stack, to) if known == subject]
        return found if len(found) >= count else []

    text = until(there, what=f"the mail “{subject}” to {to}")[-1]
    return re.findall(r"^  ([\w-]{43})$", text, re.MULTILINE)[0]


def confirmed(stack: RunningStack, client: Client) -> Client:
    """The same, whose address is confirmed."""
    found = token(stack, client.user["email"], "Confirm your e-mail address")
    assert anyone(stack.url).post("/api/auth/email/confirm/", json={"token": found}).status_code == 204
    return client


def reset(stack: RunningStack, email: str) -> requests.Response:
    return anyone(stack.url).post("/api/auth/password/reset/", json={"email": email})


def test_a_new_password_is_set_by_mail_and_nobody_learns_who_has_an_account(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    known, unknown = reset(stack, ann.user["email"]), reset(stack, "nobody-at-all@example.com")
    assert [(204, b"")] * 2 == [(answer.status_code, answer.content) for answer in (known, unknown)]
    assert set(known.headers) == set(unknown.headers)

    found = token(stack, ann.user["email"], "Set a new password")
    confirm = {"token": found, "new_password": "another battery"}
    path = "/api/auth/password/reset/confirm/"
    assert_problem(
        anyone(stack.url).post(path, json=confirm | {"new_password": "password1"}), 422, pointer="/new_password"
    )
    assert anyone(stack.url).post(path, json=confirm).status_code == 204

    until(lambda: ann.get(PROJECTS).status_code == 401, seconds=PROMISED, what="the old session being refused")
    assert_problem(anyone(stack.url).post("/api/auth/token/refresh/", json={"refresh": ann.refresh}), 401)
    assert_problem(anyone(stack.url).post(path, json=confirm), 422, pointer="/token")
    again = signed_in_again(ann, ann.user["username"], "another battery")
    assert again.user["email_confirmed"] is True
    assert [] == mails(stack, "nobody-at-all@example.com")
    until(lambda: "Your password was changed" in dict(mails(stack, ann.user["email"])), what="the owner being told")


def test_another_address_counts_when_it_is_confirmed(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    new = f"new-{ann.user['email']}"

    assert_problem(ann.patch(USER, json={"email": new}), 422, pointer="/old_password")
    assert_problem(ann.patch(USER, json={"email": new, "old_password": "wrong battery"}), 422, pointer="/old_password")
    changed = ann.patch(USER, json={"email": new, "old_password": PASSWORD})
    assert (ann.user["email"], new) == (changed.json()["email"], changed.json()["pending_email"])
    assert ann.put(USER, json=changed.json()).status_code == 200

    found = token(stack, new, "Confirm your e-mail address")
    assert anyone(stack.url).post("/api/auth/email/confirm/", json={"token": found}).status_code == 204
    profile = ann.get(USER).json()
    assert (new, True, None) == (profile["email"], profile["email_confirmed"], profile["pending_email"])
    assert {"Another e-mail address for your account"} <= dict(mails(stack, ann.user["email"])).keys()


def test_people_of_one_s_projects_are_found_by_part_of_a_name_and_others_exactly(stack: RunningStack) -> None:
    ann, ben, eve = (somebody(stack.url, name) for name in ("ann", "ben", "eve"))
    project = a_project(ann)["id"]
    assert ann.post(f"/api/projects/{project}/members/", json={"user_id": ben.id}).status_code == 201

    def found(client: Client, search: str) -> list[int]:
        answer = client.get("/api/users/", params={"search": search})
        assert answer.status_code == 200, answer.text
        assert all(set(person) == {"id", "username", "full_name"} for person in answer.json()["results"])
        return [person["id"] for person in answer.json()["results"]]

    part = ben.user["username"][:-2]
    assert [ben.id] == found(ann, part.upper())
    assert [] == found(eve, part) == found(eve, "%") == found(eve, "")
    assert [ben.id] == found(eve, ben.user["username"])
    assert [] == found(eve, ben.user["email"])
    confirmed(stack, ben)
    assert [ben.id] == found(eve, ben.user["email"])
    assert_problem(anyone(stack.url).get("/api/users/?search=ann"), 401)


@pytest.mark.parametrize("body", [{"password": "wrong battery"}, {}, {"password": None}])
def test_an_account_is_not_erased_without_its_password(stack: RunningStack, body: dict[str, object]) -> None:
    ann = somebody(stack.url, "ann")

    assert_problem(ann.delete(USER, json=body), 422, pointer="/password")
    assert ann.get(USER).status_code == 200


def test_whoever_owns_no_project_may_go_and_is_forgotten(stack: RunningStack) -> None:
    ann, ben = somebody(stack.url, "ann"), somebody(stack.url, "ben")
    project = a_project(ann, name="Gemini")["id"]
    assert ann.post(f"/api/projects/{project}/members/", json={"user_id": ben.id}).status_code == 201
    webhook = {"name": "Mine", "url": "http://127.0.0.1:9/", "events": ["project.deleted"]}
    assert ann.post("/api/webhooks/", json=webhook).status_code == 201
    data = ann.get("/api/auth/user/export/").json()
    assert (ann.user["username"], 1) == (data["profile"]["username"], len(data["sessions"]))

    refused = assert_problem(ann.delete(USER, json={"password": PASSWORD}), 409)
    assert "Gemini" in refused["detail"]
    assert ann.delete(f"/api/projects/{project}/").status_code == 204
    assert ann.delete(USER, json={"password": PASSWORD}).status_code == 204

    until(lambda: ann.get(PROJECTS).status_code == 401, seconds=PROMISED, what="the token being refused")
    login = {"username": ann.user["username"], "password": PASSWORD}
    assert_problem(anyone(stack.url).post("/api/auth/login/", json=login), 401)
    again = anyone(stack.url).post("/api/auth/register/", json=login | {"email": ann.user["email"]})
    assert again.status_code == 201
    assert again.json()["user"]["id"] != ann.id


def test_somebody_is_invited_by_mail_and_joins(stack: RunningStack) -> None:
    ann, ben, eve = (somebody(stack.url, name) for name in ("ann", "ben", "eve"))
    project = a_project(ann, name="Apollo")["id"]
    path = f"/api/projects/{project}/invitations/"
    email = f"guest-{ben.user['email']}"

    assert_problem(eve.post(path, json={"email": email}), 404)
    assert_problem(ann.post(path, json={"email": email, "role": "owner"}), 422, pointer="/role")
    made = ann.post(path, json={"email": email, "role": "viewer"})
    assert made.status_code == 201, made.text
    assert made.headers["Location"] == f"{path}{made.json()['id']}/"
    assert [email] == [one["email"] for one in ann.get(path).json()["results"]]

    found = token(stack, email, "You are invited to Apollo")
    accept = {"token": found}
    assert_problem(anyone(stack.url).post("/api/invitations/accept/", json=accept), 401)
    joined = ben.post("/api/invitations/accept/", json=accept)
    assert ({"project": project, "role": "viewer"}, 200) == (joined.json(), joined.status_code)
    assert ben.get(f"/api/projects/{project}/").json()["role"] == "viewer"
    assert ben.post("/api/invitations/accept/", json=accept).status_code == 200
    assert_problem(eve.post("/api/invitations/accept/", json=accept), 422, pointer="/token")
    assert_problem(ben.get(path), 403)
    assert [] == ann.get(path).json()["results"]
    told = [event["type"] for event in ann.get(f"/api/projects/{project}/history/").json()["results"]]
    assert ["project.created", "member.invited", "member.added"] == told
    assert email not in ann.get(f"/api/projects/{project}/history/").text


def test_an_invitation_is_cancelled_by_hand_or_when_who_invited_may_no_more(stack: RunningStack) -> None:
    ann, ben, eve = (somebody(stack.url, name) for name in ("ann", "ben", "eve"))
    project = a_project(ann, name="Mercury")["id"]
    path = f"/api/projects/{project}/invitations/"
    assert ann.post(f"/api/projects/{project}/members/", json={"user_id": ben.id, "role": "manager"}).status_code == 201
    one, two = (f"{name}-{eve.user['email']}" for name in ("one", "two"))
    made = ben.post(path, json={"email": one}).json()
    assert ben.post(path, json={"email": two}).status_code == 201
    first, second = (token(stack, email, "You are invited to Mercury") for email in (one, two))

    assert_problem(eve.delete(f"{path}{made['id']}/"), 404)
    assert ann.delete(f"{path}{made['id']}/").status_code == 204
    assert_problem(ann.delete(f"{path}{made['id']}/"), 404)
    assert_problem(eve.post("/api/invitations/accept/", json={"token": first}), 422, pointer="/token")
    change = ann.patch(f"/api/projects/{project}/members/{ben.id}/", json={"role": "member"})
    assert change.status_code == 200
    assert_problem(eve.post("/api/invitations/accept/", json={"token": second}), 409)
    assert_problem(eve.get(f"/api/projects/{project}/"), 404)


def test_a_new_account_joins_with_its_invitation(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    project = a_project(ann, name="Vostok")["id"]
    email = f"new-{ann.user['email']}"
    assert ann.post(f"/api/projects/{project}/invitations/", json={"email": email}).status_code == 201
    found = token(stack, email, "You are invited to Vostok")

    new = anyone(stack.url)
    body = {"username": email, "email": email, "password": PASSWORD, "invitation": found}
    answer = new.post("/api/auth/register/", json=body)

    assert answer.status_code == 201, answer.text
    assert new.signed_in(answer).get(f"/api/projects/{project}/").json()["role"] == "member"
