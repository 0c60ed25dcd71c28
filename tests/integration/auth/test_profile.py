"""The own profile, and people as others see them."""

from uuid import UUID

import pytest

from synergy_auth.domain.errors import AccountUnavailable, EmailTaken, InvalidField, PersonNotFound, UsernameTaken
from synergy_chassis.clock import new_id


@pytest.fixture
def ann(auth):
    auth.id = auth.register("ann")["user"]["id"]
    return auth


def types(auth):
    return [event.type for event in auth.app.log.after(0).events]


def test_a_changed_name_is_told_to_the_others_without_naming_anyone(ann):
    ann.passes(seconds=1)

    profile = ann.update(ann.id, username="anna", first_name="Anna")

    assert (profile["username"], profile["first_name"], profile["last_name"]) == ("anna", "Anna", "Ng")
    assert profile["updated_at"] > profile["created_at"]
    assert types(ann) == ["user.registered", "user.updated"]
    assert ann.app.log.after(0).events[-1].data == {"user_id": ann.id}
    assert ann.login("anna")


def test_what_concerns_nobody_else_is_not_told(ann):
    assert ann.update(ann.id, bio="Sails.\nAnd rows.", timezone="Europe/Berlin")["bio"] == "Sails.\nAnd rows."
    assert types(ann) == ["user.registered"]


def test_nothing_changed_is_nothing_written(ann):
    before = ann.app.read_profile(ann.id)
    ann.passes(seconds=1)

    assert ann.update(ann.id, first_name="Ann") == before


def test_a_repeated_command_changes_nothing_again(ann):
    command_id: UUID = new_id()
    ann.update(ann.id, first_name="Anna", command_id=command_id)
    ann.update(ann.id, first_name="Annika")

    assert ann.update(ann.id, first_name="Anna", command_id=command_id)["first_name"] == "Annika"


def test_a_name_may_change_its_case_but_not_become_anothers(ann):
    ann.register("bob")

    assert ann.update(ann.id, username="Ann")["username"] == "Ann"
    with pytest.raises(UsernameTaken):
        ann.update(ann.id, username="BOB")
    with pytest.raises(EmailTaken):
        ann.update(ann.id, email="bob@EXAMPLE.com")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("phone", "12\r\n34"),
        ("first_name", "A\u2028B"),
        ("email", "a@b\n.c"),
        ("bio", "\x1b[2J"),
    ],
)
def test_a_field_that_breaks_its_rule_is_named(ann, field, value):
    with pytest.raises(InvalidField) as refused:
        ann.update(ann.id, **{field: value})

    assert refused.value.pointer == f"/{field}"


def test_a_disabled_or_unknown_account_has_no_profile(ann):
    ann.write("UPDATE users SET is_active = false")

    for act in (ann.app.read_profile, lambda user_id: ann.update(user_id, bio="x")):
        for user_id in (ann.id, 999):
            with pytest.raises(AccountUnavailable):
                act(user_id)


def test_people_are_names_alone_and_strangers_are_left_out(ann):
    bob = ann.register("bob")["user"]["id"]
    ann.write("UPDATE users SET is_active = false WHERE username = 'bob'")

    assert ann.app.people([bob, ann.id, ann.id, 999, 0, -1, 2**53, 2**70]) == [
        {"id": ann.id, "username": "ann", "full_name": "Ann Ng"},
        {"id": bob, "username": "bob", "full_name": "Ann Ng"},
    ]
    assert ann.app.people([]) == []
    assert ann.app.people(range(200_000))[0]["id"] == ann.id


def test_a_person_is_found_by_exact_name_while_active(ann):
    assert ann.app.find_person("ANN")["id"] == ann.id
    for name in ("an", "ann@example.com", "bob"):
        with pytest.raises(PersonNotFound):
            ann.app.find_person(name)
    ann.write("UPDATE users SET is_active = false")
    with pytest.raises(PersonNotFound):
        ann.app.find_person("ann")
