"""What clients are to do, and what they heard: both cross from process to process."""

from collections import Counter
from dataclasses import dataclass, field

Address = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """
    One kind of request; it is chosen in proportion to its `weight`. Its `requests` are sent one after the other, from
    the first again after the last.
    """

    name: str
    requests: tuple[bytes, ...]
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    `users` of `doors`, each with a connection of its own, choose among `asks` until `count` requests were sent or
    `seconds` have passed. Each waits for its answer, and then a random time within `wait` (seconds).

    With a `rate` requests are sent so many times a second, whatever became of those before, over at most `users`
    connections; what an answer took counts from when its request was due. `chained`: the users refresh their tokens,
    each with what it was given by the answer before; `asks` has their first requests.
    """

    doors: tuple[Address, ...]
    asks: tuple[Ask, ...]
    users: int = 10
    count: int | None = None
    seconds: float | None = None
    wait: tuple[float, float] | None = None
    rate: float | None = None
    chained: bool = False
    seed: int = 1


@dataclass(slots=True)
class Heard:
    """
    Milliseconds that answers took, by the name of what was asked; the answers that were no success, by name and status
    (0: none came); `seconds` of all, and of them those of a processor that the clients took.
    """

    took: dict[str, list[float]] = field(default_factory=dict)
    failures: Counter[tuple[str, int]] = field(default_factory=Counter)
    said: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def everything(self) -> list[float]:
        """Of all answers."""
        return [one for took in self.took.values() for one in took]

    @property
    def answers(self) -> int:
        """How many came."""
        return sum(map(len, self.took.values()))

    @property
    def failed(self) -> int:
        """How many requests did not succeed."""
        return self.failures.total()

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds if self.seconds else 0.0
