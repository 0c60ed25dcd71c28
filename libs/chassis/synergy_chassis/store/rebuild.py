"""Rebuilds an inline read model from the log while the service goes on, with several workers at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine

from synergy_chassis.store import checkpoints, repairing, strays
from synergy_chassis.store.checkpoints import Begun, Part, Work
from synergy_chassis.store.engine import engine as open_engine
from synergy_chassis.store.engine import translated
from synergy_chassis.store.fold_version import fold_version
from synergy_chassis.store.jobs import Helpers, Share, Step
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
    task = _Rebuilding(engine.url.render_as_string(hide_password=False), model, None if check else work)
    helpers: Helpers[Part, RebuildReport] = Helpers(task, parts, count=count)

    def step(events: int) -> None:
        progress(min(before + helpers.share.add(events), total), total)

    progress(before, total)
    for found in strays.pages(engine, model, remove=not check):
        report.add(found)
    with helpers:
        task.work(engine, helpers.share, report, step=step)
        for theirs in helpers.results(step):
            report.join(theirs)
    if not check:
        with translated(), engine.begin() as connection:
            checkpoints.forget(connection, work)
    progress(total, total)
    return report


@dataclass(frozen=True, slots=True)
class _Rebuilding:
    """What each process of a rebuild does; `rebuild` is None for a check."""

    url: str
    model: InlineModel
    rebuild: Work | None

    def work(self, engine: Engine, share: Share[Part], report: RebuildReport, *, step: Step) -> None:
        if self.rebuild is None:
            repairing.check_parts(engine, self.model, share.take(), report, step=step)
        else:
            repairing.repair_parts(engine, self.model, self.rebuild, report, step=step)

    def __call__(self, share: Share[Part], step: Step) -> RebuildReport:
        """In a process of its own, with an engine of its own."""
        report = RebuildReport(model=self.model.name, repaired=self.rebuild is not None)
        engine = open_engine(self.url, pool_size=2, application_name="rebuild", patient=True)
        try:
            self.work(engine, share, report, step=step)
        finally:
            engine.dispose()
        return report
