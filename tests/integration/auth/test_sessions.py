"""Sessions are listed and end; what gateways must refuse is told without a gap."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import jwt
import pytest
from integration.auth.conftest import HOME, PASSWORD, Person, context
from sqlalchemy import text

from synergy_auth import handlers, queries
from synergy_auth.domain import commands
from synergy_auth.domain.errors import (
    DomainError,
    LastSuperuser,
    PasswordRefused,
    SessionEnded,
    SessionNotFound,
    SuperuserRequired,
    TokenReused,
    TooManyLogins,
    UserNotFound,
    WrongCredentials,
    WrongPassword,
)
from synergy_chassis.clock import new_id


def claims(pair):
    return jwt.decode(pair["access"], options={"verify_signature": False})


def caller(pair) -> commands.Caller:
    told = claims(pair)
    return commands.Caller(user_id=int(told["sub"]), session_id=UUID(told["sid"]), client=HOME)


def logout(auth: Person, pair, *, refresh=None, everywhere=False):
    command = commands.Logout(caller=caller(pair), refresh=refresh, everywhere=everywhere)
    auth.app.do(handlers.logout, command, context())


def change_password(auth: Person, pair, old=PASSWORD, new="another battery", *, command_id=None):
    command = commands.ChangePassword(caller=caller(pair), old_password=old, new_password=new)
    auth.app.do(handlers.change_password, command, context(command_id))


def update_user(auth: Person, pair, user_id, **changes):
    command = commands.UpdateUser(caller=caller(pair), user_id=user_id, changes=changes)
    return auth.app.do(handlers.update_user, command, context())


def listed(auth: Person, pair):
    who = caller(pair)
    return auth.app.ask(
        queries.list_sessions, who.user_id, current=who.session_id, now=auth.clock.now(), page=1, page_size=50
    )


def revocations(auth: Person, after=None):
    return auth.app.ask(queries.revocations, after=after, beyond=None, now=auth.clock.now())


def refused(auth: Person, pair) -> bool:
    """Whether gateways that know all revocations refuse the access token."""
    told, sub = claims(pair), int(claims(pair)["sub"])
    mine = [one for one in revocations(auth)["revocations"] if one["user_id"] == sub]
    generations = {one["generation"]: one["spared"] for one in mine if one["generation"] is not None}
    called_in = bool(generations) and told["gen"] < max(generations)
    spared = called_in and str(generations[max(generations)]) == told["sid"]
    return told["sid"] in {str(one["session_id"]) for one in mine} or (called_in and not spared)


def mails(auth: Person):
    """What was written to people since they registered."""
    return [row.kind for row in auth.rows("SELECT kind FROM mails WHERE kind <> 'confirm_email' ORDER BY id")]


def events(auth: Person):
    return [event.type for event in auth.app.log.after(0, 100).events]


@pytest.fixture
def ann(auth) -> Person:
    auth.pair = auth.register("ann")
    return auth


@pytest.fixture
def root(auth):
    """A superuser who is signed in."""
    auth.register("root")
    auth.write("UPDATE users SET is_superuser = true WHERE username = 'root'")
    return auth.login("root")


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


def test_a_revocation_that_commits_late_is_told_in_the_next_answer(ann, built):
    """A writer that began before an answer was read and commits after it: a cursor over ids would pass it by."""
    inside, go_on = Event(), Event()

    def late() -> None:
        with ann.app.uow.writing() as rows:
            rows.execute(
                text("INSERT INTO revocations (id, user_id, generation, until) VALUES (:id, 77, 1, :until)"),
                {"id": UUID(int=1), "until": ann.clock.now().replace(year=2030)},
            )
            inside.set()
            go_on.wait(10)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(late)
        inside.wait(10)
        logout(ann, ann.login("ann"))
        before = revocations(ann)
        go_on.set()
        writing.result()

    after = revocations(ann, before["cursor"])
    assert (True, False) == (before["whole"], after["whole"])
    assert 77 not in [one["user_id"] for one in before["revocations"]]
    assert 77 in [one["user_id"] for one in after["revocations"]]
    assert [] == revocations(ann, revocations(ann)["cursor"])["revocations"]


@pytest.mark.parametrize("cursor", ["", "x", "1:", ":1", "another-epoch:1"])
def test_a_cursor_that_is_not_of_this_store_gets_all(ann, cursor):
    logout(ann, ann.pair)

    told = revocations(ann, cursor)

    assert (True, 1) == (told["whole"], len(told["revocations"]))


def test_what_has_expired_is_not_told_and_goes_from_the_table(ann):
    logout(ann, ann.pair)
    ann.passes(minutes=62)

    assert [] == revocations(ann)["revocations"]
    logout(ann, ann.login("ann"))
    assert 1 == ann.rows("SELECT count(*) AS n FROM revocations")[0].n


def test_an_access_token_never_outlives_its_session(ann):
    token = ann.pair["refresh"]
    for _ in range(29):
        ann.passes(hours=24, seconds=-1)
        token = ann.refresh(token)["refresh"]
    ann.passes(hours=23, minutes=30)

    pair = ann.refresh(token)

    (session,) = ann.rows("SELECT expires_at FROM sessions")
    assert claims(pair)["exp"] == int(session.expires_at.timestamp())


def test_tokens_of_who_was_erased_are_refused(ann):
    ann.app.erase_user("ann", dry_run=False)

    assert refused(ann, ann.pair)
