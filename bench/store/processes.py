"""Measured programs in processes of their own, started together as often as asked."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[2]

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Program:
    """A module that obeys (bench.store.protocol), and the Python that runs it."""

    python: str
    module: str

    @property
    def installed(self) -> bool:
        """Whether its Python is there."""
        return Path(self.python).exists()


OURS: Final = Program(sys.executable, "bench.store.ours")
RIVAL: Final = Program(str(ROOT / ".venv-bench" / "bin" / "python"), "bench.store.rival")


class Team:
    """
    Processes that do the same work, one for each of `parameters`; a context manager, ready inside its block.

    Calling it lets all of them run once, from the same moment, and answers with events a second, all together.
    """

    def __init__(self, program: Program, work: str, *parameters: dict[str, Any]) -> None:
        self._program = program
        self._work = work
        self._parameters: Sequence[dict[str, Any]] = parameters
        self._processes: list[subprocess.Popen[str]] = []
        self.results: list[Result] = []

    def __enter__(self) -> Self:
        command = [self._program.python, "-m", self._program.module]
        for given in self._parameters:
            process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self._processes.append(process)
            _tell(process, json.dumps([self._work, given]))
        for process in self._processes:
            if (said := _heard(process)) != "ready":
                self.__exit__(None, None, None)
                raise RuntimeError(f"{self._program.module} {self._work} did not get ready: {said!r}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()
        self._processes.clear()

    @property
    def pids(self) -> list[int]:
        """Of the processes."""
        return [process.pid for process in self._processes]

    def __call__(self) -> float:
        for process in self._processes:
            _tell(process, "go")
        told = [_heard(process) for process in self._processes]
        if not all(told):
            raise RuntimeError(f"{self._program.module} {self._work} ended; what it said stands above.")
        self.results = [json.loads(line) for line in told]
        return float(sum(result["events"] / result["seconds"] for result in self.results))


def once(program: Program, work: str, *parameters: dict[str, Any]) -> float:
    """Start the processes, let them run once, and end them."""
    with Team(program, work, *parameters) as team:
        return team()


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _heard(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
