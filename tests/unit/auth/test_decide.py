"""Commands of accounts: what they are allowed, what they make happen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from synergy_auth.domain import decide
from synergy_auth.domain.account import Account, Profile, full_name
from synergy_auth.domain.commands import Client, Register, UpdateProfile
from synergy_auth.domain.errors import AccountUnavailable, RegistrationClosed
from synergy_auth.domain.events import STORED_AS, UserErased, UserRegistered, UserUpdated, entity, stream_of
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


def test_registering_tells_only_an_id():
    assert decide.register(user_id=7) == [UserRegistered(user_id=7)]


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
    assert {"user.registered": UserRegistered, "user.updated": UserUpdated, "user.erased": UserErased} == STORED_AS
    assert entity(UserUpdated(user_id=7)) == "user-7"
    assert stream_of(7) == "user-7"
