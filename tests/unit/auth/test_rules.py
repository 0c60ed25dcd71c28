"""Which passwords and profiles are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_auth.bootstrap import common_passwords
from synergy_auth.domain.account import Profile, unique_key
from synergy_auth.domain.errors import InvalidField, PasswordRefused
from synergy_auth.domain.rules import AccountRules

ANN = Profile(username="annabella", email="annabella@example.com")


@pytest.fixture(scope="module")
def rules():
    return AccountRules(common_passwords(), frozenset({"UTC", "Europe/Berlin"}))


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("testpass123", id="the_original_example"),
        pytest.param("newpass123", id="the_originals_other_example"),
        pytest.param("correct horse", id="words_with_spaces"),
        pytest.param("aaaaaaab", id="no_composition_rules"),
        pytest.param("пароль-из-слов", id="any_script"),
        pytest.param("x1" * 64, id="128_characters"),
        pytest.param("🐎🔋📎✔️🐎🔋📎✔️", id="pictures"),
    ],
)
def test_a_password_is_taken(rules, password):
    rules.check_password(password, ANN)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        pytest.param("7 chars", "at least 8", id="too_short"),
        pytest.param("x1" * 64 + "x", "at most 128", id="129_characters"),
        pytest.param("x" * 10_000, "at most 128", id="ten_thousand_characters"),
        pytest.param("password", "most common", id="the_most_common"),
        pytest.param("Password123", "most common", id="common_in_any_case"),
        pytest.param("qwertyuiop", "most common", id="keyboard_row"),
        pytest.param("summer2024", "most common", id="season_and_year"),
        pytest.param("pａssword1", "most common", id="common_in_full_width_letters"),
        pytest.param("annabella", "user name", id="the_own_name"),
        pytest.param("AnnaBella", "user name", id="the_own_name_in_other_case"),
        pytest.param("annabella@example.com", "e-mail", id="the_own_address"),
    ],
)
def test_a_password_is_refused(rules, password, says):
    with pytest.raises(PasswordRefused, match=says) as refused:
        rules.check_password(password, ANN)

    assert refused.value.pointer == "/password"
    assert password not in str(refused.value) or password == "password"


def test_the_shipped_list_holds_thousands_and_none_that_length_refuses_anyway():
    listed = common_passwords()

    assert len(listed) > 3_000
    assert min(map(len, listed)) >= 8
    assert not listed & {"testpass123", "newpass123"}


def test_a_name_with_an_at_must_be_the_own_address(rules):
    rules.check_profile(Profile(username="Ann@Example.com", email="ann@example.com"))

    with pytest.raises(InvalidField) as refused:
        rules.check_profile(Profile(username="bob@example.com", email="ann@example.com"))

    assert refused.value.pointer == "/username"


@pytest.mark.parametrize(
    "email",
    [
        pytest.param("a\u200bnn@example.com", id="zero_width"),
        pytest.param("ann\u202e@example.com", id="written_backwards"),
        pytest.param("<ann>@example.com", id="angle_brackets"),
        pytest.param("Ann<ann@example.com>", id="a_name_beside"),
        pytest.param("ann@example.com\n", id="a_line_break_behind"),
        pytest.param("ann@example.com,bob@example.com", id="two_addresses"),
        pytest.param("ann@example..com", id="empty_label"),
        pytest.param("ann@example.com.", id="dot_at_the_end"),
        pytest.param("ann@[127.0.0.1]", id="address_literal"),
    ],
)
def test_what_only_resembles_an_address_is_refused(rules, email):
    with pytest.raises(InvalidField) as refused:
        rules.check_profile(Profile(username="ann", email=email))

    assert refused.value.pointer == "/email"
    with pytest.raises(InvalidField):
        rules.check_address(email)


@pytest.mark.parametrize("email", ["ann+work@mail.example.co.uk", "jürgen@bücher.example", "o'hara@example.com"])
def test_unusual_addresses_are_taken(rules, email):
    rules.check_profile(Profile(username="ann", email=email))


@pytest.mark.parametrize("field", ["first_name", "company", "bio"])
def test_text_that_runs_the_other_way_is_refused(rules, field):
    with pytest.raises(InvalidField) as refused:
        rules.check_profile(Profile(username="ann", email="ann@example.com", **{field: "Ann \u202enimda"}))

    assert refused.value.pointer == f"/{field}"


def test_without_a_time_zone_database_any_zone_is_taken():
    AccountRules(frozenset(), frozenset()).check_profile(Profile(username="ann", email="a@b.c", timezone="Mars"))


@given(name=st.text(min_size=1, max_size=20))
def test_unique_keys_do_not_change_by_taking_them_again(name):
    assert unique_key(name) == unique_key(unique_key(name))


@given(name=st.text(st.characters(codec="ascii"), max_size=20))
def test_case_makes_no_other_name(name):
    assert unique_key(name.upper()) == unique_key(name.lower())
