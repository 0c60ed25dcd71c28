"""A full disk is told as such wherever it shows, and nothing is left half made."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from synergy_local import apt, places, prerequisites
from synergy_local.credentials import Credentials
from synergy_local.ports import free_ports
from synergy_local.servers import together
from synergy_local.servers.errand import run_errand
from synergy_local.servers.together import Servers
from synergy_local.trouble import DISK_FULL, Trouble, failed, told_plainly

RUN = """
import sys
from pathlib import Path
from rich.console import Console
from synergy_local import places, serving
from synergy_local.trouble import Trouble
places.NEEDED_BYTES, places.SYSTEM_HOME = int(sys.argv[1]), Path(sys.argv[2])
try:
    serving.run(Console(), host="127.0.0.1", port=int(sys.argv[3]))
except Trouble as trouble:
    sys.exit(str(trouble))
"""


@pytest.fixture
def full(monkeypatch) -> None:
    """Every disk has 1 MB left."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 10**6, 10**6))


@pytest.mark.usefixtures("full")
def test_too_little_room_is_told_before_anything_starts(tmp_path):
    with pytest.raises(Trouble, match=r"^The disk is full: SynergyOS needs 500 MB in .*, and 1 MB are free"):
        places.require_space(tmp_path)


@pytest.mark.usefixtures("full")
def test_too_little_room_for_packages_is_told_before_apt_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(prerequisites, "missing", lambda: ["Redis"])
    monkeypatch.setattr(apt, "available", lambda: True)
    monkeypatch.setattr(apt, "as_root", list)
    monkeypatch.setattr(apt, "install", lambda *_, **__: pytest.fail("apt ran"))

    with pytest.raises(Trouble, match=r"^The disk is full: SynergyOS needs 500 MB in /usr, and 1 MB are free"):
        prerequisites.require_programs(log=tmp_path / "log", progress=lambda *_: None)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("E: You don't have enough free space in /var/cache/apt/archives/.", id="apt"),
        pytest.param("initdb: error: could not write: No space left on device\nremoving contents", id="initdb"),
        pytest.param("OSError: [Errno 122] Disk quota exceeded: 'x'", id="quota"),
    ],
)
def test_a_program_that_finds_no_room_is_understood(words):
    assert f"{DISK_FULL} Making it failed: {words.splitlines()[0]}" == str(failed("Making it failed", words))


def test_an_errand_that_finds_no_room_is_understood():
    with pytest.raises(Trouble, match=r"^The disk is full\. Make room and .* Copying failed"):
        run_errand(["cp", __file__, "/dev/full"], what="Copying")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(OSError(errno.ENOSPC, "No space"), DISK_FULL, id="full"),
        pytest.param(OSError(errno.EDQUOT, "Quota"), DISK_FULL, id="quota"),
        pytest.param(
            PermissionError(errno.EACCES, "Permission denied", "/x"),
            "/x cannot be written or used: Permission denied.",
            id="no_right",
        ),
        pytest.param(
            OSError(errno.EROFS, "Read-only", "/x"), "/x cannot be written or used: Read-only.", id="read_only"
        ),
    ],
)
def test_what_the_system_refuses_is_told_plainly(error, sentence):
    with pytest.raises(Trouble) as told, told_plainly():
        raise error

    assert sentence == str(told.value)


def test_an_error_of_our_own_stays_one():
    with pytest.raises(OSError, match="Bad file descriptor"), told_plainly():
        os.fstat(9999)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(psycopg.errors.DiskFull("could not extend file"), DISK_FULL, id="full"),
        pytest.param(
            psycopg.OperationalError("server closed the connection\n"),
            "PostgreSQL did not make the database of auth: server closed the connection",
            id="gone",
        ),
    ],
)
def test_a_database_that_cannot_be_made_is_told(tmp_path, monkeypatch, error, sentence):
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(together, "create", refuse)

    with pytest.raises(Trouble) as told:
        Servers(tmp_path, Credentials(), account=None).make_databases()

    assert sentence == str(told.value)


def test_a_server_that_is_gone_when_databases_are_made_is_told(tmp_path):
    with pytest.raises(Trouble, match=r"^PostgreSQL did not make the database of auth: .*[Cc]onnection refused"):
        Servers(tmp_path, Credentials(), account=None).make_databases()


@contextmanager
def small_disk(*, megabytes: int) -> Iterator[Path]:
    """A file system of its own that is soon full, where the servers' user can go."""
    folder = Path(tempfile.mkdtemp(prefix="synergy-small-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", folder]
    made = subprocess.run(command, capture_output=True, check=False)
    if made.returncode != 0:
        folder.rmdir()
        pytest.skip("file systems may not be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
@pytest.mark.parametrize(
    ("megabytes", "needed", "sentence"),
    [
        pytest.param(8, 500_000_000, "The disk is full: SynergyOS needs 500 MB in", id="seen_before"),
        pytest.param(8, 0, f"{DISK_FULL} Making PostgreSQL's data folder failed", id="while_data_is_made"),
        pytest.param(0, 0, DISK_FULL, id="not_a_byte_left"),
    ],
)
def test_a_start_on_a_full_disk_leaves_nothing(megabytes, needed, sentence):
    (port,) = free_ports(1)
    with small_disk(megabytes=megabytes or 1) as disk:
        room = disk / "clone" / ".synergy"
        if not megabytes:
            room.mkdir(parents=True, mode=0o700)
            fill(disk / "ballast")
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(needed), str(disk / "system"), str(port)],
            env=os.environ | {"SYNERGY_ROOM": str(room)}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

        assert sentence in " ".join(done.stderr.split())
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert not [process for process in processes() if str(disk) in process]


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    assert 0 == shutil.disk_usage(ballast.parent).free


def processes() -> list[str]:
    """The command line and the environment of every process."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        found.append(told.decode("utf-8", "replace"))
    return found
