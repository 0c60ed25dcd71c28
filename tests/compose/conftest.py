"""infra/compose.yaml, built and started once with replicas. `make compose-test` runs these, `make test` does not."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from compose.stack import SCALE, Stack, run

collect_ignore_glob = [] if os.environ.get("COMPOSE_TEST") else ["test_*.py"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Everything up and healthy; afterwards everything gone, volumes and networks too."""
    room: Path = tmp_path_factory.mktemp("compose")
    running = Stack(room / "room")
    try:
        running.prepare()
        running.compose("build")
        with running.watched():
            running.up(**SCALE)
            run(sys.executable, "-m", "synergy_local", "demo", running.url)  # `make demo`: projects 1-10
            yield running
    finally:
        running.compose("down", "--volumes", "--remove-orphans", "--timeout", "30")
