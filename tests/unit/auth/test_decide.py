"""Commands of accounts: what they are allowed, what they make happen."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from synergy_auth.domain import decide
from synergy_auth.domain.account import Account, Profile, full_name
from synergy_auth.domain.commands import Client, Register, UpdateProfile
from synergy_auth.domain.errors import AccountUnavailable, LastSuperuser, PasswordRefused, RegistrationClosed
from synergy_auth.domain.events import (
    STORED_AS,
    SessionRevoked,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserRegistered,
    UserRightsChanged,
    UserSignedOut,
    UserUpdated,
    entity,
    stream_of,
)
from synergy_auth.domain.rules import AccountRules

RULES = AccountRules(frozenset(), frozenset({"UTC"}))
THEN = datetime(2026, 11, 23, tzinfo=UTC)
ANN = Account(
    id=7, profile=Profile(username="ann", email="ann@example.com", first_name="Ann"), password_hash="$argon2id$…",
    is_active=True, is_superuser=False, created_at=THEN, updated_at=THEN,
)  # fmt: skip
COMMAND = Register(profile=ANN.profile, password="correct horse", client=Client())


@pytest.mark.parametrize(
    ("mode", "by_operator", "allowed"),
    [
        ("open", False, True),
        ("invite", False, False),
        ("closed", False, False),
        ("closed", True, True),
        ("?", False, False),
    ],
)
def test_who_may_register(mode, by_operator, allowed):
    command = replace(COMMAND, by_operator=by_operator)
    if allowed:
        decide.may_register(command, mode=mode)
    else:
        with pytest.raises(RegistrationClosed):
            decide.may_register(command, mode=mode)


@pytest.mark.parametrize(("mode", "allowed"), [("open", True), ("invite", True), ("closed", False)])
def test_who_is_invited_may_register_where_people_are_invited(mode, allowed):
    if allowed:
        decide.may_register(COMMAND, mode=mode, invited=True)
    else:
        with pytest.raises(RegistrationClosed):
            decide.may_register(COMMAND, mode=mode, invited=True)


def test_registering_tells_only_an_id():
    assert decide.register(user_id=7, superuser=False) == [UserRegistered(user_id=7)]


def test_a_superuser_who_is_made_with_the_account_is_told_as_one_who_is_made_later():
    told = decide.register(user_id=7, superuser=True)

    assert [UserRegistered(user_id=7), UserRightsChanged(user_id=7, is_superuser=True)] == told


@pytest.mark.parametrize(
    ("changes", "events"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"first_name": "Ann"}, [], id="the_same_again"),
        pytest.param({"bio": "x", "phone": "1", "location": "y"}, [], id="what_concerns_nobody_else"),
        pytest.param({"username": "anna"}, [UserUpdated(user_id=7)], id="name"),
        pytest.param({"email": "a@example.org"}, [UserUpdated(user_id=7)], id="address"),
        pytest.param({"first_name": "", "last_name": "N"}, [UserUpdated(user_id=7)], id="several_make_one_event"),
    ],
)
def test_a_changed_profile_is_told_where_others_show_it(changes, events):
    profile = decide.changed_profile(ANN, UpdateProfile(user_id=7, changes=changes), rules=RULES)

    assert events == decide.update_profile(ANN, profile)


def test_a_disabled_account_changes_nothing():
    with pytest.raises(AccountUnavailable):
        decide.changed_profile(replace(ANN, is_active=False), UpdateProfile(user_id=7, changes={}), rules=RULES)


def test_commands_do_not_print_passwords():
    assert "horse" not in repr(COMMAND)


@pytest.mark.parametrize(
    ("first", "last", "full"), [("Ann", "Ng", "Ann Ng"), ("", "Ng", "Ng"), ("Ann", "", "Ann"), ("", "", "")]
)
def test_a_full_name_has_no_spaces_to_spare(first, last, full):
    assert full == full_name(replace(ANN.profile, first_name=first, last_name=last))


def test_stored_names():
    assert {
        "user.registered": UserRegistered, "user.updated": UserUpdated, "user.erased": UserErased,
        "user.disabled": UserDisabled, "user.enabled": UserEnabled, "user.rights_changed": UserRightsChanged,
        "user.signed_out": UserSignedOut, "session.revoked": SessionRevoked,
    } == STORED_AS  # fmt: skip
    assert entity(UserUpdated(user_id=7)) == "user-7"
    assert stream_of(7) == "user-7"


ROOT = replace(ANN, is_superuser=True)


@pytest.mark.parametrize(
    ("account", "changes", "events"),
    [
        pytest.param(ANN, {}, [], id="nothing"),
        pytest.param(ANN, {"is_active": True, "is_superuser": False}, [], id="what_it_is"),
        pytest.param(ANN, {"is_active": False}, [UserDisabled(user_id=7)], id="disabled"),
        pytest.param(replace(ANN, is_active=False), {"is_active": True}, [UserEnabled(user_id=7)], id="enabled"),
        pytest.param(
            ANN, {"is_superuser": True}, [UserRightsChanged(user_id=7, is_superuser=True)], id="made_a_superuser"
        ),
        pytest.param(
            ROOT,
            {"is_active": False, "is_superuser": False},
            [UserDisabled(user_id=7), UserRightsChanged(user_id=7, is_superuser=False)],
            id="both",
        ),
    ],
)
def test_what_a_superuser_changes_is_told(account, changes, events):
    assert events == decide.update_user(account, changes, others=1)[1]


@pytest.mark.parametrize("changes", [{"is_active": False}, {"is_superuser": False}])
def test_the_last_superuser_stays_one(changes):
    with pytest.raises(LastSuperuser):
        decide.update_user(ROOT, changes, others=0)
    decide.update_user(replace(ROOT, is_active=False), {"is_superuser": False}, others=0)  # could not sign in anyway


def test_the_last_superuser_is_not_erased():
    with pytest.raises(LastSuperuser):
        decide.may_leave(ROOT, others=0)
    decide.may_leave(ROOT, others=1)
    decide.may_leave(ANN, others=0)


def test_a_new_password_is_refused_at_its_own_field():
    with pytest.raises(PasswordRefused) as refused:
        decide.check_new_password(ANN, "short", rules=RULES)

    assert refused.value.pointer == "/new_password"


def test_each_session_that_ends_is_told_and_all_of_them_once():
    one, two = UUID(int=1), UUID(int=2)

    assert decide.end_sessions(ANN, [one, two]) == [
        SessionRevoked(user_id=7, session_id=one), SessionRevoked(user_id=7, session_id=two)
    ]  # fmt: skip
    assert decide.sign_out(ANN, spared=one) == [UserSignedOut(user_id=7, spared=one)]
