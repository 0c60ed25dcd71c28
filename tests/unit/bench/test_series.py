"""Ratios are those within each round, so that what slows a whole round down slows neither side."""

import pytest
from bench.report import Grid, Hold, Section, cell, missed
from bench.series import Series, take_turns


def test_the_ratio_is_the_median_of_the_rounds_ratios():
    ours, floor = Series((50.0, 10.0, 30.0)), Series((100.0, 10.0, 90.0))

    assert 0.5 == ours.over(floor)


def test_every_contestant_runs_once_a_round_and_not_always_in_the_same_order():
    ran: list[str] = []
    found = take_turns({name: lambda name=name: float(len(ran.append(name) or ran)) for name in "abc"},
                       rounds=6, told=lambda _: None)  # fmt: skip

    rounds = ["".join(ran[start : start + 3]) for start in range(0, 18, 3)]
    assert {"abc"} == {"".join(sorted(one)) for one in rounds}
    assert 1 < len(set(rounds))
    assert {6} == {len(series.values) for series in found.values()}


@pytest.mark.parametrize(
    ("hold", "held"),
    [
        pytest.param(Hold("x", 0.5, 0.5), True, id="at_least_is_reached"),
        pytest.param(Hold("x", 0.49, 0.5), False, id="at_least_is_missed"),
        pytest.param(Hold("x", 0, 0, at_most=True), True, id="none_is_none"),
        pytest.param(Hold("x", 1, 0, at_most=True), False, id="at_most_is_passed"),
    ],
)
def test_a_number_is_held_or_missed(hold, held):
    grid = Grid(title="", columns=["x"], rows=[], holds=[hold])

    assert ([] if held else [hold]) == missed([grid])
    assert held == grid.as_json()["holds"][0]["held"]


def test_a_section_tells_programs_the_ratio_of_each_row():
    section = Section(title="t", unit="1/s", series={"floor": Series((10.0,)), "ours": Series((5.0,))}, floor="floor")

    assert [1.0, 0.5] == [row["ratio"] for row in section.as_json()["rows"]]


@pytest.mark.parametrize(
    ("value", "shown"), [(None, ""), (1234567, "1,234,567"), (0.234, "0.23"), (12.34, "12.3"), ("x", "x")]
)
def test_cells(value, shown):
    assert shown == cell(value)
