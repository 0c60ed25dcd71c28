"""
Mentions in a comment: people write `@name`, the comment keeps `<@id>`, and whoever reads it sees the name of today.

So no name is ever part of an event: a person who is renamed is shown under the new name, one who is forgotten under
none. Only ids that the comment lists as its mentions are replaced; any other `<@7>` is text.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple

_WRITTEN: Final = re.compile(r"(?<![\w.@+-])@([\w.@+-]{1,150})")
_KEPT: Final = re.compile(r"<@([1-9][0-9]{0,15})>")
_TRAILING: Final = ".@+-"
"""What names may end in and sentences do."""


class Mentioned(NamedTuple):
    """A comment's text as it is kept, and the ids of the people it mentions, each once, in the order of the text."""

    content: str
    mentions: tuple[int, ...]


def candidates(content: str) -> set[str]:
    """The names that the text may mention, in lower case."""
    return {name.lower() for run in _WRITTEN.findall(content) for name in _readings(run)}


def ids_in(content: str) -> set[int]:
    """The ids that the text already holds as `<@id>`."""
    return {int(digits) for digits in _KEPT.findall(content)}


def kept(content: str, *, named: Mapping[str, int], members: Collection[int]) -> Mentioned:
    """
    The text with an id in the place of each name in `named` (lower case → id).

    An id that is written out counts if it is among `members`.
    """
    found: dict[int, None] = {}

    def by_name(match: re.Match[str]) -> str:
        run = match[1]
        for name in _readings(run):
            if (user_id := named.get(name.lower())) is not None:
                return f"<@{user_id}>{run[len(name) :]}"
        return match[0]

    content = _WRITTEN.sub(by_name, content)
    known = {*named.values(), *members}
    for user_id in map(int, _KEPT.findall(content)):
        if user_id in known:
            found[user_id] = None
    return Mentioned(content, tuple(found))


def shown(content: str, mentions: Collection[int], name: Callable[[int], str]) -> str:
    """The text with `@name` in the place of each id among `mentions`."""

    def by_id(match: re.Match[str]) -> str:
        user_id = int(match[1])
        return f"@{name(user_id)}" if user_id in mentions else match[0]

    return _KEPT.sub(by_id, content) if mentions else content


def tokens(content: str, mentions: Collection[int], name: Callable[[int], str]) -> str:
    """The text with `<@name>` in the place of each id among `mentions`: what `shown` says, to be read back."""
    return _KEPT.sub(lambda match: f"<@{name(int(match[1]))}>" if int(match[1]) in mentions else match[0], content)


def _readings(run: str) -> list[str]:
    """What of the characters after an @ may be the name, the longest first: names hold dots and @, sentences too."""
    first = run.partition("@")[0]
    return list(dict.fromkeys(name for name in (run, run.rstrip(_TRAILING), first, first.rstrip(_TRAILING)) if name))
