"""The processes of a long work: this one works, and so do its helpers. They share what is left to do, and a counter."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

_CONTEXT: Final = multiprocessing.get_context("spawn")
_LOOK_EVERY: Final = 0.2
"""Seconds between two looks at what the helpers have done."""

Step = Callable[[int], None]
"""Told, now and then, how many more events were dealt with."""

P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Share(Generic[P]):
    """What the processes have in common: parts of the work, how many of them are taken, and events done by all."""

    parts: Sequence[P]
    taken: Any
    done: Any

    def take(self) -> Iterator[P]:
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


@dataclass(slots=True)
class _Alone:
    """A counter of a process without helpers."""

    value: int = 0

    def get_lock(self) -> AbstractContextManager[None]:
        return nullcontext()


Task = Callable[[Share[P], Step], R]
"""What each process does: its share, telling about it; it answers what came of that. It can be pickled."""


class Helpers(Generic[P, R]):
    """`count` processes beside this one that do `task`, for the length of a with-block; `share` is what all share."""

    def __init__(self, task: Task[P, R], parts: Sequence[P], *, count: int) -> None:
        taken, done = (_CONTEXT.Value("q", 0) if count > 0 else _Alone() for _ in range(2))
        self.share = Share(parts, taken, done)
        self._task = task
        self._count = count
        self._helpers: list[tuple[Any, Connection]] = []

    def __enter__(self) -> Self:
        for _ in range(self._count):
            ours, theirs = _CONTEXT.Pipe()
            process = _CONTEXT.Process(target=_help, args=(self._task, self.share, theirs), daemon=True)
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

    def results(self, step: Step) -> Iterator[R]:
        """
        Wait for the helpers: what came of each one's share. `step` is called meanwhile.

        Raises what one raised; ChildProcessError if one was killed.
        """
        for process, pipe in self._helpers:
            while not pipe.poll(_LOOK_EVERY):
                step(0)
            try:
                result = pipe.recv()
            except EOFError:
                process.join()
                code = process.exitcode
                raise ChildProcessError(f"A process beside this one ended with code {code}: try again.") from None
            if isinstance(result, BaseException):
                raise result
            yield result


def _help(task: Task[P, R], share: Share[P], pipe: Connection) -> None:
    """A helper: work, then send what came of it, or the error."""
    parent = multiprocessing.parent_process()

    def step(events: int) -> None:
        share.add(events)
        if parent is not None and not parent.is_alive():
            raise SystemExit("nobody waits for this work any more")

    try:
        pipe.send(task(share, step))
    except Exception as error:
        pipe.send(error)
