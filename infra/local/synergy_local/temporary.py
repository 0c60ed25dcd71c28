"""Servers that live as long as a block: the tests' own, beside whatever else runs on the machine."""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synergy_local import leash
from synergy_local.account import private_folder, server_account
from synergy_local.processes import Child, sweep
from synergy_local.servers import Server

PREFIX = "synergy-test-"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there is private
PLENTY = 8 << 30


@contextmanager
def temporary_room(*, in_memory: bool = False) -> Iterator[Path]:
    """
    A folder among the temporary files, gone with the block. Clears away those of killed processes first.

    `in_memory` is for data that need not outlive the machine, where the machine has plenty of memory for it.
    """
    disk = Path(tempfile.gettempdir())
    for base in (disk, SHARED_MEMORY):
        for old in base.glob(f"{PREFIX}*"):
            clear_away(old)
    room = private_folder((SHARED_MEMORY if in_memory and plenty_of_memory() else disk) / _name_of_mine())
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def plenty_of_memory() -> bool:
    """Whether there is a file system in memory with room for many databases, and memory for it. TMPDIR overrules it."""
    try:
        free = min(shutil.disk_usage(SHARED_MEMORY).free, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (OSError, ValueError):
        return False
    return free >= PLENTY and "TMPDIR" not in os.environ and os.access(SHARED_MEMORY, os.W_OK)


def clear_away(room: Path) -> None:
    """
    Remove a temporary room of ours whose process is gone, and end what still runs in it. Of several who try at once
    one does it: the room is under that one's name meanwhile.
    """
    pid, started, _ = [*room.name.removeprefix(PREFIX).split("-"), "", ""][:3]
    try:
        if not pid.isdigit() or leash.start_time(int(pid)) == started or room.stat().st_uid != os.geteuid():
            return
        mine = room.rename(room.with_name(_name_of_mine()))
    except FileNotFoundError:
        return
    sweep(mine)
    shutil.rmtree(mine, ignore_errors=True)


def _name_of_mine() -> str:
    return f"{PREFIX}{os.getpid()}-{leash.start_time(os.getpid())}-{secrets.token_hex(3)}"


class Temporary:
    """Children of this process in a temporary room; stopped together, the last started first."""

    def __init__(self, room: Path) -> None:
        self.room = room
        self.account = server_account()
        self.children: dict[str, Child] = {}

    def home(self) -> Path:
        """Where servers keep their data: in the room, where also their user can go."""
        self.room.chmod(0o711)
        return private_folder(self.room / "servers", self.account)

    def start(self, server: Server) -> list[Child]:
        """Prepare and start a server's programs and wait until it answers. Raises Trouble."""
        server.prepare()
        started = []
        for program in server.programs():
            self.children[program.name] = Child(program, self.room)
            started.append(self.children[program.name])
        server.wait_ready(*started)
        return started

    def stop(self) -> None:
        """Stop all; a Ctrl-C meanwhile does not leave any behind."""
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            children = list(reversed(self.children.values()))
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.stop()
            self.children.clear()
        finally:
            signal.signal(signal.SIGINT, before)
