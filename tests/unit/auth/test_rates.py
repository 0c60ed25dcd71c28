"""How often one address may ask for something."""

from datetime import UTC, datetime, timedelta

import pytest

from synergy_auth.domain.errors import TooManyRequests
from synergy_auth.domain.rates import Rate
from synergy_auth.settings import Settings
from synergy_chassis.environment import MissingSetting

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOLD = {"AUTH_DATABASE_URL": "postgresql://x", "AUTH_AMQP_URL": "amqp://x", "SECRET_KEY": "x" * 16}


def test_a_rate_opens_when_the_oldest_that_counts_has_left_the_window():
    rate = Rate(2, timedelta(minutes=10))
    rate.check([NOW - timedelta(minutes=10), NOW], now=NOW)

    with pytest.raises(TooManyRequests) as refused:
        rate.check([NOW, NOW - timedelta(minutes=4), NOW - timedelta(minutes=9)], now=NOW)

    assert refused.value.retry_after == 6 * 60


@pytest.mark.parametrize(
    ("written", "rate"),
    [(None, Rate(10, timedelta(hours=1))), ("0", None), ("0/h", None), ("5/m", Rate(5, timedelta(minutes=1)))],
)
def test_it_is_written_as_a_number_in_a_time(written, rate):
    assert rate == Settings.from_env(TOLD | ({"RATE_REGISTER": written} if written else {})).rate_register


@pytest.mark.parametrize("written", ["10", "many", "10/w", "-1/h", "1 0/h"])
def test_what_is_no_rate_is_told(written):
    with pytest.raises(MissingSetting, match="RATE_REGISTER"):
        Settings.from_env(TOLD | {"RATE_REGISTER": written})
