"""One-time codes as second factor."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from integration.auth.acting import (
    begin,
    confirm,
    logout,
    mails,
    remove,
    shown,
    sign_in,
    update_user,
)
from integration.auth.conftest import HOME

from synergy_auth import queries
from synergy_auth.domain.errors import (
    DomainError,
    OtpRefused,
    OtpRequired,
    SecondFactorOff,
    SecondFactorOn,
    SessionEnded,
    TooManyLogins,
    WrongCredentials,
    WrongOtp,
    WrongPassword,
)
from synergy_chassis.clock import new_id


@pytest.fixture
def guarded(ann):
    """Ann with a second factor that is in use; `secret` and `codes` are what she has."""
    ann.secret = begin(ann)["secret"]
    ann.codes = confirm(ann, shown(ann, ann.secret))
    ann.passes(seconds=30)
    return ann


def test_signing_in_needs_the_code_once_it_was_confirmed(ann):
    secret = begin(ann)["secret"]
    assert sign_in(ann)["access"]  # not confirmed: not needed

    confirm(ann, shown(ann, secret))

    with pytest.raises(OtpRequired):
        sign_in(ann)
    ann.passes(seconds=30)
    assert sign_in(ann, shown(ann, secret))["access"]
    assert {"enabled": True, "recovery_codes_left": 10} == ann.app.ask(
        queries.read_second_factor, ann.pair["user"]["id"]
    )


def test_that_a_code_was_asked_for_is_in_the_security_log_and_counts_as_no_failure(guarded):
    for _ in range(guarded.app.limits.per_pair + 1):
        with pytest.raises(OtpRequired):
            sign_in(guarded)

    user = guarded.pair["user"]["id"]
    asked = {"user": None, "kind": "otp_required", "page": 1, "page_size": 50}
    lines = guarded.app.ask(queries.list_security_events, user, everybody_s=False, **asked)["results"]
    assert [(user, HOME.address, None, "success")] * (guarded.app.limits.per_pair + 1) == [
        (line["user_id"], line["address"], line["session_id"], line["outcome"]) for line in lines
    ]
    assert sign_in(guarded, shown(guarded, guarded.secret))["access"]


def test_the_code_does_not_help_without_the_password_and_is_not_asked_for(guarded):
    for otp in (None, shown(guarded, guarded.secret)):
        with pytest.raises(WrongCredentials):
            sign_in(guarded, otp, "wrong password")
    assert sign_in(guarded, shown(guarded, guarded.secret))["access"]


def test_each_code_works_once_also_the_one_that_confirmed(ann):
    secret = begin(ann)["secret"]
    otp = shown(ann, secret)
    confirm(ann, otp)

    with pytest.raises(OtpRefused):
        sign_in(ann, otp)
    ann.passes(seconds=30)
    otp = shown(ann, secret)
    assert sign_in(ann, otp)
    with pytest.raises(OtpRefused):
        sign_in(ann, otp)


def test_of_many_logins_at_once_with_one_code_one_comes_in(guarded, built):
    replicas = [guarded, *(built(clock=guarded.clock) for _ in range(2))]
    otp = shown(guarded, guarded.secret)

    def attempt(number: int) -> str:
        try:
            return "in" if sign_in(replicas[number % 3], otp) else ""
        except DomainError as no:
            return no.code

    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(attempt, range(3)))

    assert sorted(outcomes) == ["in", "otp-refused", "otp-refused"]


def test_a_recovery_code_stands_for_the_factor_once_in_any_spelling(guarded):
    code = guarded.codes[3]

    assert sign_in(guarded, code.upper().replace("-", " "))["access"]
    with pytest.raises(OtpRefused):
        sign_in(guarded, code)
    assert 10 == len(set(guarded.codes))
    stored = guarded.rows("SELECT digest FROM recovery_codes")
    assert 9 == len(stored)
    assert not any(code.replace("-", "").encode() in bytes(row.digest) for row in stored for code in guarded.codes)


def test_the_secret_lies_sealed(guarded):
    (row,) = guarded.rows("SELECT sealed_secret FROM second_factors")

    assert guarded.secret.encode() not in bytes(row.sealed_secret)


def test_wrong_codes_count_as_failures_and_from_many_addresses_as_well(guarded):
    codes = []
    for number in range(12):
        try:
            sign_in(guarded, "000000", address=f"198.51.100.{number}")
        except DomainError as no:
            codes.append(no.code)

    assert codes == ["otp-refused"] * 10 + ["too-many-logins"] * 2
    assert guarded.security_log().count("otp_failed") == 10
    assert sign_in(guarded, shown(guarded, guarded.secret))["access"]  # from home the owner comes in


def test_a_factor_is_set_up_once_and_removed_with_a_code(guarded):
    with pytest.raises(SecondFactorOn):
        begin(guarded)
    with pytest.raises(WrongOtp):
        remove(guarded, "000000")

    remove(guarded, guarded.codes[0])

    assert sign_in(guarded)["access"]
    with pytest.raises(SecondFactorOff):
        remove(guarded, guarded.codes[1])
    with pytest.raises(SecondFactorOff):
        confirm(guarded, "000000")
    kinds = [row.kind for row in guarded.rows("SELECT kind FROM mails WHERE kind <> 'confirm_email' ORDER BY id")]
    assert ["second_factor_on", "second_factor_off"] == kinds


def test_setting_it_up_needs_the_password_and_a_session_that_is_open(ann):
    for _ in range(5):
        with pytest.raises(WrongPassword) as no:
            begin(ann, "wrong password")
    assert no.value.pointer == "/password"
    with pytest.raises(TooManyLogins):
        begin(ann)
    ann.passes(minutes=5)
    secret = begin(ann)["secret"]
    logout(ann, ann.pair)

    with pytest.raises(SessionEnded):
        begin(ann)
    with pytest.raises(SessionEnded):
        confirm(ann, shown(ann, secret))
    assert sign_in(ann)["access"]


def test_a_superuser_removes_the_factor_of_somebody_who_lost_it(guarded, root):
    update_user(guarded, root, guarded.pair["user"]["id"], second_factor=False)

    assert sign_in(guarded)["access"]
    assert [] == guarded.rows("SELECT digest FROM recovery_codes")
    assert ["second_factor_on", "second_factor_off"] == mails(guarded)
    (line,) = guarded.rows("SELECT user_id, actor_id FROM security_events WHERE kind = 'second_factor_off'")
    assert (guarded.pair["user"]["id"], root["user"]["id"]) == (line.user_id, line.actor_id)
    update_user(guarded, root, guarded.pair["user"]["id"], second_factor=False)
    assert ["second_factor_on", "second_factor_off"] == mails(guarded)


def test_neither_a_repeated_set_up_nor_a_repeated_confirmation_tells_secrets(ann):
    one, two = new_id(), new_id()
    nothing = {"secret": None, "otpauth_uri": None}
    secret = begin(ann, command_id=one)["secret"]
    otp = shown(ann, secret)
    assert nothing == begin(ann, command_id=one)

    told = [confirm(ann, otp, command_id=two) for _ in range(2)]

    assert nothing == begin(ann, command_id=one)
    remove(ann, told[0][0])
    assert nothing == begin(ann, command_id=one)
    assert (10, None) == (len(told[0]), told[1])


def test_an_account_tried_from_many_addresses_lets_its_owner_in_from_home(built):
    auth = built(login_failures_per_account=8)
    auth.register("ann")
    codes = []
    for number in range(10):
        with pytest.raises((WrongCredentials, TooManyLogins)) as refused:
            auth.login("ann", "wrong password", address=f"198.51.100.{number}")
        codes.append(refused.value.code)

    assert codes == ["wrong-credentials"] * 8 + ["too-many-logins"] * 2
    assert auth.login("ann")["access"]  # registered from there
    for number in range(10):
        with pytest.raises((WrongCredentials, TooManyLogins)) as refused:
            auth.login("nobody", "wrong password", address=f"198.51.100.{number + 100}")
    assert refused.value.code == "too-many-logins"


def test_wrong_passwords_do_not_hide_the_wrong_codes_of_the_hour(built):
    ann = built(login_failures_per_address=10, login_failures_per_account=12)
    ann.pair = ann.register("ann")
    confirm(ann, shown(ann, begin(ann)["secret"]))
    addresses = (f"198.51.100.{number}" for number in range(100))

    def fail(times: int, *attempt: str) -> list[str]:
        codes = []
        for _ in range(times):
            with pytest.raises(DomainError) as refused:
                sign_in(ann, *attempt, address=next(addresses))
            codes.append(refused.value.code)
        ann.passes(minutes=5)
        return codes

    assert ["otp-refused"] * 9 == fail(9, "000000")
    for _ in range(2):
        assert ["wrong-credentials"] * 11 == fail(11, "", "wrong password")
    assert ["otp-refused", "too-many-logins", "too-many-logins"] == fail(3, "000000")
