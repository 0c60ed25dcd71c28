"""What a reader got, one line a page, and where it goes on after it was killed."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Page:
    """Events and the cursor after them, kept together; `at` is the machine's monotonic time."""

    at: float
    cursor: Any
    events: list[tuple[str, int]]


class Journal:
    """A file that one reader at a time appends to. What a killed reader wrote in part, is not there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pages(self) -> list[Page]:
        """What is there."""
        whole, _, _ = self._path.read_text().rpartition("\n") if self._path.exists() else ("", "", "")
        lines = (json.loads(line) for line in whole.splitlines())
        return [Page(at, cursor, [(stream, version) for stream, version in events]) for at, cursor, events in lines]

    def resume(self, start: Any) -> Any:
        """The cursor to go on from; cuts off what was written in part."""
        pages = self.pages()
        if self._path.exists():
            os.truncate(self._path, self._path.read_bytes().rfind(b"\n") + 1)
        return pages[-1].cursor if pages else start

    def write(self, cursor: Any, events: list[tuple[str, int]]) -> None:
        """One page, by one write."""
        with self._path.open("ab", buffering=0) as file:
            file.write(json.dumps([time.monotonic(), cursor, events]).encode() + b"\n")
