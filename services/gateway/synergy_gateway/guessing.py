"""Tokens that nobody has: how many an address may make up before it must wait."""

from collections import OrderedDict
from math import ceil
from typing import Final

from synergy_chassis.clock import Clock
from synergy_gateway.addresses import network_of
from synergy_gateway.problems import Problem

MOST: Final = 60
"""Unknown personal access tokens, of one network within WINDOW, about which auth is asked."""
WINDOW: Final = 60.0
"""Seconds."""
MOST_REMEMBERED: Final = 10_000


class Guesses:
    """
    Counts, in this process, the questions about tokens that turned out to be nobody's, by network. A question counts
    while it is under way: of those that are asked at once, no more than MOST are.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counted: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def begin(self, address: str | None) -> None:
        """Count one more question of this address. Raises Problem 429."""
        now, network = self._clock.now().timestamp(), network_of(address)
        until, count = self._counted.pop(network, (now + WINDOW, 0))
        if until <= now:
            until, count = now + WINDOW, 0
        self._counted[network] = until, min(MOST, count + 1)
        if len(self._counted) > MOST_REMEMBERED:
            self._counted.popitem(last=False)
        if count >= MOST:
            raise Problem(
                429,
                "too-many-unknown-tokens",
                "Too many personal access tokens from your address were not valid. Wait before you send another.",
                headers={"Retry-After": str(max(1, ceil(until - now)))},
            )

    def take_back(self, address: str | None) -> None:
        """It was no guess, or nobody could tell."""
        network = network_of(address)
        if (counted := self._counted.get(network)) is not None:
            self._counted[network] = counted[0], max(0, counted[1] - 1)
