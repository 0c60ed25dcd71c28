"""How people and things are called in a sentence."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from synergy_projects.domain import mentions

LONGEST_QUOTE: Final = 120
"""Characters of what somebody wrote that stand in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """
    The names of today, by id: `actor` is who did it; `person` and `username` of users, `task` as `#12 “Build”`,
    `milestone`, `sprint` and `label` in quotes.
    """

    actor: str
    person: Callable[[int], str]
    username: Callable[[int], str]
    task: Callable[[int], str]
    milestone: Callable[[int], str]
    sprint: Callable[[int], str]
    label: Callable[[int], str]

    def said(self, content: str, mentioned: Collection[int]) -> str:
        """What a comment says, in quotes."""
        return quoted(mentions.shown(content, mentioned, self.username))


def quoted(text: str) -> str:
    """The beginning of a text, in one line and in quotes."""
    line = " ".join(text.split())
    return f"“{line}”" if len(line) <= LONGEST_QUOTE else f"“{line[: LONGEST_QUOTE - 1]}…”"


def listed(parts: Collection[str]) -> str:
    """`a, b and c`; `none` for none."""
    *first, last = list(parts) or ["none"]
    return f"{', '.join(first)} and {last}" if first else last
