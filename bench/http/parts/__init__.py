"""What is measured, a module each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from bench.http.ground import Ground
from bench.http.parts import caching, indexes, latency, load, queries, ratios, resources, scaling, script, sizes
from bench.report import Grid, Section

Part = Callable[[Ground], Iterable[Section | Grid]]

PARTS: Final[Mapping[str, Part]] = {
    "ratios": ratios.measure,
    "latency": latency.measure,
    "load": load.measure,
    "script": script.measure,
    "queries": queries.measure,
    "indexes": indexes.measure,
    "caching": caching.measure,
    "resources": resources.measure,
    "scaling": scaling.measure,
    "sizes": sizes.measure,
}
"""In the order in which they run."""
