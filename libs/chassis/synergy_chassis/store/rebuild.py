"""Rebuilds an inline read model from the log while the service goes on, with several workers at once."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine

from synergy_chassis.store import checkpoints, repairing, strays
from synergy_chassis.store.checkpoints import Begun, Work
from synergy_chassis.store.engine import translated
from synergy_chassis.store.fold_version import fold_version
from synergy_chassis.store.jobs import Helpers
from synergy_chassis.store.models import InlineModel
from synergy_chassis.store.repairing import RebuildReport

__all__ = ["InlineModel", "RebuildReport", "rebuild"]

Progress = Callable[[int, int], None]
JOBS: Final = 2
WORTH_A_JOB: Final = 20_000
"""Events for which starting one more process, which takes half a second, pays."""


def rebuild(
    engine: Engine,
    model: InlineModel,
    *,
    check: bool = False,
    stream: str | None = None,
    jobs: int = JOBS,
    anew: bool = False,
    progress: Progress = lambda done, total: None,
) -> RebuildReport:
    """
    Make the rows of `model` (or those of one stream) what its events say. With `check` nothing is changed or locked.
    Rows of streams that are not there go first.

    Up to `jobs` processes work at once, fewer where there is little to do. `progress` is told (events done, events in
    all). Interrupted in whatever way, it goes on where it stopped when it is run again within a day, unless the code
    has changed since, or it is to begin `anew`.
    Raises StoreUnavailable; ValueError for a stream that is not there, or when a rebuild by other code has begun
    meanwhile; ChildProcessError when a process was killed.
    """
    report = RebuildReport(model=model.name, repaired=not check)
    if stream is not None:
        repairing.one_stream(engine, model, stream, report)
        return report
    work = Work(model=model.name, fold=fold_version(model))
    with translated(), engine.begin() as connection:
        total = checkpoints.total(connection, model.category)
        parts = checkpoints.parts(connection, model.category) if check else []
        begun = Begun() if check else checkpoints.begin(connection, work, model.category, anew=anew)
    report.begun_anew = begun.because
    if begun.resumed is not None:
        report.resumed_at, report.events, report.count = begun.resumed[0], *begun.resumed
    before = report.events
    count = min(jobs, 1 + (total - before) // WORTH_A_JOB) - 1
    helpers = Helpers(engine, model, parts, None if check else work, count=count)

    def step(events: int) -> None:
        progress(min(before + helpers.add(events), total), total)

    progress(before, total)
    for found in strays.pages(engine, model, remove=not check):
        report.add(found)
    with helpers:
        helpers.work(engine, report, step=step)
        helpers.join(report, step=step)
    if not check:
        with translated(), engine.begin() as connection:
            checkpoints.forget(connection, work)
    progress(total, total)
    return report
