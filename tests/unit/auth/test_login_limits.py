"""How many failures are borne, and how long the wait is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_auth.domain.errors import TooManyLogins
from synergy_auth.domain.login_limits import Failures, LoginLimits, network_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMITS = LoginLimits(per_pair=5, per_address=8, per_account=12, per_codes=3, window=timedelta(minutes=5))
failures = st.lists(st.integers(0, 900_000).map(lambda ms: NOW - timedelta(milliseconds=ms)), max_size=20)


def ago(*seconds: float) -> list[datetime]:
    return [NOW - timedelta(seconds=number) for number in seconds]


def wait(pair=(), address=(), **more) -> int | None:
    try:
        LIMITS.check(Failures(pair=list(pair), address=list(address), **more), now=NOW)
    except TooManyLogins as refused:
        return refused.retry_after
    return None


@pytest.mark.parametrize(
    ("pair", "address", "expected"),
    [
        pytest.param([], [], None, id="nobody_failed"),
        pytest.param(ago(1, 2, 3, 4), [], None, id="four_failures"),
        pytest.param(ago(10, 20, 30, 40, 200), [], 100, id="five_wait_until_the_first_leaves_the_window"),
        pytest.param(ago(10, 20, 30, 40, 300), [], None, id="a_failure_as_old_as_the_window_counts_no_more"),
        pytest.param(ago(10, 20, 30, 40, 50, 200), [], 250, id="six_wait_until_fewer_than_five_are_left"),
        pytest.param(ago(10, 20, 30, 40, 299.9), [], 1, id="never_less_than_a_second"),
        pytest.param([], ago(*range(10, 90, 10)), 220, id="an_address_that_tries_many_names"),
        pytest.param(ago(0, 0, 0, 0, 0), ago(0, 0, 0, 0, 0), 300, id="all_at_once"),
    ],
)
def test_the_wait_after_failures(pair, address, expected):
    assert expected == wait(pair, address)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({"account": ago(*range(11))}, None, id="an_account_tried_from_many_addresses"),
        pytest.param({"account": ago(*range(12))}, 289, id="and_once_more"),
        pytest.param({"account": ago(*range(99)), "at_home": True}, None, id="not_where_its_owner_signs_in"),
        pytest.param({"codes": ago(1800, 1900)}, None, id="two_wrong_codes_within_the_hour"),
        pytest.param({"codes": ago(1800, 1900, 2000)}, 1600, id="three_wrong_codes"),
        pytest.param({"codes": ago(1800, 1900, 2000), "at_home": True}, None, id="three_where_the_owner_signs_in"),
    ],
)
def test_many_addresses_together_meet_a_ceiling_that_spares_the_owner_s_own(more, expected):
    assert expected == wait(**more)


@given(failures)
def test_after_the_told_wait_the_door_is_open(pair):
    seconds = wait(pair)
    if seconds is not None:
        LIMITS.check(Failures(pair=pair), now=NOW + timedelta(seconds=seconds))


@given(failures)
def test_it_is_closed_exactly_while_five_lie_in_the_window(pair):
    recent = [at for at in pair if at > NOW - timedelta(minutes=5)]

    assert (wait(pair) is not None) == (len(recent) >= 5)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_ipv6_subscriber_is_one_however_many_addresses(address, expected):
    assert expected == network_of(address)
