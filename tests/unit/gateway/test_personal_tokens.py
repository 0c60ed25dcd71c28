"""Personal access tokens at the door: asked about once a minute, refused as soon as they are revoked."""

import pytest
from unit.gateway.given import PROJECT

from synergy_chassis import checked_tokens
from synergy_chassis.bus.errors import RpcTimeout
from synergy_contracts.refusals import Refused
from synergy_gateway import guessing

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
