"""One-time passwords: the RFC's own examples, and that no code works twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_auth.domain import one_time

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_examples_of_rfc_6238(seconds, code):
    assert code == one_time.code(SECRET, seconds // 30)


@pytest.mark.parametrize(
    ("late", "taken"),
    [
        pytest.param(0, True, id="now"),
        pytest.param(30, True, id="the_one_before"),
        pytest.param(-30, True, id="a_clock_that_is_ahead"),
        pytest.param(60, False, id="the_one_before_that"),
        pytest.param(-60, False, id="two_ahead"),
    ],
)
def test_a_code_is_taken_for_a_step_around_its_own(late, taken):
    code = one_time.code(SECRET, one_time.step_of(NOW))

    assert taken is (one_time.accepted(SECRET, code, now=NOW + timedelta(seconds=late), last_step=None) is not None)


@given(st.integers(-2, 2), st.integers(-2, 2))
def test_after_a_code_neither_it_nor_an_older_one_is_taken(first, second):
    def given_at(step: int, last: int | None) -> int | None:
        code = one_time.code(SECRET, one_time.step_of(NOW) + step)
        return one_time.accepted(SECRET, code, now=NOW, last_step=last)

    last = given_at(first, None)
    if last is not None and second <= first:
        assert given_at(second, last) is None


@pytest.mark.parametrize("otp", ["", "x", "12345", "1234567", "28708²", "287 08", "-87082", "287082\x00"])
def test_what_is_no_code_is_not_taken(otp):
    assert one_time.accepted(SECRET, otp, now=datetime.fromtimestamp(59, UTC), last_step=None) is None


def test_spaces_in_a_code_do_not_matter():
    assert one_time.accepted(SECRET, " 287 082", now=datetime.fromtimestamp(59, UTC), last_step=None) == 1


def test_the_uri_is_what_authenticator_apps_read():
    told = one_time.uri(SECRET, "ann@example.com")

    assert told == (
        "otpauth://totp/SynergyOS%3Aann%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=SynergyOS&algorithm=SHA1&digits=6&period=30"
    )


def test_recovery_codes_are_told_from_codes_of_the_app_and_read_in_any_spelling():
    (code,) = one_time.recovery_codes([bytes(range(10))])

    assert [4, 4, 4, 4] == [len(group) for group in code.split("-")]
    assert not one_time.is_otp(code)
    assert one_time.is_otp("123 456")
    assert one_time.normal_recovery_code(code.upper().replace("-", " ")) == one_time.normal_recovery_code(code)
