"""The relay's third duty: old outcomes of commands are forgotten by itself, in small steps that end at a stop."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from integration.chassis.store.conftest import Store

from synergy_chassis.relay import pruning as of_the_relay
from synergy_chassis.relay.again import Duty, done_beside
from synergy_chassis.relay.counters import Counters
from synergy_chassis.relay.pruning import pruning

AGE = "UPDATE store.commands SET recorded_at = now() - interval '8 days'"


def doing(duty: Duty, until: Callable[[], bool]) -> float:
    """The duty is done until it is so; tells how many seconds the stop took."""

    def so() -> None:
        end = time.monotonic() + 20
        while not until():
            assert time.monotonic() < end
            time.sleep(0.02)

    async def running() -> float:
        async with done_beside(duty, stopping=threading.Event()):
            await asyncio.to_thread(so)
            stopped = time.monotonic()
        return time.monotonic() - stopped

    return asyncio.run(running())


@pytest.fixture
def aged(store: Store) -> Store:
    for number in range(3):
        store.append(f"thing-{number}")
    store.admin(AGE)
    return store


def duty(store: Store, counters: Counters, **options: Any) -> Duty:
    return pruning(database_url=store.url, source="things", counters=counters, **options)


def test_a_failure_that_nobody_foresaw_is_counted_and_tried_again(aged: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real, counters, failed = of_the_relay.prune_commands, Counters(), []

    def fails_once(*arguments: Any, **named: Any) -> Iterator[int]:
        monkeypatch.setattr(of_the_relay, "prune_commands", real)
        failed.append(counters.pruned)
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(of_the_relay, "prune_commands", fails_once)
    doing(duty(aged, counters, every=0.05), lambda: counters.pruned == 3 and not counters.unpruned)
    assert failed == [0]


def test_while_it_fails_the_gauge_says_so(aged: Store) -> None:
    counters = Counters()
    aged.admin("ALTER FUNCTION store.prune_commands(interval, integer) RENAME TO prune_not")
    try:
        doing(duty(aged, counters, every=0.05), lambda: bool(counters.unpruned))
    finally:
        aged.admin("ALTER FUNCTION store.prune_not(interval, integer) RENAME TO prune_commands")
    doing(duty(aged, counters, every=0.05), lambda: not counters.unpruned)


def test_portions_are_counted_one_by_one_so_many_to_a_look_and_a_stop_comes_between_two(
    aged: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters, counted = Counters(), []

    def endless(*_: Any, **named: Any) -> Iterator[int]:
        while True:
            yield 1
            counted.append(counters.pruned)

    monkeypatch.setattr(of_the_relay, "prune_commands", endless)
    doing(duty(aged, counters, every=60, most=5), lambda: counters.pruned >= 5 and not counters.unpruned)
    assert (counted, counters.pruned) == ([1, 2, 3, 4], 5)

    assert doing(duty(aged, counters, every=60, most=10**9), lambda: counters.pruned > 1_000) < 1
