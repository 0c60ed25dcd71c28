"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Sizes and patience. `seconds` is how long one timed run of writing or loading takes."""

    events: int = 1_000_000
    rival_events: int = 5_000
    rounds: int = 3
    seconds: float = 3.0
    rival: bool = True
    per_project: int = 500

    def quick(self) -> "Options":
        """A look of a few seconds, from which nothing is to be concluded."""
        return Options(events=min(self.events, 10_000), rival_events=500, rounds=1, seconds=0.3, rival=self.rival)


DEFAULT = Options()
