"""Data for trying out, by size; the services are small programs of the test."""

import json
import os

import pytest
from typer.testing import CliRunner

from synergy_operator import __main__ as command

PROGRAM = """
import json, os, sys
with open(os.environ["ASKED"], "a") as asked:
    asked.write(json.dumps(["{name}", *sys.argv[1:]]) + "\\n")
print(json.dumps({{"users": [1, 2], "password": "secret"}}))
"""


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """What the services were asked for."""
    for name in ("auth", "projects"):
        package = tmp_path / f"synergy_{name}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(PROGRAM.format(name=name))
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", "postgresql://somewhere")
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    noted = tmp_path / "asked"
    noted.touch()
    monkeypatch.setenv("ASKED", str(noted))
    return lambda: [json.loads(line) for line in noted.read_text().splitlines()]


@pytest.mark.parametrize(("size", "tasks"), [("seed", 10_000), ("large", 1_000_000)])
def test_each_size_is_a_hundred_people_with_a_thousand_projects(asked, size, tasks):
    done = CliRunner().invoke(command.app, ["demo", "--size", size])

    assert done.exit_code == 0, done.output
    people, projects = asked()
    assert people == ["auth", "demo-people", "--count", "100"]
    assert projects[:2] == ["projects", "fill"]
    given = dict(zip(projects[2::2], projects[3::2], strict=False))
    assert {"--owners": "1,2", "--projects": "1000", "--tasks": str(tasks)}.items() <= given.items()


def test_another_size_is_refused_and_nothing_is_made(asked):
    done = CliRunner().invoke(command.app, ["demo", "--size", "huge"])

    assert done.exit_code == 2
    assert all(size in done.output for size in ("huge", "seed", "large"))
    assert asked() == []
