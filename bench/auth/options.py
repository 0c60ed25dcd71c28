"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    Sizes and patience: `samples` of each side of a comparison, `seconds` of one timed run, in which `rate` requests a
    second are sent while `at_once` people sign in.
    """

    samples: int = 300
    rounds: int = 3
    seconds: float = 8.0
    rate: int = 50
    at_once: int = 50
    tokens: int = 2_000
    revocations: int = 10_000

    def quick(self) -> "Options":
        """A look of a few seconds, from which nothing is to be concluded."""
        return Options(samples=15, rounds=1, seconds=1.5, rate=self.rate, at_once=self.at_once, tokens=200)


DEFAULT = Options()
