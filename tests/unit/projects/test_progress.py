"""Progress is the share of impact that is done."""

from decimal import ROUND_FLOOR, Decimal

import pytest
from hypothesis import given, strategies

from synergy_projects.domain.progress import Counters


def counters(*tasks: tuple[int, bool]) -> Counters:
    total = Counters()
    for impact, done in tasks:
        total = total.plus(impact, done=done)
    return total


@pytest.mark.parametrize(
    ("tasks", "progress"),
    [
        pytest.param([], 0, id="no_tasks"),
        pytest.param([(3000, False), (7000, False)], 0, id="nothing_done"),
        pytest.param([(3000, True), (7000, False)], 30, id="impact_counts_not_the_number_of_tasks"),
        pytest.param([(3000, True), (7000, True)], 100, id="everything_done"),
        pytest.param([(0, True), (0, False)], 50, id="without_impact_tasks_count"),
        pytest.param([(0, True), (0, False), (0, False)], 33, id="rounded_down"),
        pytest.param([(0, True), (1, False)], 0, id="a_task_without_impact_adds_nothing"),
        pytest.param([(9999, True), (1, False)], 99, id="almost_is_not_done"),
        pytest.param([(2900, True), (7100, False)], 29, id="exact_where_floats_say_28"),
    ],
)
def test_progress_is_the_share_of_impact_done(tasks, progress):
    assert progress == counters(*tasks).progress


def reference(tasks: list[tuple[int, bool]]) -> int:
    """The definition, in decimals."""
    impacts = [Decimal(impact) / 100 for impact, _ in tasks]
    done = [impact for impact, (_, is_done) in zip(impacts, tasks, strict=True) if is_done]
    if sum(impacts):
        share = Decimal(100) * sum(done) / sum(impacts)
    elif tasks:
        share = Decimal(100) * len(done) / len(tasks)
    else:
        return 0
    return int(share.to_integral_value(ROUND_FLOOR))


@given(strategies.lists(strategies.tuples(strategies.integers(0, 10_000), strategies.booleans()), max_size=30))
def test_progress_equals_the_definition_in_decimals(tasks):
    assert reference(tasks) == counters(*tasks).progress


@given(strategies.lists(strategies.tuples(strategies.integers(0, 10_000), strategies.booleans()), min_size=1))
def test_taking_tasks_away_undoes_adding_them(tasks):
    total = counters(*tasks)
    for impact, done in tasks:
        total = total.minus(impact, done=done)

    assert Counters() == total
