"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """So many `streams` follow one project, in which `events` happen, `pause` seconds one after the other."""

    streams: int = 1_000
    events: int = 20
    pause: float = 0.5

    def quick(self) -> "Options":
        """A look of some seconds, from which nothing is to be concluded."""
        return Options(streams=50, events=4)


DEFAULT = Options()
