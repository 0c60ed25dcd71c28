"""The part of a text that shows why it was found."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

LONGEST: Final = 240
"""Characters of a snippet."""
_BEFORE: Final = 60
_WORD: Final = re.compile(r"\w+")
_STEM: Final = 4
"""Words that begin alike for so long, and differ in no more than an ending, are taken for forms of one."""
_ENDING: Final = 3


class Snippet(NamedTuple):
    """A part of a text, and where in it the words stand: [from, to) in characters."""

    text: str
    matches: list[tuple[int, int]]


def words_of(query: str) -> list[str]:
    """The words that are looked for, in lower case; those that must not be there are left out."""
    asked = re.sub(r"(?<!\S)-(\"[^\"]*\"?|\S+)", " ", query)
    return [word for word in _WORD.findall(asked.lower()) if word != "or"]


def snippet(text: str, words: Sequence[str]) -> Snippet:
    """The stretch of the text with the most of the words, in one line; its beginning if there are none."""
    text = " ".join(text.split())
    found = [match.span() for match in _WORD.finditer(text) if _means(match[0].lower(), words)]
    begin = _best(found, len(text))
    end = min(len(text), begin + LONGEST)
    if end < len(text) and (space := text.rfind(" ", begin + LONGEST // 2, end)) > 0:
        end = space
    shown = [(start - begin, stop - begin) for start, stop in found if begin <= start and stop <= end]
    return Snippet(text[begin:end], shown)


def _best(found: Sequence[tuple[int, int]], length: int) -> int:
    """Where to begin, so that the most words are shown; at the beginning if that shows as many."""
    best, most = 0, sum(stop <= LONGEST for _, stop in found)
    last = 0
    for first, (start, _) in enumerate(found):
        last = max(last, first)
        while last < len(found) and found[last][1] <= start + LONGEST - _BEFORE:
            last += 1
        if last - first > most:
            best, most = max(0, start - _BEFORE), last - first
    return min(best, max(0, length - LONGEST)) if best else 0


def _means(token: str, words: Sequence[str]) -> bool:
    return any(token.startswith(word) or _forms_of_one(token, word) for word in words)


def _forms_of_one(token: str, word: str) -> bool:
    alike = 0
    for one, other in zip(token, word, strict=False):
        if one != other:
            break
        alike += 1
    return alike >= _STEM and max(len(token), len(word)) - alike <= _ENDING
