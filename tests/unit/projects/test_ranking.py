"""Keys that order tasks."""

from collections.abc import Callable

import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st

from synergy_projects.domain.ranking import between, place, placed, spread

PLACES = st.integers(-300_000, 300_000)


@few(100)
@given(PLACES, PLACES)
def test_places_sort_as_their_numbers(one: int, other: int):
    assert one == place(placed(one))
    assert (one < other) == (placed(one) < placed(other))


@few(30)
@given(st.lists(st.integers(0, 10_000), max_size=300))
def test_whatever_is_put_anywhere_is_there(places: list[int]):
    keys: list[str] = []
    for number in places:
        at = number % (len(keys) + 1)
        keys.insert(at, between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None))

    assert sorted(set(keys)) == keys


@pytest.mark.parametrize(
    ("pick", "longest"),
    [
        pytest.param(lambda keys: 0, 4, id="to_the_front"),
        pytest.param(lambda keys: len(keys), 4, id="to_the_end"),
        pytest.param(lambda keys: 1, 110, id="always_between_the_same_two"),
    ],
)
def test_only_what_is_put_between_the_same_two_again_makes_keys_longer(pick: Callable[[list[str]], int], longest: int):
    keys = [placed(0), placed(1)]
    for _ in range(500):
        at = pick(keys)
        keys.insert(at, between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None))

    assert sorted(set(keys)) == keys
    assert max(map(len, keys)) <= longest


@pytest.mark.parametrize(("low", "high"), [(None, None), (None, "a0"), ("a0", None), ("a0", "a1"), ("a0V", "a0W")])
def test_keys_are_spread_between_two(low: str | None, high: str | None):
    keys = spread(100, low, high)

    assert len(set(keys)) == 100
    assert sorted(keys) == keys
    assert all((low is None or low < key) and (high is None or key < high) for key in keys)
    assert max(map(len, keys)) <= 6


def test_nothing_is_between_what_is_not_in_order():
    with pytest.raises(ValueError, match="not before"):
        between("a1", "a1")
