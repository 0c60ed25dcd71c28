"""What superusers see and change, and who sees which lines of the security log."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from integration.auth.acting import (
    ask_reset,
    caller,
    claims,
    events,
    latest_token,
    refused,
    reset,
    token,
    update_user,
)
from integration.auth.conftest import HOME, context

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import (
    DomainError,
    InvalidToken,
    LastSuperuser,
    LinkInvalid,
    SessionEnded,
    SuperuserRequired,
    UserNotFound,
    WrongCredentials,
)


def test_a_disabled_account_is_out_everywhere_and_looks_like_a_wrong_password(ann, root):
    user = ann.pair["user"]["id"]

    assert update_user(ann, root, user, is_active=False)["is_active"] is False

    assert refused(ann, ann.pair)
    with pytest.raises(SessionEnded):
        ann.refresh(ann.pair["refresh"])
    with pytest.raises(WrongCredentials):
        ann.login("ann")
    assert events(ann)[-1] == "user.disabled"
    assert update_user(ann, root, user, is_active=True)["is_active"] is True
    assert refused(ann, ann.pair)  # what was handed out before stays dead
    assert not refused(ann, ann.login("ann"))


def test_tokens_and_links_of_a_disabled_account_stay_dead_when_it_is_enabled(posted):
    posted.register("root")
    posted.write("UPDATE users SET is_superuser = true WHERE username = 'root'")
    root, user, made = posted.login("root"), posted.pair["user"]["id"], token(posted)
    ask_reset(posted)
    link = latest_token(posted)

    for active in (False, True):
        update_user(posted, root, user, is_active=active)

    with pytest.raises(InvalidToken):
        posted.app.verify_token(made["token"])
    with pytest.raises(LinkInvalid):
        reset(posted, link)
    assert posted.login("ann")["access"]


def test_rights_that_are_taken_away_are_gone_from_tokens_and_refreshing_gives_others(ann, root):
    user = ann.pair["user"]["id"]
    update_user(ann, root, user, is_superuser=True)
    made = ann.refresh(ann.pair["refresh"])

    update_user(ann, root, user, is_superuser=False)

    assert [True, True] == [refused(ann, pair) for pair in (ann.pair, made)]
    unmade = ann.refresh(made["refresh"])
    assert (True, False, False) == (claims(made)["superuser"], claims(unmade)["superuser"], refused(ann, unmade))
    (line,) = ann.rows("SELECT actor_id FROM security_events WHERE kind = 'superuser_made'")
    assert line.actor_id == root["user"]["id"]


def test_only_superusers_see_and_change_accounts(ann, root):
    with pytest.raises(SuperuserRequired):
        update_user(ann, ann.pair, root["user"]["id"], is_active=False)
    with pytest.raises(SuperuserRequired):
        ann.app.ask(queries.list_users, ann.pair["user"]["id"], search=None, is_active=None, page=1, page_size=50)
    with pytest.raises(UserNotFound):
        update_user(ann, root, 999_999, is_active=False)

    found = ann.app.ask(queries.list_users, root["user"]["id"], search="ANN@", is_active=True, page=1, page_size=50)
    assert (1, "ann") == (found["count"], found["results"][0]["username"])


def test_of_two_superusers_who_unmake_each_other_at_once_one_stays(ann, root, built):
    other = ann.pair["user"]["id"]
    update_user(ann, root, other, is_superuser=True)
    pairs = {root["user"]["id"]: ann.login("ann"), other: root}

    def unmake(user_id: int) -> str:
        try:
            update_user(ann, pairs[user_id], user_id, is_superuser=False)
        except DomainError as no:
            return no.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(unmake, pairs))

    assert outcomes in (["done", "last-superuser"], ["done", "superuser-required"])
    assert 1 == ann.rows("SELECT count(*) AS n FROM users WHERE is_superuser")[0].n


def test_the_last_superuser_cannot_leave(ann, root):
    for changes in ({"is_active": False}, {"is_superuser": False}):
        with pytest.raises(LastSuperuser):
            update_user(ann, root, root["user"]["id"], **changes)


def test_the_security_log_is_the_own_one_and_for_superusers_everybody_s(ann, root):
    def kinds(user_id, **asked):
        filters = {"user": None, "kind": None, "everybody_s": True} | asked
        found = ann.app.ask(queries.list_security_events, user_id, **filters, page=1, page_size=50)
        return [(one["user_id"], one["kind"], one["outcome"]) for one in found["results"]]

    user, boss = ann.pair["user"]["id"], root["user"]["id"]
    with pytest.raises(WrongCredentials):
        ann.login("ann", "wrong password")
    with pytest.raises(WrongCredentials):
        ann.login("nobody", "wrong password")

    assert [(user, "login_failed", "failure"), (user, "registered", "success")] == kinds(user)
    assert [] == kinds(user, user=boss)
    assert {boss} == {who for who, _, _ in kinds(boss, everybody_s=False)}
    assert (None, "login_failed", "failure") in kinds(boss)
    assert [(user, "login_failed", "failure")] == kinds(boss, user=user, kind="login_failed")


def test_from_where_a_superuser_acted_is_told_to_superusers_alone(ann, root):
    user, office = ann.pair["user"]["id"], replace(HOME, address="192.0.2.99", user_agent="the office")
    for active in (False, True):
        command = commands.UpdateUser(
            caller=replace(caller(root), client=office), user_id=user, changes={"is_active": active}
        )
        ann.app.do(handlers.update_user, command, context())

    def lines(user_id, **asked):
        filters = {"user": user, "kind": None} | asked
        found = ann.app.ask(queries.list_security_events, user_id, **filters, page=1, page_size=50)
        return [(one["kind"], one["address"], one["user_agent"], one["actor_id"]) for one in found["results"]]

    boss, at_home = root["user"]["id"], ("registered", HOME.address, HOME.user_agent, None)
    mine = [("user_enabled", "", "", boss), ("user_disabled", "", "", boss), at_home]
    assert mine == lines(user, everybody_s=False) == lines(user, everybody_s=True)
    data = ann.app.ask(queries.personal_data, user, current=None, now=ann.clock.now())
    assert office.address not in str(data)
    seen = [("user_enabled", *_of(office), boss), ("user_disabled", *_of(office), boss), at_home]
    assert seen == lines(boss, everybody_s=True)


def _of(client):
    return client.address, client.user_agent
