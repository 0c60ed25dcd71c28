"""The logs of every part as they grow, across rotation."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


class Log:
    """One log, followed by name: when the file was rotated away, its rest is read before the new one's beginning."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._begun = b""

    def last(self, count: int) -> list[str]:
        """Its last `count` lines; `more` goes on after them."""
        return list(self.more())[-count:]

    def more(self) -> Iterator[str]:
        """The whole lines that were added since."""
        yield from self._rest()
        if self._rotated():
            self.close()
            try:
                self._file = self.path.open("rb")
            except FileNotFoundError:
                return  # being rotated: the next look finds the new one
            yield from self._rest()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _rest(self) -> Iterator[str]:
        if self._file is None:
            return
        if self._file.tell() > os.fstat(self._file.fileno()).st_size:
            self._file.seek(0)
        *whole, self._begun = (self._begun + self._file.read()).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace")

    def _rotated(self) -> bool:
        if self._file is None:
            return True
        try:
            now, ours = self.path.stat(), os.fstat(self._file.fileno())
        except FileNotFoundError:
            return True
        return (now.st_dev, now.st_ino) != (ours.st_dev, ours.st_ino)


class Logs:
    """All logs of a folder; those that appear later are followed from their beginning."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._followed: dict[Path, Log] = {}

    def last(self, count: int) -> Iterator[tuple[str, str]]:
        """The last `count` lines of each, with its name."""
        for log in self._all():
            yield from ((log.path.stem, line) for line in log.last(count))

    def more(self) -> Iterator[tuple[str, str]]:
        """The lines added since, with the log's name."""
        for log in self._all():
            yield from ((log.path.stem, line) for line in log.more())

    def _all(self) -> list[Log]:
        for path in sorted(self.folder.glob("*.log")):
            self._followed.setdefault(path, Log(path))
        return list(self._followed.values())
