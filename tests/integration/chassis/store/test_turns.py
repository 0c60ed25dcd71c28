"""Writers of one stream wait for their turn without a database connection, so that readers find one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event, Lock
from time import sleep

import pytest

from synergy_chassis.store.errors import StoreUnavailable
from synergy_chassis.store.turns import AT_ONCE, Turns

from .conftest import command


def test_few_at_a_time_by_name_and_nothing_is_left_behind():
    turns, inside, most, count = Turns(), [0], [0], Lock()

    def write(number: int) -> None:
        with turns.of(f"thing-{number % 2}"):
            with count:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with count:
                inside[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(400)))

    assert most[0] <= 2 * AT_ONCE
    assert {} == turns._lines


def test_who_asks_again_stands_behind_those_who_wait():
    turns, served = Turns(), []

    def write(who: str, times: int) -> None:
        for _ in range(times):
            with turns.of("thing-1"):
                served.append(who)

    with ExitStack() as others, ThreadPoolExecutor(2) as pool:
        for _ in range(AT_ONCE - 1):
            others.enter_context(turns.of("thing-1"))
        with turns.of("thing-1"):
            greedy = pool.submit(write, "greedy", 100)
            while turns.waiting("thing-1") < 1:
                sleep(0.001)
            patient = pool.submit(write, "patient", 1)
            while turns.waiting("thing-1") < 2:
                sleep(0.001)
        greedy.result(20)
        patient.result(20)

    assert ["greedy", "patient", "greedy"] == served[:3]


def test_who_waits_too_long_is_told_so_and_the_next_one_may():
    turns = Turns(longest=0.05)
    with ExitStack() as inside:
        for _ in range(AT_ONCE):
            inside.enter_context(turns.of("thing-1"))
        with pytest.raises(StoreUnavailable, match="thing-1"), turns.of("thing-1"):
            pass
        with turns.of("thing-2"):
            pass
    with turns.of("thing-1"):
        pass

    assert {} == turns._lines


def test_writers_of_a_stream_that_wait_hold_no_connection(store):
    inside, go_on = Event(), Event()

    def write() -> None:
        with store.uow.stream("thing-1", command(), creates=True):
            inside.set()
            assert go_on.wait(20)

    with ThreadPoolExecutor(24) as pool:
        writing = [pool.submit(write) for _ in range(24)]
        try:
            assert inside.wait(20)
            while store.uow._turns.waiting("thing-1") < 24 - AT_ONCE and not any(one.done() for one in writing):
                sleep(0.01)
            in_use = store.engine.pool.checkedout()
        finally:
            go_on.set()
        for one in writing:
            one.result(20)

    assert 1 <= in_use <= AT_ONCE
