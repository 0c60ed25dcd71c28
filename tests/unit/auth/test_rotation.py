"""Refresh tokens: a client, a thief, and a network that loses answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from synergy_auth.domain.errors import InvalidRefreshToken, SessionEnded
from synergy_auth.domain.rotation import GRACE, RefreshToken, Retried, Reused, Rotated, rotate

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FRESH = RefreshToken(id=b"1", expires_at=NOW + timedelta(days=1))
FOLLOWER = replace(FRESH, id=b"2")
SPENT = replace(FRESH, spent_at=NOW, follower=FOLLOWER.id)


@pytest.mark.parametrize(
    ("token", "follower", "after", "expected"),
    [
        pytest.param(FRESH, None, timedelta(), Rotated(), id="a_fresh_one_is_exchanged"),
        pytest.param(SPENT, FOLLOWER, GRACE, Retried(b"2"), id="a_lost_answer_within_the_grace"),
        pytest.param(SPENT, FOLLOWER, GRACE + timedelta(microseconds=1), Reused(), id="too_late_for_a_retry"),
        pytest.param(replace(SPENT, retried=True), FOLLOWER, timedelta(), Reused(), id="a_second_retry"),
        pytest.param(SPENT, replace(FOLLOWER, spent_at=NOW), timedelta(), Reused(), id="its_follower_was_used"),
        pytest.param(SPENT, replace(FOLLOWER, cancelled=True), timedelta(), Reused(), id="its_follower_was_cancelled"),
        pytest.param(replace(FRESH, cancelled=True), None, timedelta(), Reused(), id="a_cancelled_one"),
        pytest.param(SPENT, FOLLOWER, timedelta(days=400), Reused(), id="reuse_is_seen_also_after_its_expiry"),
    ],
)
def test_what_presenting_a_token_means(token, follower, after, expected):
    assert expected == rotate(token, follower, session_over=False, now=NOW + after)


def test_an_expired_token_is_refused_without_ending_the_session():
    with pytest.raises(InvalidRefreshToken):
        rotate(FRESH, None, session_over=False, now=FRESH.expires_at)


@given(st.sampled_from([FRESH, SPENT, replace(FRESH, cancelled=True)]))
def test_nothing_works_after_the_end(token):
    with pytest.raises(SessionEnded):
        rotate(token, FOLLOWER, session_over=True, now=NOW)


class AFamily(RuleBasedStateMachine):
    """Presents any token ever issued, at any time, and applies the answer as the handler does."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.over = False
        self.tokens = {0: replace(FRESH, id=b"0")}

    def _by_id(self, token_id: bytes | None) -> RefreshToken | None:
        return None if token_id is None else self.tokens[int(token_id)]

    @rule(seconds=st.integers(0, 30))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: not self.over)
    @rule(data=st.data())
    def present(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.tokens)))
        token = self.tokens[number]
        fresh = RefreshToken(id=b"%d" % len(self.tokens), expires_at=self.now + timedelta(days=1))
        match rotate(token, self._by_id(token.follower), session_over=self.over, now=self.now):
            case Rotated():
                assert token.spent_at is None
                self.tokens[number] = replace(token, spent_at=self.now, follower=fresh.id)
                self.tokens[len(self.tokens)] = fresh
            case Retried(cancelled=lost):
                assert token.spent_at is not None
                assert self.now - token.spent_at <= GRACE
                self.tokens[int(lost)] = replace(self.tokens[int(lost)], cancelled=True)
                self.tokens[number] = replace(token, retried=True, follower=fresh.id)
                self.tokens[len(self.tokens)] = fresh
            case Reused():
                assert token.spent_at is not None or token.cancelled
                self.over = True

    @invariant()
    def exactly_one_token_of_a_living_family_works(self) -> None:
        if not self.over:
            usable = [token for token in self.tokens.values() if token.spent_at is None and not token.cancelled]
            assert len(usable) == 1

    @invariant()
    def each_token_is_followed_at_most_twice(self) -> None:
        used = sum(token.spent_at is not None for token in self.tokens.values())
        retried = sum(token.retried for token in self.tokens.values())
        assert len(self.tokens) == 1 + used + retried


def test_whoever_presents_what_and_when_one_token_of_a_living_family_works():
    run_state_machine_as_test(AFamily, settings=few(50))
