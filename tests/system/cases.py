"""Many cases in one test: all are tried, and every one that does not hold is told."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, TypeVar

from system.steps import Client, assert_problem

T = TypeVar("T")
Cases = Iterable[tuple[str, Callable[[], object]]]
"""Something to be tried each, and what it is called; it raises AssertionError where it does not hold."""


def breaches(cases: Cases) -> list[str]:
    """All are tried; what is wrong with those that do not hold."""
    found = []
    for name, holds in cases:
        try:
            holds()
        except AssertionError as wrong:
            (*_, where) = traceback.extract_tb(wrong.__traceback__)
            found.append(f"{name}: {where.line}: {wrong}")
    return found


def each_turn(things: Sequence[T], count: int) -> Iterator[list[T]]:
    """So many of them at a time, for ever: after the last one the first, so that each has its turn as often as any."""
    turns = cycle(things)
    while True:
        yield list(islice(turns, count))


def batched(cases: Cases, count: int) -> Iterator[list[tuple[str, Callable[[], object]]]]:
    """So many at a time."""
    rest = iter(cases)
    while some := list(islice(rest, count)):
        yield some


@dataclass(frozen=True)
class Refused:
    """`call` (method and address) with this body is answered with `status`, and told where it is wrong."""

    call: str
    body: Any
    pointer: str | None
    what: str
    status: int

    def ask(self, client: Client, ids: Mapping[str, Any]) -> None:
        method, path = self.call.split()
        answer = client.request(method, path.format_map(ids), json=self.body)
        assert_problem(answer, self.status, pointer=self.pointer)


def refused(call: str, body: Any, pointer: str | None, what: str, status: int = 422) -> Refused:
    """A case for a table: `call` (method and address) with this body, and where it is wrong."""
    return Refused(call, body, pointer, what, status)


def texts(call: str, field: str, longest: int, whole: Mapping[str, Any] | None = None) -> list[Refused]:
    """Cases of what no text can be, whatever it is for. `whole` are the other fields of the body."""
    wrong = {"number": 7, "list": ["x"], "object": {"x": 1}, "over_long": "x" * (longest + 1), "nul": "nul\x00"}
    whole = whole or {}
    return [
        *(refused(call, {**whole, field: value}, f"/{field}", f"{field} {what}") for what, value in wrong.items()),
        refused(call, {**whole, field: "half \ud83d of a pair"}, None, f"{field} lone_surrogate", 400),
    ]
