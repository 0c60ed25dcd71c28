"""Personal access tokens at the door: asked about once a minute, refused as soon as they are revoked."""

from typing import Final
from uuid import UUID

import pytest
from unit.gateway.given import PROJECT

from synergy_chassis import checked_tokens
from synergy_chassis.bus.errors import RpcTimeout
from synergy_contracts.refusals import Refused
from synergy_gateway import guessing
from synergy_gateway.routes import OPERATIONS

TOKEN = checked_tokens.make("syn_pat_")
ID = "01936c5e-0000-7000-8000-000000000001"
VERIFIED = {
    "token_id": ID, "user_id": 7, "scopes": ["read"], "superuser": False, "generation": 0, "expires_at": None
}  # fmt: skip
NO = Refused("unauthenticated", "invalid-token", "The token is not valid.")


def revoked(**what):
    told = {"user_id": 7, "until": "2100-01-01T00:00:00Z", **what}
    return {"cursor": "1:1", "whole": True, "more": None, "revocations": [told]}


@pytest.fixture
def bob(anyone, neighbours):
    """User 7, with a personal access token that may read."""
    neighbours.answers["projects.read_project"] = PROJECT
    neighbours.answers["auth.verify_token"] = VERIFIED
    anyone.headers["Authorization"] = f"Bearer {TOKEN}"
    return anyone


def test_it_lets_in_and_is_asked_about_once(bob, neighbours):
    for _ in range(3):
        assert bob.get("/api/projects/3/").status_code == 200

    assert [{"token": TOKEN}] == neighbours.sent("auth.verify_token")
    actor = neighbours.headers("projects.read_project")["synergy-actor"]
    assert '"personal_token":true' in actor
    assert ID in actor


def test_one_of_reading_cannot_write(bob, neighbours):
    answer = bob.delete("/api/projects/3/")

    assert (403, "/problems/insufficient-scope") == (answer.status_code, answer.json()["type"])
    assert not neighbours.sent("projects.delete_project")


@pytest.mark.parametrize(
    ("scopes", "status"), [(["read", "write"], 403), (["read", "admin"], 200), (["admin"], 403)], ids=str
)
def test_what_is_for_superusers_needs_the_scope_admin_beside(bob, neighbours, scopes, status):
    neighbours.answers["auth.verify_token"] = VERIFIED | {"scopes": scopes, "superuser": "admin" in scopes}
    neighbours.answers["auth.list_users"] = {"count": 0, "results": []}

    assert status == bob.get("/api/admin/users/").status_code


SECURING: Final = {
    "read_second_factor", "begin_second_factor", "confirm_second_factor", "remove_second_factor",
    "list_tokens", "create_token", "revoke_token", "list_sessions", "end_session",
    "change_password", "read_personal_data", "erase_account",
}  # fmt: skip
"""Operations that are about who gets into an account, or tell it."""
ABOUT_ACCESS: Final = ("/api/auth/2fa/", "/api/auth/tokens/", "/api/auth/sessions/", "/api/auth/password/change/")
SIGNED_IN: Final = [operation for operation in OPERATIONS if operation.signed_in]


def test_all_that_is_about_who_gets_in_is_known_to_be():
    assert {operation.name for operation in SIGNED_IN if operation.secures} == SECURING
    assert {operation.name for operation in SIGNED_IN if operation.path.startswith(ABOUT_ACCESS)} <= SECURING
    assert ["logout"] == [operation.name for operation in SIGNED_IN if operation.in_session]


