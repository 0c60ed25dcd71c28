"""On what it was measured."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any, Final

import psycopg

from synergy_chassis.clock import SystemClock

ROOT: Final = Path(__file__).parents[1]

SETTINGS: Final = (
    "shared_buffers", "synchronous_commit", "fsync", "full_page_writes", "wal_sync_method", "max_wal_size",
    "data_checksums",
)  # fmt: skip


def environment(admin_url: str) -> dict[str, Any]:
    """Machine, versions, settings, commit and date."""
    with psycopg.connect(admin_url) as admin:
        version = one(admin, "SHOW server_version")
        settings = {name: one(admin, f"SELECT current_setting('{name}')") for name in SETTINGS}
    return {
        "date": SystemClock().now().isoformat(timespec="seconds"),
        "commit": commit(),
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "psycopg": f"{psycopg.__version__} ({psycopg.pq.__impl__})",
        "postgresql": version,
        "settings": settings,
    }


def one(connection: psycopg.Connection[Any], query: str) -> str:
    """The only value of a query."""
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])


def commit() -> str:
    """The commit that is checked out, marked when files differ from it; empty outside a repository."""
    told = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return told.stdout.strip()


def cpu() -> str:
    """The processor's name."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
