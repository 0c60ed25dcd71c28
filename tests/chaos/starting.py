"""Starting in the wrong order: everything is stopped, and comes back in an order of somebody's choice."""

import random
import time
from collections.abc import Sequence

from chaos.faults import DOOR, PARTS, SERVERS, Fault, Kill, start

from synergy_local.testing import RunningStack

ALONE = 4.0
"""Seconds the services are without any server, where all of them come first."""
GAP = 0.7
"""Seconds between the starts of two parts otherwise."""


class Start(Fault):
    """Services are told to stop and servers killed; then all start in `order`, and none waits for another."""

    outage = 0.0

    def __init__(self, name: str, order: Sequence[str], *, gap: float = GAP) -> None:
        super().__init__(DOOR)
        self.order = tuple(order)
        self._name = name
        self._gap = gap

    @property
    def name(self) -> str:
        return self._name

    @property
    def parts(self) -> tuple[str, ...]:
        return self.order

    def strike(self, stack: RunningStack) -> list[str]:
        stack.stop_all()
        for server in SERVERS:
            Kill(server).strike(stack)
        return []

    def mend(self, stack: RunningStack) -> None:
        for part in self.order:
            start(stack, part)
            self._pause_after(part)

    def _pause_after(self, part: str) -> None:
        time.sleep(self._gap)


class ServicesFirst(Start):
    """All services, and long after them the servers."""

    def __init__(self) -> None:
        super().__init__("services before servers", (*PARTS, "redis", "rabbitmq", "postgres"), gap=0)

    def _pause_after(self, part: str) -> None:
        if part == PARTS[-1]:
            time.sleep(ALONE)


def backwards() -> Start:
    """The usual order, backwards: the door first, PostgreSQL last."""
    return Start("start backwards", tuple(reversed(("postgres", "rabbitmq", "redis", *PARTS))))


def shuffled(seed: int) -> Start:
    """An order that nobody thought of."""
    order = [*SERVERS, *PARTS]
    random.Random(seed).shuffle(order)
    return Start(f"start shuffled by {seed}", order)