@pytest.mark.parametrize("scopes", [("read", "write"), ("read", "write", "admin")], ids=" ".join)
@pytest.mark.parametrize("operation", SIGNED_IN, ids=lambda operation: operation.name)
def test_who_gets_into_an_account_is_for_those_signed_in_and_tokens_with_the_scope_admin(
    bob, neighbours, operation, scopes
):
    neighbours.answers["auth.verify_token"] = VERIFIED | {"scopes": scopes}
    refused = operation.in_session or (operation.secures and "admin" not in scopes)
    examples = {int: 3, UUID: ID, str: "x"}

    answer = bob.request(
        operation.method, operation.path.format_map({n: examples[kind] for n, kind in operation.parameters.items()})
    )

    said = answer.json().get("type") if answer.status_code >= 400 else None
    assert refused == (said == "/problems/session-required")
    if refused:
        assert 403 == answer.status_code
        assert {"auth.jwks", "auth.revocations", "auth.verify_token"} >= {name for name, *_ in neighbours.calls}


def test_one_that_auth_does_not_know_is_401(bob, neighbours):
    neighbours.answers["auth.verify_token"] = NO

    answer = bob.get("/api/projects/3/")

    assert (401, "/problems/invalid-token") == (answer.status_code, answer.json()["type"])


def test_a_mistyped_one_is_401_without_asking(anyone, neighbours):
    for text in ("syn_pat_", "syn_pat_x", TOKEN[:-1], TOKEN + "A", TOKEN[:-1] + ("0" if TOKEN[-1] != "0" else "1")):
        assert anyone.get("/api/projects/3/", headers={"Authorization": f"Bearer {text}"}).status_code == 401

    assert not neighbours.sent("auth.verify_token")


def test_a_revoked_one_is_refused_though_auth_has_just_let_it_in(bob, neighbours):
    neighbours.answers["auth.revocations"] = revoked(session_id=ID)

    assert bob.get("/api/projects/3/").status_code == 401


def test_when_all_tokens_were_called_in_auth_is_asked_again(bob, neighbours):
    neighbours.answers["auth.revocations"] = revoked(generation=1)
    generations = iter([0, 1])
    neighbours.answers["auth.verify_token"] = lambda _: VERIFIED | {"generation": next(generations)}

    assert bob.get("/api/projects/3/").status_code == 200
    assert 2 == len(neighbours.sent("auth.verify_token"))


def test_where_auth_does_not_answer_it_is_503(bob, neighbours):
    neighbours.answers["auth.verify_token"] = RpcTimeout("auth.verify_token")

    assert bob.get("/api/projects/3/").status_code == 503


def test_who_makes_up_tokens_must_wait_and_those_known_are_let_in_all_the_same(bob, neighbours):
    def ask(token: str, door=bob):
        return door.get("/api/projects/3/", headers={"Authorization": f"Bearer {token}"})

    assert 200 == ask(TOKEN).status_code
    neighbours.answers["auth.verify_token"] = NO
    statuses = [ask(checked_tokens.make("syn_pat_")).status_code for _ in range(guessing.MOST)]
    asked = len(neighbours.sent("auth.verify_token"))

    answer = ask(checked_tokens.make("syn_pat_"))

    assert {401} == set(statuses)
    assert (429, "/problems/too-many-unknown-tokens") == (answer.status_code, answer.json()["type"])
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert asked == len(neighbours.sent("auth.verify_token"))
    assert 200 == ask(TOKEN).status_code


def test_an_unknown_one_that_is_sent_again_and_again_is_asked_about_once(bob, neighbours):
    neighbours.answers["auth.verify_token"] = NO

    assert {401} == {bob.get("/api/projects/3/").status_code for _ in range(guessing.MOST + 2)}
    assert 1 == len(neighbours.sent("auth.verify_token"))


def test_good_ones_and_what_auth_cannot_tell_are_no_guesses(bob, neighbours):
    for answer, status in ((VERIFIED, 200), (RpcTimeout("auth.verify_token"), 503)):
        neighbours.answers["auth.verify_token"] = answer
        for _ in range(guessing.MOST + 1):
            told = bob.get("/api/projects/3/", headers={"Authorization": f"Bearer {checked_tokens.make('syn_pat_')}"})
            assert status == told.status_code
