"""Sessions are listed and end; another password ends the others."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from integration.auth.acting import (
    caller,
    change_password,
    events,
    listed,
    logout,
    mails,
    refused,
    update_user,
    waiting,
)
from integration.auth.conftest import HOME, context

from synergy_auth import handlers
from synergy_auth.domain import commands
from synergy_auth.domain.errors import (
    AccountUnavailable,
    PasswordRefused,
    SessionEnded,
    SessionNotFound,
    TokenReused,
    TooManyLogins,
    WrongCredentials,
    WrongPassword,
)
from synergy_chassis.clock import new_id


def test_open_sessions_are_listed_with_the_own_one_marked(ann):
    second = ann.login("ann", address="198.51.100.7")

    found = listed(ann, second)

    assert (2, [True, False]) == (found["count"], [one["current"] for one in found["results"]])
    assert ["198.51.100.7", HOME.address] == [one["address"] for one in found["results"]]


def test_logging_out_ends_this_session_and_no_other(ann):
    elsewhere = ann.login("ann")

    logout(ann, ann.pair)
    logout(ann, ann.pair)  # once more changes nothing

    with pytest.raises(SessionEnded):
        ann.refresh(ann.pair["refresh"])
    assert (True, False) == (refused(ann, ann.pair), refused(ann, elsewhere))
    assert ann.refresh(elsewhere["refresh"])
    assert ["user.registered", "session.revoked"] == events(ann)
    assert ann.security_log().count("logout") == 1


def test_logging_out_with_the_refresh_token_of_another_own_session_ends_both(ann):
    elsewhere, bob = ann.login("ann"), ann.register("bob")

    logout(ann, ann.pair, refresh=elsewhere["refresh"])
    logout(ann, ann.login("ann"), refresh=bob["refresh"])

    assert refused(ann, elsewhere)
    assert not refused(ann, bob)
    assert ann.refresh(bob["refresh"])


def test_logging_out_everywhere_ends_all_and_a_login_after_it_holds(ann):
    elsewhere = ann.login("ann")

    logout(ann, ann.pair, everywhere=True)
    after = ann.login("ann")

    assert [True, True, False] == [refused(ann, pair) for pair in (ann.pair, elsewhere, after)]
    assert ann.refresh(after["refresh"])
    with pytest.raises(SessionEnded):
        ann.refresh(elsewhere["refresh"])


@pytest.mark.parametrize("enter", ["login", "register"])
@pytest.mark.parametrize("end", ["logout", "change_password", "disable"])
def test_who_is_signing_in_while_all_sessions_end_is_out_as_well(auth, migrated, enter, end):
    again = new_id()
    ann, root = auth.register("ann", command_id=again), auth.register("root")
    auth.write("UPDATE users SET is_superuser = true WHERE username = 'root'")
    root, user = auth.login("root"), ann["user"]["id"]
    entering = {"login": lambda: auth.login("ann"), "register": lambda: auth.register("ann", command_id=again)}[enter]
    ending = {
        "logout": lambda: logout(auth, ann, everywhere=True),
        "change_password": lambda: change_password(auth, ann),
        "disable": lambda: update_user(auth, root, user, is_active=False),
    }[end]
    with (
        psycopg.connect(migrated.owner_url) as gate,
        psycopg.connect(migrated.service_url, autocommit=True) as watching,
        ThreadPoolExecutor(2) as pool,
    ):
        gate.execute("LOCK TABLE refresh_tokens IN SHARE MODE")  # the session is written, and waits here for its token
        entered = pool.submit(entering)
        waiting(watching, 1)
        ended = pool.submit(ending)
        waiting(watching, 2)
        gate.rollback()
        ended.result()
        try:
            pair = entered.result()
        except AccountUnavailable:  # disabled before its answer was put together
            assert end == "disable"
            return

    assert refused(auth, pair)
    with pytest.raises(SessionEnded):
        auth.refresh(pair["refresh"])


def test_a_session_elsewhere_is_ended_by_its_id_and_nobody_else_s(ann):
    elsewhere, bob = ann.login("ann"), ann.register("bob")

    end_of = commands.EndSession(caller=caller(ann.pair), session_id=caller(elsewhere).session_id)
    ann.app.do(handlers.end_session, end_of, context())

    assert (True, False) == (refused(ann, elsewhere), refused(ann, ann.pair))
    for session_id in (caller(elsewhere).session_id, caller(bob).session_id, new_id()):
        with pytest.raises(SessionNotFound):
            ann.app.do(
                handlers.end_session, commands.EndSession(caller=caller(ann.pair), session_id=session_id), context()
            )
    assert not refused(ann, bob)


def test_a_reused_refresh_token_has_the_family_s_access_tokens_refused_and_the_owner_told(ann):
    newer = ann.refresh(ann.pair["refresh"])
    ann.refresh(newer["refresh"])

    with pytest.raises(TokenReused):
        ann.refresh(ann.pair["refresh"])

    assert refused(ann, newer)
    assert ["token_reused"] == mails(ann)
    assert events(ann)[-1] == "session.revoked"


def test_another_password_ends_all_other_sessions_and_tells_the_owner(ann):
    elsewhere = ann.login("ann")

    change_password(ann, ann.pair)

    assert [False, True] == [refused(ann, pair) for pair in (ann.pair, elsewhere)]
    with pytest.raises(SessionEnded):
        ann.refresh(elsewhere["refresh"])
    fresh = ann.refresh(ann.pair["refresh"])
    assert not refused(ann, fresh)
    with pytest.raises(WrongCredentials):
        ann.login("ann")
    assert ann.login("ann", "another battery")
    assert ["password_changed"] == [
        row.kind for row in ann.rows("SELECT kind FROM mails WHERE kind <> 'confirm_email'")
    ]
    logout(ann, ann.pair, everywhere=True)  # what was spared then is not for ever
    assert refused(ann, ann.pair)
    assert refused(ann, fresh)


def test_the_same_change_of_password_twice_is_one(ann):
    again = new_id()

    for _ in range(2):
        change_password(ann, ann.pair, command_id=again)

    assert ann.security_log().count("password_change") == 1
    assert "password_check_failed" not in ann.security_log()


def test_wrong_old_passwords_count_as_failed_logins(ann):
    for _ in range(3):
        with pytest.raises(WrongPassword):
            change_password(ann, ann.pair, "wrong password")
    for _ in range(2):
        with pytest.raises(WrongCredentials):
            ann.login("ann@example.com", "wrong password")

    with pytest.raises(TooManyLogins):
        change_password(ann, ann.pair)
    with pytest.raises(TooManyLogins):
        ann.login("ann")


@pytest.mark.parametrize("new", ["short", "password1", "ann@example.com", "x" * 129])
def test_a_new_password_keeps_the_rules(ann, new):
    with pytest.raises(PasswordRefused):
        change_password(ann, ann.pair, new=new)
