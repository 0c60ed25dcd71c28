"""Personal access tokens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from integration.auth.acting import by_token, caller, change_password, revocations, token, update_user
from integration.auth.conftest import context

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import (
    InvalidField,
    InvalidToken,
    ScopeNotHeld,
    SessionEnded,
    TokenNotFound,
)
from synergy_chassis.clock import new_id


def test_a_token_tells_whose_it_is_and_is_stored_as_a_digest(ann):
    made = token(ann, scopes=("write", "read"))

    told = ann.app.verify_token(made["token"])

    assert (made["id"], ann.pair["user"]["id"], ["read", "write"], False) == (
        told["token_id"], told["user_id"], told["scopes"], told["superuser"]
    )  # fmt: skip
    (row,) = ann.rows("SELECT digest, last_used_at FROM personal_tokens")
    assert made["token"].encode() not in bytes(row.digest)
    assert row.last_used_at == ann.clock.now()
    listed = ann.app.ask(queries.list_tokens, told["user_id"], now=ann.clock.now(), page=1, page_size=50)
    assert "token" not in listed["results"][0]
    assert made["token"].endswith(listed["results"][0]["hint"])


def test_the_same_request_again_makes_no_second_token_and_does_not_tell_the_first(ann):
    again = new_id()
    first, second = (token(ann, command_id=again) for _ in range(2))

    assert (first["id"], None) == (second["id"], second["token"])
    assert 1 == len(ann.rows("SELECT id FROM personal_tokens"))


def test_a_token_ends_when_it_expires_is_revoked_or_its_owner_is_disabled(ann):
    lasting, brief, third = token(ann), token(ann, expires_at=ann.clock.now() + timedelta(hours=1)), token(ann)
    ann.passes(hours=1)
    with pytest.raises(InvalidToken):
        ann.app.verify_token(brief["token"])

    ann.app.do(handlers.revoke_token, commands.RevokeToken(caller=caller(ann.pair), token_id=third["id"]), context())
    with pytest.raises(InvalidToken):
        ann.app.verify_token(third["token"])
    assert third["id"] in [one["session_id"] for one in revocations(ann)["revocations"]]
    for gone in (third["id"], brief["id"], new_id()):
        with pytest.raises(TokenNotFound):
            ann.app.do(handlers.revoke_token, commands.RevokeToken(caller=caller(ann.pair), token_id=gone), context())

    assert ann.app.verify_token(lasting["token"])
    ann.write("UPDATE users SET is_active = false")
    with pytest.raises(InvalidToken):
        ann.app.verify_token(lasting["token"])


def test_another_password_revokes_all_tokens(ann):
    made = token(ann)

    change_password(ann, ann.pair)

    with pytest.raises(InvalidToken):
        ann.app.verify_token(made["token"])


def test_nobody_revokes_another_s_token(ann):
    made = token(ann)
    ben = ann.register("ben")

    with pytest.raises(TokenNotFound):
        ann.app.do(handlers.revoke_token, commands.RevokeToken(caller=caller(ben), token_id=made["id"]), context())


def test_with_a_token_nothing_wider_and_nothing_longer_is_made(ann):
    ends = ann.clock.now() + timedelta(hours=1)
    made = token(ann, scopes=("read", "write"), expires_at=ends)
    who = by_token(ann, made)

    assert ends == token(ann, who=who)["expires_at"]
    with pytest.raises(InvalidField):
        token(ann, who=who, expires_at=ends + timedelta(seconds=1))
    with pytest.raises(ScopeNotHeld):
        token(ann, who=who, scopes=("admin",))
    with pytest.raises(ScopeNotHeld):
        token(ann, who=replace(who, scopes=("read",)), scopes=("write",))


def test_the_scope_admin_is_for_superusers_and_goes_with_their_rights(ann):
    root = ann.register("root")
    ann.write("UPDATE users SET is_superuser = true WHERE username = 'root'")
    boss = replace(caller(root), scopes=("read", "write", "admin"))
    user = ann.pair["user"]["id"]
    update_user(ann, root, user, is_superuser=True)
    wide = token(ann, scopes=("read", "admin"), who=replace(caller(ann.pair), scopes=boss.scopes))
    narrow = token(ann, scopes=("read",))

    assert [True, False] == [ann.app.verify_token(made["token"])["superuser"] for made in (wide, narrow)]
    update_user(ann, root, user, is_superuser=False)
    told = ann.app.verify_token(wide["token"])
    assert (["read"], False) == (told["scopes"], told["superuser"])


def test_nothing_lasting_is_made_with_what_a_gateway_has_not_yet_heard_the_end_of(ann):
    made = token(ann, scopes=("read", "write"))
    with_token, ended = by_token(ann, made), ann.pair
    change_password(ann, ann.login("ann"))

    with pytest.raises(InvalidToken):
        token(ann, who=with_token)
    with pytest.raises(SessionEnded):
        token(ann, who=caller(ended))
    with pytest.raises(SessionEnded):
        ann.app.do(handlers.revoke_token, commands.RevokeToken(caller=caller(ended), token_id=made["id"]), context())

    assert 1 == len(ann.rows("SELECT id FROM personal_tokens"))
