"""When the open tasks will be done."""

from datetime import date

import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st

from synergy_projects.domain.forecasting import HORIZON, PERCENTILES, forecast, on, seed_of


def test_an_even_pace_leaves_no_doubt():
    assert dict.fromkeys(PERCENTILES, 15) == forecast(30, [2] * 20, seed=1).days


def test_an_uneven_pace_is_told_by_percentiles_around_its_mean():
    days = forecast(100, [0, 0, 0, 0, 0, 5, 9], seed=7).days

    assert days[50] is not None
    assert 45 <= days[50] <= 55  # two a day in the mean
    assert days[50] < days[80] < days[95]  # type: ignore[operator]


def test_the_same_question_has_the_same_answer_and_another_day_another_seed():
    seed = seed_of(12, 7, date(2026, 1, 5))
    past = [0, 3, 1, 0, 2, 0, 0, 5]

    assert forecast(50, past, seed=seed) == forecast(50, past, seed=seed_of(12, 7, date(2026, 1, 5)))
    assert seed != seed_of(12, 7, date(2026, 1, 6))


@pytest.mark.parametrize(
    ("open_tasks", "past", "why_not"),
    [
        pytest.param(0, [1] * 30, "Nothing is left to forecast", id="nothing_open"),
        pytest.param(9, [5] * 6, "6 whole days; 7 are needed", id="too_few_days"),
        pytest.param(9, [2, 2] + [0] * 20, "4 tasks done in 22 days; 5 are needed", id="too_little_done"),
        pytest.param(9, [9, -9] * 10, "0 tasks done in 20 days", id="as_much_reopened_as_done"),
    ],
)
def test_too_little_history_is_told(open_tasks, past, why_not):
    told = forecast(open_tasks, past, seed=1)

    assert {} == told.days
    assert why_not in (told.why_not or "")


def test_beyond_two_years_no_date_is_given():
    assert dict.fromkeys(PERCENTILES) == forecast(5 * HORIZON, [1] * 30, seed=1).days
    assert on(date(2026, 1, 5), None) is None
    assert on(date(2026, 1, 5), 27) == date(2026, 2, 1)


@few(15)
@given(st.integers(1, 200), st.lists(st.integers(-2, 6), min_size=7, max_size=60), st.integers(0, 2**32))
def test_percentiles_rise_and_no_forecast_is_faster_than_the_best_day(open_tasks, past, seed):
    told = forecast(open_tasks, past, seed=seed)

    days = [HORIZON + 1 if found is None else found for found in told.days.values()]
    assert sorted(days) == days
    assert all(found * max(past) >= open_tasks for found in days if found <= HORIZON)
    assert bool(days) == (told.why_not is None)
