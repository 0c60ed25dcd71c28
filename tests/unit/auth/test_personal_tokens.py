"""Personal access tokens: what one may make with which, and how their text is told from other text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_auth.domain import personal_tokens
from synergy_auth.domain.errors import InvalidField, ScopeNotHeld, TooManyTokens
from synergy_auth.domain.personal_tokens import MOST, PersonalToken
from synergy_chassis import checked_tokens

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OTHER = PersonalToken(
    id=UUID(int=1), user_id=7, name="ci", scopes=("read", "write"), hint="abcd", created_at=NOW, expires_at=NOW + DAY,
    last_used_at=None, revoked_at=None,
)  # fmt: skip


def made(**changes):
    asked = {
        "name": "ci", "scopes": ["read"], "expires_at": None, "held": ["read", "write"], "made_with": None, "others": 0,
        "now": NOW,
    }  # fmt: skip
    return personal_tokens.new_token(**asked | changes)


def test_scopes_are_kept_in_one_order_and_each_once():
    assert (("read", "write"), NOW + DAY) == made(scopes=["write", "read", "write"], expires_at=NOW + DAY)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"scopes": ["admin"]}, ScopeNotHeld, id="wider_than_the_caller"),
        pytest.param({"scopes": ["read", "write"], "held": ["read"]}, ScopeNotHeld, id="wider_than_the_token_used"),
        pytest.param({"expires_at": NOW}, InvalidField, id="over_already"),
        pytest.param({"expires_at": NOW + 2 * DAY, "made_with": OTHER}, InvalidField, id="longer_than_the_token_used"),
        pytest.param({"name": "  "}, InvalidField, id="blank_name"),
        pytest.param({"name": "a\r\nb"}, InvalidField, id="name_of_two_lines"),
        pytest.param({"others": MOST}, TooManyTokens, id="too_many"),
    ],
)
def test_what_cannot_be_made(changes, error):
    with pytest.raises(error):
        made(**changes)


def test_what_is_made_with_a_token_ends_with_it_unless_it_ends_before():
    assert (("read",), NOW + DAY) == made(made_with=OTHER)
    assert (("read",), NOW + DAY / 2) == made(made_with=OTHER, expires_at=NOW + DAY / 2)
    assert (("read",), None) == made(made_with=replace(OTHER, expires_at=None))


def test_a_token_holds_until_it_expires_or_is_revoked():
    assert OTHER.holds(NOW)
    assert not OTHER.holds(NOW + DAY)
    assert not replace(OTHER, revoked_at=NOW).holds(NOW)


def test_two_tokens_are_never_the_same_and_known_by_their_checksum():
    one, two = checked_tokens.make("syn_pat_"), checked_tokens.make("syn_pat_")

    assert one != two
    assert checked_tokens.well_formed("syn_pat_", one)
    assert not checked_tokens.well_formed("syn_rt_", one)


@given(st.data())
def test_a_changed_character_is_noticed(data):
    token = checked_tokens.make("syn_pat_")
    place = data.draw(st.integers(8, len(token) - 1))
    other = data.draw(st.sampled_from([char for char in checked_tokens.ALPHABET if char != token[place]]))

    assert not checked_tokens.well_formed("syn_pat_", token[:place] + other + token[place + 1 :])


@given(st.text(max_size=60))
def test_other_text_is_no_token_and_breaks_nothing(text):
    assert not checked_tokens.well_formed("syn_pat_", "syn_pat_" + text)
