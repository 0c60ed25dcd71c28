"""Clients do not outlive the benchmark, whatever ends it."""

import subprocess
import sys
import time
from pathlib import Path

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
print(child.pid, child.stdout.readline(), flush=True)
sys.stdin.read()
"""
CHILD = """
import os, time
from bench.http.driving.leaving import leave_with
leave_with(os.getppid())
print("there", flush=True)
time.sleep(600)
"""


def test_a_client_ends_when_the_benchmark_is_killed():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child, said = parent.stdout.readline().split()
    assert said == "there"

    parent.kill()
    parent.communicate()
    end = time.monotonic() + 60
    while runs(child) and time.monotonic() < end:
        time.sleep(0.05)
    assert not runs(child)


def runs(pid: str) -> bool:
    """Whether the process is there, and not only waits for somebody to hear that it has ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"
