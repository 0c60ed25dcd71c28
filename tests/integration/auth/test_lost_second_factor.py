"""Whoever lost the second factor is helped by the operator."""

import pytest
from integration.auth.acting import begin, confirm, events, mails, refused, shown, sign_in, update_user
from integration.auth.conftest import Person, context

from synergy_auth import handlers, lost_second_factor
from synergy_auth.domain.errors import OtpRequired, PersonNotFound, SessionEnded


@pytest.fixture
def guarded(ann: Person) -> Person:
    """Ann, who needs a code to sign in, and is signed in twice."""
    secret = begin(ann)["secret"]
    confirm(ann, shown(ann, secret))
    ann.passes(seconds=30)
    ann.elsewhere = sign_in(ann, shown(ann, secret))
    with pytest.raises(OtpRequired):
        sign_in(ann)
    return ann


@pytest.fixture
def env(migrated) -> dict[str, str]:
    return {"AUTH_DATABASE_URL": migrated.service_url, "SECRET_KEY": "a secret key for the tests, long enough"}


@pytest.mark.parametrize("named", ["ANN", "ann@example.com", "{id}"])
def test_the_operator_removes_it_by_name_address_or_id(guarded: Person, env, capsys, named: str) -> None:
    assert 0 == lost_second_factor.remove(env, named.format(id=guarded.pair["user"]["id"]))

    assert "The second factor of ann was removed" in capsys.readouterr().out
    assert sign_in(guarded)["access"]
    assert [] == guarded.rows("SELECT FROM recovery_codes")


def test_all_sessions_end_and_the_owner_is_told_and_sees_it_in_the_log(guarded: Person) -> None:
    handlers.remove_lost_second_factor("ann", context(), guarded.app.needs)

    for pair in (guarded.pair, guarded.elsewhere):
        assert refused(guarded, pair)
        with pytest.raises(SessionEnded):
            guarded.refresh(pair["refresh"])
    assert "user.signed_out" == events(guarded)[-1]
    assert "second_factor_off" == mails(guarded)[-1]
    (line,) = guarded.rows("SELECT * FROM security_events WHERE kind = 'second_factor_off'")
    assert (guarded.pair["user"]["id"], None, "", "synergy second-factor remove") == (
        line.user_id, line.actor_id, line.address, line.user_agent
    )  # fmt: skip


def test_where_there_is_none_nothing_changes(ann: Person, env, capsys) -> None:
    begin(ann)  # never confirmed
    before = ann.security_log()

    assert 0 == lost_second_factor.remove(env, "ann")

    assert "is not set up" in capsys.readouterr().out
    assert not refused(ann, ann.pair)
    assert before == ann.security_log()


def test_nobody_of_that_name_is_said_in_one_sentence(auth: Person, env, capsys) -> None:
    for nobody in ("nobody", "999", "9" * 30):
        assert 1 == lost_second_factor.remove(env, nobody)
        assert "auth: There is no user with this name.\n" == capsys.readouterr().err
        with pytest.raises(PersonNotFound):
            handlers.remove_lost_second_factor(nobody, context(), auth.app.needs)


def test_digits_that_are_ones_id_and_anothers_name_are_refused_until_it_is_said_which(guarded, env, capsys) -> None:
    user_id = str(guarded.pair["user"]["id"])
    guarded.register(user_id)

    assert 1 == lost_second_factor.remove(env, user_id)
    said = f"{user_id} is the id of one account and the user name of another. Say id:{user_id} or name:{user_id}.\n"
    assert f"auth: {said}" == capsys.readouterr().err
    assert not refused(guarded, guarded.pair)

    for person, told in ((f"name:{user_id}", f"of {user_id} is not set up"), (f"id:{user_id}", "of ann was removed")):
        assert 0 == lost_second_factor.remove(env, person)
        assert told in capsys.readouterr().out


def test_a_superuser_may_disable_and_remove_it_at_once(guarded: Person, root) -> None:
    user = guarded.pair["user"]["id"]

    update_user(guarded, root, user, is_active=False, second_factor=False)
    update_user(guarded, root, user, is_active=True)

    assert sign_in(guarded)["access"]
