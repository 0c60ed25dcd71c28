"""
Rebuilds a model that follows another service's store, while it goes on following.

A new generation of its tables is filled beside the one that serves, from the owner's first event on, until it has
caught up. If it is the same, it is given up again. If not, one short transaction holds the follower's place, applies
the last events, and swaps the tables: the place is that of both at that moment, so no event is missed or applied twice.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, func, select, text

from synergy_chassis.generations.generation import SCHEMA, SERVED, Generation, Progress
from synergy_chassis.generations.model import FollowingModel
from synergy_chassis.store import differences, poison, positions
from synergy_chassis.store.engine import driver, translated
from synergy_chassis.store.errors import StoreUnavailable
from synergy_chassis.store.folding import Poisoned
from synergy_chassis.store.repairing import RebuildReport

LOOKS: Final = 3
"""How often rows that differ are looked at: what changed at its owner meanwhile is the same at the next look."""
_PAUSE: Final = 0.5
_PATIENCE: Final = (0.2, 0.2, 0.5, 0.5, 1.0, 2.0, 5.0)
"""Seconds that each attempt waits for the tables' readers to end; new ones queue behind it meanwhile."""
_ONE_AT_A_TIME: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('store.generations ' || :model, 0))"


def rebuild_following(
    engine: Engine,
    model: FollowingModel,
    *,
    check: bool = False,
    anew: bool = False,
    progress: Progress = lambda done, total: None,
) -> RebuildReport:
    """
    Make the rows of `model` what the owner's events say. With `check` the rows that serve stay; nobody waits for it.

    `progress` is told positions. An event that cannot be applied parks its stream in the new generation, which then
    does not take over; run again, with mended code, it goes on there. Raises what the owner raises when it does not
    answer; StoreUnavailable; ValueError when another process is at it.
    """
    report = RebuildReport(model=model.name, repaired=not check)
    with _alone(engine, model):
        generation = Generation(engine, model, progress)
        if generation.served().position == 0:
            return report
        begun = generation.begin(anew=anew)
        report.resumed_at, report.begun_anew = begun.resumed and begun.resumed[0], begun.because
        generation.catch_up()
        _look(engine, generation, report)
        if check:
            if begun.resumed is None:
                generation.drop()
        elif report.ok:
            generation.drop()
        elif not report.parked_count:
            generation.analyze()
            _hand_over(engine, generation, report)
        progress(generation.served().position, generation.served().position)
    if not check:
        with translated(), engine.begin() as connection:
            poison.replace(connection, model.name, report.parked)
    return report


@contextmanager
def _alone(engine: Engine, model: FollowingModel) -> Iterator[None]:
    with translated(), engine.begin() as connection:
        if not connection.execute(text(_ONE_AT_A_TIME), {"model": model.name}).scalar_one():
            raise ValueError(f"{model.name} is being rebuilt already.")
        yield


def _look(engine: Engine, generation: Generation, report: RebuildReport) -> None:
    """Compare the new generation with the one that serves; a check looks at what differs again."""
    for _ in range(1 if report.repaired else LOOKS):
        found = _compared(engine, generation)
        if not found.count:
            break
        time.sleep(0.0 if report.repaired else _PAUSE)
    report.join(found)
    report.events = generation.held().taken
    report.add((), _poisoned(generation))


def _compared(engine: Engine, generation: Generation) -> RebuildReport:
    """One snapshot of the one that serves: the new one is filled up to where that is, and then compared."""
    model = generation.model
    found = RebuildReport(model=model.name, repaired=False)
    with _snapshot(engine) as served:
        generation.catch_up(positions.read(served, model.place))
        with _snapshot(engine) as made:
            for table in model.tables:
                should = differences.in_order(driver(made), SCHEMA, table)
                is_ = differences.in_order(driver(served), SERVED, table)
                for difference in differences.merged(table, should, is_):
                    found.add([difference])
    return found


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with translated(), still.connect() as connection:
        yield connection


def _poisoned(generation: Generation) -> list[Poisoned]:
    return [
        Poisoned(stream=one.event.stream, version=one.event.version, type=one.event.type, error=one.error)
        for one in generation.poisoned()
    ]


def _hand_over(engine: Engine, generation: Generation, report: RebuildReport) -> None:
    """Hold the follower where it is, bring the new generation to that place, and swap; or park what it cannot take."""
    for patience in _PATIENCE:
        try:
            with translated(), engine.begin() as connection:
                served = positions.lock(connection, generation.model.place)
                generation.catch_up(served)
                if poisoned := _poisoned(generation):
                    report.add((), poisoned)
                    return
                if generation.held().position == served.position:
                    limit = f"{round(patience * 1000)}ms"
                    connection.execute(select(func.set_config("lock_timeout", limit, True)))
                    generation.swap(connection)
                    return
        except StoreUnavailable:
            time.sleep(_PAUSE)  # whoever waits for us, goes on
    raise StoreUnavailable(f"The tables of {generation.model.name} were in use all the time; the rebuild can go on.")
