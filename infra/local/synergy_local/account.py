"""The user the private servers run as when the stack is started by root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from synergy_local.apt import alone
from synergy_local.trouble import Trouble

NAME = "synergyos"


@dataclass(frozen=True, slots=True)
class Account:
    """A system user without a login."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """
    The unprivileged user for the servers, or None when we are unprivileged ourselves and they run as us.

    Creates the system user `synergyos` when root starts the stack for the first time.
    Raises Trouble when the system refuses to create it.
    """
    if os.geteuid() != 0:
        return None
    with alone():
        entry = find() or create()
    return Account(entry.pw_uid, entry.pw_gid)


def find() -> pwd.struct_passwd | None:
    """The system user, when there is one."""
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def create() -> pwd.struct_passwd:
    """
    Create the system user. Raises Trouble.

    One at a time: of two that run at once, useradd lets the second replace the first one's user by another id.
    """
    nologin = shutil.which("nologin") or "/bin/false"
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    elif shutil.which("adduser"):  # Alpine
        command = ["adduser", "-S", "-D", "-H", "-h", "/nonexistent"]
    else:
        raise Trouble(f"Create a system user named {NAME} for the private servers: root may not run them.")
    done = subprocess.run([*command, "-s", nologin, NAME], capture_output=True, text=True, check=False)
    made = find()
    if made is None:
        raise Trouble(f"The system user {NAME} for the private servers could not be created: {done.stderr.strip()}")
    return made


def hand_over(path: Path, account: Account | None) -> None:
    """Give `path` to the servers' user, when there is one."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def private_folder(path: Path, account: Account | None = None) -> Path:
    """A folder that only its owner may enter; the servers' user owns it when there is one."""
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    hand_over(path, account)
    return path


def private_file(path: Path, content: str, account: Account | None = None) -> Path:
    """Write a file that only its owner may read; the servers' user owns it when there is one. Replaces atomically."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(content)
    hand_over(fresh, account)
    fresh.replace(path)
    return path
