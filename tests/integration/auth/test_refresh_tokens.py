"""Refresh tokens rotate; a copy that is used ends the session."""

from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest

from synergy_auth.domain.errors import DomainError, InvalidRefreshToken, SessionEnded, TokenReused


@pytest.fixture
def ann(auth):
    auth.pair = auth.register("ann")
    return auth


def test_a_token_works_once_and_its_follower_next(ann):
    second = ann.refresh(ann.pair["refresh"])
    third = ann.refresh(second["refresh"])

    assert len({ann.pair["refresh"], second["refresh"], third["refresh"]}) == 3
    sids = {
        jwt.decode(pair["access"], options={"verify_signature": False})["sid"] for pair in (ann.pair, second, third)
    }
    assert len(sids) == 1


def test_a_spent_token_ends_the_family(ann):
    second = ann.refresh(ann.pair["refresh"])
    third = ann.refresh(second["refresh"])

    with pytest.raises(TokenReused):
        ann.refresh(ann.pair["refresh"])

    with pytest.raises(SessionEnded):
        ann.refresh(third["refresh"])
    assert ann.security_log()[-1] == "token_reuse"
    assert [("token_reused", ann.pair["user"]["id"], None)] == [
        (mail.kind, mail.user_id, mail.given_up_at)
        for mail in ann.rows("SELECT * FROM mails WHERE kind <> 'confirm_email'")
    ], "the owner is told by mail"
    (session,) = ann.rows("SELECT ended_because FROM sessions")
    assert session.ended_because == "token_reuse"


def test_another_session_of_the_account_lives_on(ann):
    elsewhere = ann.login("ann")
    ann.refresh(ann.refresh(ann.pair["refresh"])["refresh"])
    with pytest.raises(TokenReused):
        ann.refresh(ann.pair["refresh"])

    assert ann.refresh(elsewhere["refresh"])


def test_a_lost_answer_can_be_asked_for_again_within_ten_seconds_once(ann):
    lost = ann.refresh(ann.pair["refresh"])
    ann.passes(seconds=10)

    again = ann.refresh(ann.pair["refresh"])

    assert again["refresh"] != lost["refresh"]
    with pytest.raises(TokenReused):
        ann.refresh(ann.pair["refresh"])


def test_the_fresh_pair_cancels_the_one_that_was_lost(ann):
    lost = ann.refresh(ann.pair["refresh"])
    ann.refresh(ann.pair["refresh"])

    with pytest.raises(TokenReused):
        ann.refresh(lost["refresh"])


def test_after_ten_seconds_it_is_reuse(ann):
    ann.refresh(ann.pair["refresh"])
    ann.passes(seconds=10.001)

    with pytest.raises(TokenReused):
        ann.refresh(ann.pair["refresh"])


def test_the_same_token_many_times_at_once_leaves_one_living_follower_or_none(built):
    replicas = [built(), built()]
    token = replicas[0].register("ann")["refresh"]

    def attempt(number: int) -> str:
        try:
            return replicas[number % 2].refresh(token)["refresh"]
        except DomainError as no:
            return no.code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(6)))

    assert sum(outcome.startswith("syn_rt_") for outcome in outcomes) == 2  # the first, and its one retry
    assert outcomes.count("token-reuse") == 1
    assert outcomes.count("session-ended") == 3


def test_an_unused_token_expires(ann):
    ann.passes(minutes=1440)

    with pytest.raises(InvalidRefreshToken):
        ann.refresh(ann.pair["refresh"])


def test_a_session_ends_however_often_it_was_refreshed(ann):
    token = ann.pair["refresh"]
    for _ in range(29):
        ann.passes(hours=24, seconds=-1)
        token = ann.refresh(token)["refresh"]
    ann.passes(hours=25)

    with pytest.raises((SessionEnded, InvalidRefreshToken)):
        ann.refresh(token)


def test_a_disabled_account_gets_no_fresh_tokens(ann):
    ann.write("UPDATE users SET is_active = false")

    with pytest.raises(SessionEnded):
        ann.refresh(ann.pair["refresh"])


@pytest.mark.parametrize("token", ["", "x", "syn_rt_" + "A" * 43, "ü" * 100])
def test_an_unknown_token_is_refused(ann, token):
    with pytest.raises(InvalidRefreshToken):
        ann.refresh(token)
