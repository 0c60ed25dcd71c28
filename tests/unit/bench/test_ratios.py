"""The check of `make bench-quick` finds what fell, and only that."""

import pytest
from bench.page.ratios import better, fallen, ratios


def test_what_is_compared_are_our_rows_and_what_is_told_as_a_ratio():
    section = {"floor": "bare", "rows": [
        {"name": "bare", "ratio": 1.0}, {"name": "ours", "ratio": 0.6}, {"name": "the twin of it", "ratio": 0.1},
    ]}  # fmt: skip
    grid = {"rows": [["x", 1]], "ratios": {"a to b": 3.0}}
    alone = {"floor": None, "rows": [{"name": "ours alone", "median": 5.0}]}

    assert {"ours ÷ bare": 0.6, "a to b": 3.0} == ratios([section, grid, alone])


@pytest.mark.parametrize(
    ("now", "fell"),
    [
        pytest.param({"a": 1.0}, False, id="as_it_was"),
        pytest.param({"a": 0.81}, False, id="a_little_less"),
        pytest.param({"a": 0.79}, True, id="more_than_a_fifth_less"),
        pytest.param({"a": 9.0}, False, id="more"),
        pytest.param({}, True, id="gone"),
        pytest.param({"a": 1.0, "b": 0.1}, False, id="something_new"),
    ],
)
def test_a_ratio_fell_by_more_than_a_fifth(now, fell):
    assert (["a"] if fell else []) == [one.name for one in fallen(now, {"a": 1.0})]


def test_what_fell_says_how_far():
    (one,) = fallen({"a": 0.5}, {"a": 1.0})

    assert "a: 0.50, 50% below the committed 1.00" == str(one)


def test_of_two_runs_the_better_counts_name_by_name():
    assert {"a": 2.0, "b": 3.0, "c": 1.0} == better({"a": 2.0, "b": 1.0}, {"a": 1.0, "b": 3.0, "c": 1.0})
