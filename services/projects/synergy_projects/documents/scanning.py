"""JSON element by element: of an object's lists, or of a list, one thing at a time is in memory."""

import json
from collections.abc import Iterable, Iterator
from json import JSONDecodeError
from typing import Any, Final, NamedTuple

from synergy_projects.documents.text import Unreadable, decoded

_SPACE: Final = " \t\r\n"
_CUT: Final = 64
"""Characters before the end of what was read so far, where what is wrong may be that it is cut off."""
_TRIMMED: Final = 1 << 18
LARGEST: Final = 8_000_000
"""Characters of a value: one is in memory whole, and nobody else is served while it is read."""


class Element(NamedTuple):
    """A value under a `key` of the object, or one of the list under it; `key` "" for those of a list."""

    key: str
    value: Any
    line: int


def elements(chunks: Iterable[bytes]) -> Iterator[Element]:
    """Every element of the document, in order. Raises Unreadable for what is no JSON object or list."""
    text = _Text(chunks)
    match text.peek():
        case "[":
            yield from _listed(text, "")
        case "{":
            yield from _members(text)
        case _:
            raise Unreadable(text.line, "This begins with neither { nor [.")
    if text.peek():
        raise Unreadable(text.line, "Something follows the end of the JSON.")


def _members(text: "_Text") -> Iterator[Element]:
    text.take("{")
    seen: set[str] = set()
    while text.peek() != "}":
        if seen:
            text.take(",")
        if text.peek() != '"':
            raise Unreadable(text.line, "A name in quotes is missing here.")
        line, key = text.line, text.value()
        if key in seen:
            raise Unreadable(line, f"“{key[:60]}” is given more than once.")
        seen.add(key)
        text.take(":")
        if text.peek() == "[":
            yield from _listed(text, key)
        else:
            line = text.line
            yield Element(key, text.value(), line)
    text.take("}")


def _listed(text: "_Text", key: str) -> Iterator[Element]:
    text.take("[")
    first = True
    while text.peek() != "]":
        if not first:
            text.take(",")
            text.peek()
        first, line = False, text.line
        yield Element(key, text.value(), line)
    text.take("]")


class _Text:
    """Where the reader stands."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._pieces = decoded(chunks)
        self._decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
        self._buffer = ""
        self._at = 0
        self._ended = False
        self.line = 1

    def peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            at, buffer = self._at, self._buffer
            while at < len(buffer) and buffer[at] in _SPACE:
                at += 1
            self._advance(at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> None:
        """Pass over this character. Raises Unreadable where another one is next."""
        if self.peek() != wanted:
            raise Unreadable(self.line, f"A {wanted} is missing here.")
        self._advance(self._at + 1)

    def value(self) -> Any:
        """The value that begins here."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, self._at)
            except JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or error.pos >= len(self._buffer) - _CUT
                if cut and self._longer():
                    continue
                line = self.line + self._buffer.count("\n", self._at, error.pos)
                raise Unreadable(line, f"This is not JSON: {error.msg}.") from None
            except RecursionError:
                raise Unreadable(self.line, "This is nested too deeply.") from None
            except ValueError as error:
                raise Unreadable(self.line, f"This cannot be read: {error}.") from None
            if end == len(self._buffer) and self._longer():
                continue  # a number may go on
            self._advance(end)
            return value

    def _advance(self, to: int) -> None:
        self.line += self._buffer.count("\n", self._at, to)
        self._at = to
        if to > _TRIMMED:
            self._buffer, self._at = self._buffer[to:], 0

    def _longer(self) -> bool:
        """Read on in the value that begins here."""
        if len(self._buffer) - self._at > LARGEST:
            raise Unreadable(self.line, f"What begins here is longer than {LARGEST:,} characters.")
        return self._more()

    def _more(self) -> bool:
        """Read about as much again as lies here, so that a long value costs no more than its length."""
        found, size = [self._buffer[self._at :]], 0
        most = min(len(found[0]), max(LARGEST - len(found[0]), 0))
        while not self._ended and size <= most:
            piece = next(self._pieces, None)
            self._ended = piece is None
            found.append(piece or "")
            size += len(piece or "")
        self._buffer, self._at = "".join(found), 0
        return size > 0


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object gives a name more than once")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
