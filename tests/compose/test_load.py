"""The original's Locust script, unmodified, through nginx: no request fails."""

import subprocess

import pytest
from compose.stack import ROOT, Stack


@pytest.mark.parametrize(("users", "seconds", "ramp"), [(50, 30, 10), (1000, 60, 10)])
def test_no_request_fails(stack: Stack, users: int, seconds: int, ramp: int):
    command = ["sh", str(ROOT / "infra" / "load.sh"), stack.url, str(users), str(seconds), str(ramp)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout + done.stderr)
