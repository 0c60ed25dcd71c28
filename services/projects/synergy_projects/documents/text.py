"""Bytes that come in pieces, as text and as lines."""

import codecs
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST_TOLD: Final = 200
LONGEST_LINE: Final = 8_000_000
"""Characters: a line is in memory whole."""


class Unreadable(Exception):
    """The file cannot be read on from this line."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail[:LONGEST_TOLD])
        self.line = line
        self.detail = detail[:LONGEST_TOLD]


def decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    """The pieces as text, without a byte order mark. Raises Unreadable where they are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line = 1
    for chunk in chunks:
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise Unreadable(line + chunk.count(b"\n", 0, error.start), "This is not UTF-8.") from None
        line += text.count("\n")
        yield text
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Unreadable(line, "This is not UTF-8.") from None


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines, each with its end. Raises Unreadable for one that is too long."""
    rest, count = "", 1
    for text in decoded(chunks):
        *whole, rest = (rest + text).split("\n")
        yield from (line + "\n" for line in whole)
        count += len(whole)
        if len(rest) > LONGEST_LINE:
            raise Unreadable(count, f"This line is longer than {LONGEST_LINE:,} characters.")
    if rest:
        yield rest
