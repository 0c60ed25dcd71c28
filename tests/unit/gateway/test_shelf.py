"""Answers in memory: as many as fit, and what was heard of changes, as much as is remembered."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergy_chassis.bus.asyncio_hearing import Heard
from synergy_gateway.answers import Answer
from synergy_gateway.keeping import news as module
from synergy_gateway.keeping.news import News
from synergy_gateway.keeping.shelf import LARGEST_SHARE, OVERHEAD, PER_NAME, Kept, Moment, Shelf

MOMENT = Moment(epoch=(1, b"n"), nonces={}, era=0, heard=0)


def kept(size: int = 0, names: int = 1) -> Kept:
    versions = {f"project-{number}": 1 for number in range(names)}
    return Kept(answer=Answer(body=b"x" * size), operation="read_project", versions=versions, moment=MOMENT, until=0)


ONE = kept().size


def test_names_bodies_and_places_count():
    assert OVERHEAD + 2 * PER_NAME + 500 == kept(500, names=2).size
    answer = Answer(body=b"x" * 500)
    keyed = Kept(answer=answer, operation="read_project", versions={}, moment=MOMENT, until=0, key_size=200)
    assert 700 + OVERHEAD == keyed.size


@given(st.lists(st.tuples(st.sampled_from(["put", "get", "drop"]), st.integers(0, 9), st.integers(0, 2_000))))
def test_it_never_holds_more_than_it_may_and_knows_how_much(steps):
    shelf = Shelf(12 * ONE)
    there: dict[int, Kept] = {}
    for verb, key, size in steps:
        if verb == "put":
            there[key] = kept(size)
            shelf.put(key, there[key])
        elif verb == "get":
            assert shelf.get(key) in (None, there.get(key))
        else:
            shelf.drop(key)
            assert shelf.get(key) is None
        held = [one for one in map(shelf.get, range(10)) if one is not None]
        assert shelf.size == sum(one.size for one in held) <= shelf.capacity
        assert len(shelf) == len(held)


def test_the_least_recently_used_goes_first():
    shelf = Shelf(LARGEST_SHARE * ONE)
    for key in range(LARGEST_SHARE):
        shelf.put(key, kept())
    shelf.get(0)
    shelf.put("new", kept())

    assert 1 == shelf.evicted
    assert [0, 2] == [key for key in range(3) if shelf.get(key)]


def test_what_is_too_large_does_not_drive_out_the_rest():
    shelf = Shelf(LARGEST_SHARE * ONE)
    shelf.put("small", kept())
    shelf.put("large", kept(1))

    assert (True, None) == (shelf.get("small") is not None, shelf.get("large"))


def test_news_of_more_than_is_remembered_makes_everything_old(monkeypatch):
    monkeypatch.setattr(module, "MOST_NAMES", 100)
    gaps = count()
    news = News(lambda: next(gaps))
    before = news.moment((1, b"n"), {})
    for number in range(101):
        news.of_projects(Heard(number + 1, number, f"project-{number}", 1, "task.created"))

    old = Kept(answer=Answer(), operation="read_project", versions={}, moment=before, until=0)
    new = Kept(answer=Answer(), operation="read_project", versions={}, moment=news.moment((1, b"n"), {}), until=0)
    assert (1, False, True) == (next(gaps), news.hold(old), news.hold(new))


@pytest.mark.parametrize("position", [3, 5])
def test_an_older_event_after_a_newer_one_changes_nothing(position):
    news = News()
    for version in (5, position):
        news.of_projects(Heard(version, version - 1, "project-3", version, "task.created"))

    def of(version: int) -> Kept:
        return Kept(
            answer=Answer(),
            operation="read_project",
            versions={"project-3": version},
            moment=news.moment((1, b"n"), {}),
            until=0,
        )

    assert [False, True] == [news.hold(of(4)), news.hold(of(5))]
