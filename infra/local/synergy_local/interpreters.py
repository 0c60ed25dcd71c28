"""Which Python of this machine .venv is made of: one that was compiled without a profile takes a fifth more time."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

DISTRIBUTIONS = Path("/usr/bin")
"""Where the Python of a distribution is, which is always compiled by a profile."""
SECONDS = 20
_ASK = "import ssl, sys, venv; print(*sys.version_info[:2])"


def quickest(folder: Path = DISTRIBUTIONS) -> str:
    """The running Python; or, where that was compiled without a profile, the distribution's if it is as new."""
    version = [str(part) for part in sys.version_info[:2]]
    other = str(folder / f"python{'.'.join(version)}")
    if profiled() or os.path.realpath(other) == os.path.realpath(sys.executable):
        return sys.executable
    try:
        told = subprocess.run([other, "-I", "-c", _ASK], capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return sys.executable
    return other if told.stdout.split() == version else sys.executable


def profiled() -> bool:
    """Whether the running Python was compiled by a profile, as far as its own settings tell."""
    return "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
