"""`make compose-test` and the images it needs; Docker is a small program of the test."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCKER = """#!/bin/sh
echo "$*" >>"$DOCKER_LOG"
case $1 in info) exit 0 ;; esac
exit 1
"""


@pytest.fixture
def docker(tmp_path: Path) -> Path:
    """A Docker that answers, has no image, and reaches no registry; what it was asked is in the file."""
    program = tmp_path / "bin" / "docker"
    program.parent.mkdir()
    program.write_text(DOCKER)
    program.chmod(0o755)
    return tmp_path / "asked"


def test_no_stand_in_gets_an_official_name_in_a_docker_that_was_there(docker: Path):
    env = os.environ | {"PATH": f"{docker.parent / 'bin'}:{os.environ['PATH']}", "DOCKER_LOG": str(docker)}
    done = subprocess.run(
        ["sh", str(ROOT / "infra/compose/test.sh")], env=env, capture_output=True, text=True, check=False, timeout=60
    )

    asked = [line.split()[0] for line in docker.read_text().splitlines()]
    assert (done.returncode, asked) == (1, ["info", "image", "pull"])
    assert "cannot be pulled by the Docker that runs here" in done.stderr
