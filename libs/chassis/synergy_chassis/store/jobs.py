"""The processes of a rebuild: this one works, and so do its helpers. They share what is left to do, and a counter."""

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Engine

from synergy_chassis.store import repairing
from synergy_chassis.store.checkpoints import Part, Work
from synergy_chassis.store.engine import engine as open_engine
from synergy_chassis.store.models import InlineModel
from synergy_chassis.store.repairing import RebuildReport, Step

_CONTEXT: Final = multiprocessing.get_context("spawn")
_LOOK_EVERY: Final = 0.2
"""Seconds between two looks at what the helpers have done."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """
    What the processes have in common: parts of a check, how many of them are taken, and events done by all; `rebuild`
    is None for a check.
    """

    parts: Sequence[Part]
    rebuild: Work | None
    taken: Any
    done: Any

    def take(self) -> Iterator[Part]:
        """The parts that nobody else has taken."""
        while True:
            with self.taken.get_lock():
                number = self.taken.value
                self.taken.value += 1
            if number >= len(self.parts):
                return
            yield self.parts[number]

    def add(self, events: int) -> int:
        """Count events as done; tells how many all have done."""
        with self.done.get_lock():
            self.done.value += events
            return int(self.done.value)

    def work(self, engine: Engine, model: InlineModel, report: RebuildReport, *, step: Step) -> None:
        if self.rebuild is None:
            repairing.check_parts(engine, model, self.take(), report, step=step)
        else:
            repairing.repair_parts(engine, model, self.rebuild, report, step=step)


class Helpers:
    """`count` processes beside this one, for the length of a with-block."""

    def __init__(
        self, engine: Engine, model: InlineModel, parts: Sequence[Part], rebuild: Work | None, *, count: int
    ) -> None:
        self._url = engine.url.render_as_string(hide_password=False)
        self._model = model
        self._shared = _Shared(parts, rebuild, _CONTEXT.Value("q", 0), _CONTEXT.Value("q", 0))
        self._count = count
        self._helpers: list[tuple[Any, Connection]] = []

    def __enter__(self) -> Self:
        for _ in range(self._count):
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(target=_help, args=(self._url, self._model, self._shared, theirs), daemon=True)
            process.start()
            theirs.close()
            self._helpers.append((process, ours))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, pipe in self._helpers:
            if error is not None:
                process.terminate()
            process.join()
            pipe.close()

    def add(self, events: int) -> int:
        """Count events as done by this process; tells how many all have done."""
        return self._shared.add(events)

    def work(self, engine: Engine, report: RebuildReport, *, step: Step) -> None:
        """This process' share."""
        self._shared.work(engine, self._model, report, step=step)

    def join(self, report: RebuildReport, *, step: Step) -> None:
        """Wait for the helpers and add their reports. Raises what one raised; ChildProcessError if one was killed."""
        for process, pipe in self._helpers:
            while not pipe.poll(_LOOK_EVERY):
                step(0)
            try:
                result = pipe.recv()
            except EOFError:
                process.join()
                raise ChildProcessError(f"A process of the rebuild ended with code {process.exitcode}.") from None
            if isinstance(result, BaseException):
                raise result
            report.join(result)


def _help(url: str, model: InlineModel, shared: _Shared, pipe: Connection) -> None:
    """A helper: work, then send the report, or the error."""
    report = RebuildReport(model=model.name, repaired=shared.rebuild is not None)
    parent = multiprocessing.parent_process()

    def step(events: int) -> None:
        shared.add(events)
        if parent is not None and not parent.is_alive():
            raise SystemExit("nobody waits for this rebuild any more")

    engine = open_engine(url, pool_size=2, application_name="rebuild", patient=True)
    try:
        shared.work(engine, model, report, step=step)
        pipe.send(report)
    except Exception as error:
        pipe.send(error)
    finally:
        engine.dispose()
