"""Where the local stack keeps its things."""

import hashlib
import os
import pwd
import shutil
from pathlib import Path

from synergy_local.account import Account, private_folder
from synergy_local.trouble import Trouble

ROOT = Path(__file__).resolve().parents[3]
"""The clone this stack belongs to."""
ROOM = Path(os.environ.get("SYNERGY_ROOM") or ROOT / ".synergy").absolute()
"""State, logs, environments and, unless root started it, the servers' data."""
SYSTEM_HOME = Path("/var/lib/synergyos")
NEEDED_BYTES = 500_000_000
APT_WRITES = (Path("/usr"), Path("/var"))
"""Where packages go, and where apt keeps what it fetched."""


def room() -> Path:
    """The stack's folder in the clone. Raises Trouble when another user made it."""
    if ROOM.exists() and ROOM.stat().st_uid != os.geteuid():
        owner = pwd.getpwuid(ROOM.stat().st_uid).pw_name
        raise Trouble(f"{ROOM} belongs to {owner}. Start as {owner}, or let {owner} run `make clean`.")
    ROOM.parent.mkdir(parents=True, exist_ok=True)
    return private_folder(ROOM)


def data_home(account: Account | None) -> Path:
    """
    Where the servers keep their data: in the room, or, when they run as a user of their own, where that user can go,
    for a clone under a home closed to others is out of its reach. One folder a clone.
    """
    if account is None:
        return private_folder(room() / "data")
    SYSTEM_HOME.mkdir(mode=0o711, exist_ok=True)
    return private_folder(system_home(), account)


def system_home(room: Path = ROOM) -> Path:
    """The data folder of the clone with this room when root starts it."""
    return SYSTEM_HOME / f"{room.parent.name}-{hashlib.sha256(str(room).encode()).hexdigest()[:12]}"


def require_space(*folders: Path) -> None:
    """Raises Trouble when there is too little room on a disk we shall write to."""
    for folder in folders:
        free = shutil.disk_usage(folder).free
        if free < NEEDED_BYTES:
            raise Trouble(
                f"The disk is full: SynergyOS needs {NEEDED_BYTES // 1_000_000} MB in {folder}, "
                f"and {free // 1_000_000} MB are free."
            )
