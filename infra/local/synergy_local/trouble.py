"""What goes wrong in a way the person at the terminal can do something about."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

DISK_FULL: Final = "The disk is full. Make room and start again; nothing is left running."
NO_ROOM: Final = ("No space left on device", "enough free space", "Disk quota exceeded")
"""How the system, apt and programs of all kinds say that a disk is full."""


class Trouble(Exception):
    """One or two clear sentences: what is wrong, and what to do. Printed as it stands; the exit code is 1."""


def failed(what: str, words: str) -> Trouble:
    """The trouble of a program that failed: `what` and its last `words`, unless they say that the disk is full."""
    for line in words.splitlines():
        if any(sign in line for sign in NO_ROOM):
            return Trouble(f"{DISK_FULL} {what}: {line.strip()}")
    return Trouble(f"{what}:\n{words}")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Within the block a full disk and a file that cannot be written are Trouble."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Trouble(DISK_FULL) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Trouble(f"{error.filename or 'A file'} cannot be written or used: {error.strerror}.") from error
        raise
