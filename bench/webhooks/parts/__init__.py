"""What is measured, a module each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.report import Grid, Section
from bench.webhooks.ground import Ground
from bench.webhooks.parts import black_holes, fan_out, senders, sustained

Part = Callable[[Ground], Sequence[Section | Grid]]

PARTS: Final[Mapping[str, Part]] = {
    "fan-out": fan_out.measure,
    "senders": senders.measure,
    "sustained": sustained.measure,
    "black-holes": black_holes.measure,
}
"""In the order in which they run."""
