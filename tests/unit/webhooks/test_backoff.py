"""The back-off clock, and what an outcome means for it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_webhooks.delivery import retry_after
from synergy_webhooks.delivery.judging import GONE, TOO_LONG, Endpoint, Tried, judge
from synergy_webhooks.delivery.parcel import Outcome
from synergy_webhooks.domain.backoff import JITTER, LONGEST_RETRY_AFTER, WAITS, Schedule, failing_too_long, given_up

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FRESH = Endpoint(failures=0, failing_since=None, recovered_at=None, resume_at=None)
ACCEPTED_OTHERS = Endpoint(failures=0, failing_since=None, recovered_at=NOW - timedelta(seconds=1), resume_at=None)


def test_the_waits_are_those_of_the_standard_s_example():
    seconds = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]

    assert [timedelta(seconds=s) for s in seconds] == [Schedule().wait(n, chance=0) for n in range(1, 10)]
    assert timedelta(hours=75, minutes=35, seconds=5) == sum(WAITS, timedelta())


@given(
    failures=st.integers(1, 1000),
    chance=st.floats(0, 1, exclude_max=True),
    asked=st.none() | st.timedeltas(timedelta(), timedelta(days=30)),
    slow=st.booleans(),
)
def test_a_wait_is_never_shorter_than_its_floors_and_jitter_only_adds(failures, chance, asked, slow):
    step = WAITS[min(failures, 9) - 1]
    floor = max(step, min(asked or timedelta(), LONGEST_RETRY_AFTER), timedelta(minutes=1) if slow else timedelta())

    wait = Schedule().wait(failures, chance=chance, retry_after=asked, slow=slow)

    assert floor <= wait <= floor * (1 + JITTER)


@pytest.mark.parametrize(
    ("refusals", "others", "expected"),
    [
        pytest.param(3, True, False, id="three_times"),
        pytest.param(4, True, True, id="four_times_while_others_are_accepted"),
        pytest.param(4, False, False, id="four_times_and_nothing_else"),
        pytest.param(9, False, False, id="nine_times"),
        pytest.param(10, False, True, id="ten_times_in_all"),
    ],
)
def test_when_a_delivery_is_given_up(refusals, others, expected):
    assert expected == given_up(refusals, accepted_others_since=others)


@pytest.mark.parametrize(
    ("code", "expected"),
    [(200, False), (400, True), (404, True), (500, True), (302, True), (429, False), (502, False), (503, False),
     (504, False), (None, False)],
)  # fmt: skip
def test_what_says_no_to_a_delivery(code, expected):
    assert expected == answered(code).refused


def test_five_days_of_failure_are_too_long():
    assert failing_too_long(NOW - timedelta(days=5), NOW)
    assert not failing_too_long(NOW - timedelta(days=4, hours=23), NOW)
    assert not failing_too_long(None, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta()),
        ("Thu, 01 Jan 2026 00:02:00 GMT", timedelta(minutes=2)),
        ("Wed, 31 Dec 2025 23:00:00 GMT", timedelta()),
        ("9" * 500, timedelta(seconds=10**9)),
        ("-5", None),
        ("soon", None),
        ("Fri, 01 Jan 99999999999 00:00:00 GMT", None),
        ("Fri, 01 Jan 2100 00:00:00 +99999999999", None),
        (
            "Fri, 01 Jan 9999 23:59:59 -2359",
            datetime(9999, 1, 1, 23, 59, 59, tzinfo=UTC) - NOW + timedelta(minutes=1439),
        ),
        ("\udcff", None),
        ("١٢", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_both_forms(text, expected):
    assert expected == retry_after.read(text, now=NOW)


WORDS = ["Fri,", "01", "Jan", "2100", "00:00:00", "GMT", "+9999", "-", ";", ":", "9" * 30, "\udcff", "\x00", "("]


@given(st.text() | st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_whatever_retry_after_says_it_is_no_error_and_never_negative(text):
    asked = retry_after.read(text, now=NOW)

    assert asked is None or asked >= timedelta()


def judged(outcome, *, endpoint=FRESH, tried=None, issued_at=NOW, once=False):
    tried = tried or Tried(refusals=0, first_refused_at=None)
    return judge(
        outcome, issued_at=issued_at, now=NOW, endpoint=endpoint, tried=tried, once=once, schedule=Schedule(),
        chance=0.0,
    )  # fmt: skip


def answered(code, **more):
    return Outcome(at=NOW, duration_ms=1, status_code=code, **more)


@pytest.mark.parametrize("code", [100, 199, 300, 301, 302, 304, 307, 400, 401, 404, 409, 410, 429, 500, 503, None])
def test_all_but_2xx_is_failure(code):
    verdict = judged(answered(code))

    assert (verdict.status, verdict.endpoint.failures, verdict.endpoint.failing_since) == ("retrying", 1, NOW)


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_2xx_is_success(code):
    assert judged(answered(code)).status == "success"


def test_410_switches_off_at_once():
    assert judged(answered(410)).disable == GONE


def test_five_days_switch_off():
    endpoint = Endpoint(failures=9, failing_since=NOW - timedelta(days=5), recovered_at=None, resume_at=NOW)

    assert judged(answered(500), endpoint=endpoint).disable == TOO_LONG


def test_attempts_that_were_under_way_together_are_one_failure():
    after_first = judged(answered(500)).endpoint

    after_second = judged(answered(500), endpoint=after_first, issued_at=NOW - timedelta(seconds=1)).endpoint

    assert (1, after_first.resume_at) == (after_second.failures, after_second.resume_at)


def test_a_delivery_that_is_refused_while_others_are_taken_is_given_up():
    tried = Tried(refusals=3, first_refused_at=NOW - timedelta(minutes=5))

    assert judged(answered(400), endpoint=ACCEPTED_OTHERS, tried=tried).status == "failed"
    assert judged(answered(400), tried=tried).status == "retrying"


def test_what_was_accepted_before_the_first_refusal_does_not_count():
    tried = Tried(refusals=3, first_refused_at=NOW)

    assert judged(answered(400), endpoint=ACCEPTED_OTHERS, tried=tried).status == "retrying"


@pytest.mark.parametrize("code", [429, 502, 503, 504, None])
@pytest.mark.parametrize("refusals", [0, 3, 9])
def test_an_endpoint_that_is_down_or_overloaded_refuses_nothing_however_often(code, refusals):
    tried = Tried(refusals=refusals, first_refused_at=NOW - timedelta(minutes=5) if refusals else None)

    assert judged(answered(code), endpoint=ACCEPTED_OTHERS, tried=tried).status == "retrying"


@pytest.mark.parametrize("code", [400, 410, 503, None])
def test_a_test_is_tried_but_once(code):
    assert judged(answered(code), once=True).status == "failed"


def test_retry_after_is_a_floor():
    assert NOW + timedelta(minutes=10) == judged(answered(500, retry_after=timedelta(minutes=10))).endpoint.resume_at
    assert NOW + timedelta(seconds=5) == judged(answered(500, retry_after=timedelta(seconds=1))).endpoint.resume_at


@pytest.mark.parametrize(
    ("code", "seconds"), [(429, 60), (502, 60), (503, 60), (504, 60), (500, 5), (400, 5), (None, 5)]
)
def test_who_is_overloaded_rests_a_minute_at_least(code, seconds):
    assert NOW + timedelta(seconds=seconds) == judged(answered(code)).endpoint.resume_at
    asked = answered(code, retry_after=timedelta(minutes=2))
    assert NOW + timedelta(minutes=2) == judged(asked).endpoint.resume_at
