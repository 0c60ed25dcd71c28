"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    A receiver takes `latency` seconds to answer. `fan_out` webhooks hear one event, `repeats` times a round. The
    sustained rate is that of `events` to each of `lanes` lanes; endpoints that answer are watched for `seconds` while
    `rate` events a second happen, with and without `black_holes` of a hundred beside them.
    """

    latency: float = 0.124
    rounds: int = 3
    fan_out: int = 100
    repeats: int = 5
    lanes: int = 200
    events: int = 25
    seconds: float = 15.0
    rate: float = 10.0
    healthy: int = 18
    black_holes: int = 2
    trials: int = 200

    def quick(self) -> "Options":
        """A look of some seconds, from which nothing is to be concluded."""
        return Options(rounds=1, repeats=2, lanes=100, events=6, seconds=4, trials=8)


DEFAULT = Options()
