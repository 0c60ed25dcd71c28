"""What is said of many answers."""

import pytest
from bench.latencies import Latencies, percentile


def test_a_hundred_answers():
    told = Latencies.of(range(100, 0, -1))

    assert (100, 50.5, 1, 100) == (told.count, told.mean, told.least, told.most)
    assert (50, 95, 99) == (told.p50, told.p95, told.p99)


def test_one_answer_is_every_percentile():
    told = Latencies.of([7.5])

    assert {7.5} == {told.mean, told.least, told.most, told.p50, told.p95, told.p99}


def test_no_answer_is_no_latency():
    with pytest.raises(ValueError, match="no answer"):
        Latencies.of([])


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        pytest.param([1, 2], 50, 1, id="half_of_two_is_the_first"),
        pytest.param([1, 2], 51, 2, id="more_than_half_is_the_second"),
        pytest.param([1, 2, 3], 0, 1, id="none_is_the_least"),
        pytest.param([1, 2, 3], 100, 3, id="all_is_the_most"),
        pytest.param([1, 2, 3, 1000], 99, 1000, id="the_slowest_counts"),
    ],
)
def test_percentiles_are_values_that_were_measured(values, percent, expected):
    assert expected == percentile(values, percent)
