"""What is measured, a module each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.auth.ground import Ground
from bench.auth.parts import checking, signing_in, telling
from bench.report import Section

Part = Callable[[Ground], Sequence[Section]]

PARTS: Final[Mapping[str, Part]] = {
    "signing-in": signing_in.measure,
    "telling": telling.measure,
    "checking": checking.measure,
}
"""In the order in which they run."""
