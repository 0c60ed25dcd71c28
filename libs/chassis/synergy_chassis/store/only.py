"""A reader that wants some of the events."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """
    Which events a reader wants: those of one `category` of streams ("project" is of "project-12"), of some `types`, or
    of one `stream`. Exactly one of the three, else ValueError.
    """

    category: str | None = None
    types: Sequence[str] | None = None
    stream: str | None = None

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.category, self.types, self.stream)) != 1:
            raise ValueError("Read only one category, only some types, or only one stream.")
