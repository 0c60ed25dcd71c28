"""Long steps as they go on: one line that is rewritten at a terminal, a line for each step elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console

SECONDS_BETWEEN = 5.0
"""Off a terminal details (percentages, counts) are told no more often than that."""


class Tell(Protocol):
    """Tells what is done now, and how far it is."""

    def __call__(self, step: str, detail: str = "", /) -> None: ...


@contextmanager
def stepping(console: Console, first: str, *, now: Callable[[], float] = time.monotonic) -> Iterator[Tell]:
    """Show `first`, and then each step that the block tells."""
    if not console.is_terminal:
        tell = lines(console, now)
        tell(first)
        yield tell
        return
    with console.status(first) as status:
        yield lambda step, detail="": status.update(joined(step, detail))


def lines(console: Console, now: Callable[[], float]) -> Tell:
    """Prints each step once, when it begins, and its details now and then."""
    current, last = "", now()

    def tell(step: str, detail: str = "", /) -> None:
        nonlocal current, last
        if step == current and (not detail or now() < last + SECONDS_BETWEEN):
            return
        console.print(joined(step, detail), markup=False, soft_wrap=True)
        current, last = step, now()

    return tell


def joined(step: str, detail: str) -> str:
    """A step with how far it is."""
    return f"{step}: {detail}" if detail else step
