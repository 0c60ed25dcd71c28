"""What is measured, a module each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.report import Section
from bench.store.bench import Bench
from bench.store.parts import append, batch, bulk, catching_up, lag, load, rebuild, verify

Part = Callable[[Bench], Sequence[Section]]

PARTS: Final[Mapping[str, Part]] = {
    "append": append.measure,
    "batch": batch.measure,
    "bulk": bulk.measure,
    "load": load.measure,
    "catch-up": catching_up.measure,
    "lag": lag.measure,
    "verify": verify.measure,
    "rebuild": rebuild.measure,
}
"""In the order in which they run."""
