"""The original's Locust script, unmodified, through nginx, one of everything as `make up` has it: no request fails."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest
from compose.stack import ROOT, SCALE, Stack
from system.steps import anyone, until


@pytest.fixture(scope="module", autouse=True)
def one_of_each(stack: Stack) -> Iterator[None]:
    """No replicas: the processors of a small machine are for the load. They are back for the tests that come after."""
    stack.up(**dict.fromkeys(SCALE, 1))
    until(lambda: forgotten(stack), seconds=30, what="nginx asking the gateway that is left, and no other")
    yield
    stack.up(**SCALE)


def forgotten(stack: Stack) -> bool:
    """Whether ten in a row are answered at once: an address that is gone takes a second to be given up."""
    return all(anyone(stack.url).get("/livez", timeout=10).elapsed < timedelta(seconds=0.5) for _ in range(10))


@pytest.mark.parametrize(("users", "seconds", "ramp"), [(50, 30, 10), (1000, 60, 10)])
def test_no_request_fails(stack: Stack, users: int, seconds: int, ramp: int):
    command = ["sh", str(ROOT / "infra" / "load.sh"), stack.url, str(users), str(seconds), str(ramp)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout + done.stderr)
