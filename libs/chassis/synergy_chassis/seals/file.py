"""The copy of the seals outside the database: a file that only grows, one line of JSON a seal."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from synergy_chassis.seals import database
from synergy_chassis.seals.seal import Seal

_LONGEST_LINE: Final = 4_096


class SealsDiffer(Exception):
    """The file and the database do not tell the same story; the file was left as it is."""


def place(path: Path | str, store: str) -> Path:
    """The file for a service's store: `path` itself, or `<store>.jsonl` in it where it is a folder."""
    path = Path(path)
    return path if path.suffix == ".jsonl" else path / f"{store}.jsonl"


class SealFile:
    """A file of seals. Nothing in it is ever changed, but for a last line that a crash left incomplete."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> Iterator[bytes]:
        """
        The lines as the file holds them now, without those added while they are read; none where there is no file.

        A line that is not complete is none: the next `catch_up` writes it anew.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return iter(())
        fcntl.flock(file, fcntl.LOCK_SH)
        size = os.fstat(file.fileno()).st_size
        fcntl.flock(file, fcntl.LOCK_UN)
        return self._up_to(file, size)

    @staticmethod
    def _up_to(file: IO[bytes], size: int) -> Iterator[bytes]:
        with file:
            while size > 0 and (line := file.readline(size)).endswith(b"\n"):
                size -= len(line)
                yield line

    def catch_up(self, connection: database.Connection) -> int:
        """
        Append the seals that the database has after the file's last, and see them on the disk; how many.

        Raises SealsDiffer when the file's last seal is not the database's of that number, ValueError when it cannot
        be read, OSError.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone() as file:
            last = self._last(file)
            held = database.numbered(connection, last.number) if last else None
            if last is not None and held != last:
                raise SealsDiffer(
                    f"{self.path} ends with seal {last.number}, which the database "
                    + ("does not have." if held is None else "holds otherwise.")
                )
            new = 0
            for seal in database.beyond(connection, last.number if last else 0):
                file.write(seal.line())
                new += 1
            if new:
                file.flush()
                os.fsync(file.fileno())
            return new

    def _last(self, file: IO[bytes]) -> Seal | None:
        """The last seal; an incomplete line after it is taken away."""
        end = file.seek(0, os.SEEK_END)
        start = file.seek(max(0, end - 2 * _LONGEST_LINE))
        tail = file.read()
        complete = tail.rfind(b"\n") + 1
        if start + complete < end:
            file.truncate(start + complete)
        file.seek(0, os.SEEK_END)
        lines = tail[:complete].splitlines()
        return Seal.from_line(lines[-1]) if lines else None

    @contextmanager
    def _alone(self) -> Iterator[IO[bytes]]:
        new = not self.path.exists()
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if new:
                _sync_folder(self.path.parent)
            yield file


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
