"""New passwords by mail."""

from datetime import timedelta

import pytest
from integration.auth.acting import (
    ask_reset,
    begin,
    caller,
    confirm,
    latest_token,
    refused,
    reset,
    sent,
    shown,
    sign_in,
    token,
    token_in,
)
from integration.auth.conftest import PASSWORD, context

from synergy_auth import handlers
from synergy_auth.domain import commands
from synergy_auth.domain.errors import (
    InvalidToken,
    LinkInvalid,
    OtpRequired,
    PasswordRefused,
    SessionEnded,
    TooManyRequests,
    WrongCredentials,
)
from synergy_auth.domain.rates import Rate


@pytest.fixture
def ann(posted):
    return posted


def test_a_new_password_by_mail_ends_every_session_and_token_and_works_once(ann):
    made = token(ann)
    sent(ann)
    ask_reset(ann, "ANN@Example.com")
    link = latest_token(ann)

    reset(ann, link)

    assert refused(ann, ann.pair)
    with pytest.raises(SessionEnded):
        ann.refresh(ann.pair["refresh"])
    with pytest.raises(InvalidToken):
        ann.app.verify_token(made["token"])
    with pytest.raises(WrongCredentials):
        ann.login("ann")
    assert ann.login("ann", "another battery")["user"]["email_confirmed"] is True
    with pytest.raises(LinkInvalid):
        reset(ann, link, "a third battery")
    assert [("ann@example.com", "Your password was changed")] == sent(ann)
    assert ann.security_log()[-3:] == ["password_reset", "login_failed", "login_success"]


def test_a_second_factor_is_still_needed_after_it(ann):
    secret = begin(ann)["secret"]
    confirm(ann, shown(ann, secret))
    ask_reset(ann)
    reset(ann, latest_token(ann))
    ann.passes(seconds=30)

    with pytest.raises(OtpRequired):
        sign_in(ann, password="another battery")
    assert sign_in(ann, shown(ann, secret), "another battery")


def test_a_weak_password_does_not_spend_the_link(ann):
    ask_reset(ann)
    link = latest_token(ann)

    with pytest.raises(PasswordRefused):
        reset(ann, link, "password1")
    reset(ann, link)


@pytest.mark.parametrize("why", ["expired", "replaced", "disabled", "changed", "another_kind", "unknown"])
def test_a_link_that_does_not_hold_is_refused_with_one_text(ann, why):
    sent(ann)
    confirming = token_in(ann.office.mails[0])
    ask_reset(ann)
    link = latest_token(ann)
    match why:
        case "expired":
            ann.passes(hours=1)
        case "replaced":
            ask_reset(ann)
            reset(ann, latest_token(ann), "a third battery")
        case "disabled":
            ann.write("UPDATE users SET is_active = false")
        case "changed":
            change = commands.ChangePassword(
                caller=caller(ann.pair), old_password=PASSWORD, new_password="a third battery"
            )
            ann.app.do(handlers.change_password, change, context())
        case "another_kind":
            link = confirming
        case "unknown":
            link = "x" * 43

    with pytest.raises(LinkInvalid) as no:
        reset(ann, link)
    assert str(no.value).startswith("This token is unknown, was used, or has expired.")


def test_for_an_address_of_nobody_s_the_same_is_written_and_nothing_sent(ann):
    ann.register("off")
    ann.write("UPDATE users SET is_active = false WHERE username = 'off'")
    sent(ann)

    def written(email: str) -> list[int]:
        tables = ("security_events", "mails", "mail_links")
        before = [ann.rows(f"SELECT count(*) AS n FROM {table}")[0].n for table in tables]
        ask_reset(ann, email)
        after = [ann.rows(f"SELECT count(*) AS n FROM {table}")[0].n for table in tables]
        return [now - was for now, was in zip(after, before, strict=True)]

    assert [1, 1, 1] == written("ann@example.com") == written("nobody@example.com") == written("off@example.com")
    assert [("ann@example.com", "Set a new password")] == sent(ann)
    stored = ann.rows("SELECT address FROM mails WHERE user_id IS NULL")
    assert {None} == {row.address for row in stored}


def test_nobody_is_flooded_with_mails_for_new_passwords(ann):
    sent(ann)
    for number in range(6):
        ask_reset(ann, ("ann@example.com", "Ann@Example.COM")[number % 2])

    assert 3 == len(sent(ann))
    ann.passes(hours=1)
    ask_reset(ann)
    assert 1 == len(sent(ann))


def test_asking_again_and_again_stops_no_mail_for_long(ann):
    sent(ann)
    hours = []
    for _ in range(3):
        for _ in range(6):
            ask_reset(ann)
            ann.passes(minutes=10)
        hours.append(len(sent(ann)))

    assert [3, 3, 3] == hours


def test_one_address_asks_for_a_few_mails_an_hour_whoever_is_meant(built):
    auth = built(rate_register=Rate(2, timedelta(hours=1)))
    ask_reset(auth, "one@example.com")
    auth.passes(minutes=20)
    ask_reset(auth, "two@example.com")

    with pytest.raises(TooManyRequests) as refused:
        ask_reset(auth, "three@example.com")

    assert refused.value.retry_after == 40 * 60
    auth.passes(minutes=40)
    ask_reset(auth, "three@example.com")


def test_links_lie_as_digests_and_what_a_mail_says_sealed_until_it_has_left(ann):
    ask_reset(ann)
    stored = [bytes(row.sealed) for row in ann.rows("SELECT sealed FROM mails WHERE sealed IS NOT NULL")]
    link = latest_token(ann)

    assert len(stored) == 2
    digests = [bytes(row.digest) for row in ann.rows("SELECT digest FROM mail_links")]
    assert not any(link.encode() in value for value in [*stored, *digests])
    assert [] == ann.rows("SELECT id FROM mails WHERE sealed IS NOT NULL")
