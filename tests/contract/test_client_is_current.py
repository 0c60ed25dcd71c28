"""The generated part of the Python client says what the gateway answers by."""

import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "clients" / "python"


def test_the_generated_modules_are_those_of_today() -> None:
    """`make client` writes them anew."""
    command = [sys.executable, "-m", "generator", "--check"]
    done = subprocess.run(
        command, cwd=CLIENT, env={"PYTHONPATH": str(CLIENT)}, capture_output=True, text=True, check=False
    )

    assert (0, "not current: none\n") == (done.returncode, done.stdout), f"run `make client`\n{done.stderr[-2000:]}"
