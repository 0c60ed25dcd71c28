"""What `synergy` hands on, and what it makes of several exit codes; the services are small programs of the tests."""

import os
import signal
import sys

import pytest
from typer.testing import CliRunner

from synergy_operator import __main__ as command
from synergy_operator.dispatch import hand_to_each

PROGRAM = """
import os, signal, sys
print("{name}", *sys.argv[1:], flush=True)
code = int(os.environ["{name}_CODE"])
os.kill(os.getpid(), -code) if code < 0 else sys.exit(code)
"""


@pytest.fixture
def services(tmp_path, monkeypatch):
    for name in ("auth", "projects", "webhooks"):
        package = tmp_path / f"synergy_{name}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(PROGRAM.format(name=name))
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", "postgresql://somewhere")
        monkeypatch.setenv(f"{name}_CODE", "0")
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    return lambda **codes: [monkeypatch.setenv(f"{name}_CODE", str(code)) for name, code in codes.items()]


@pytest.mark.parametrize(
    ("codes", "together"),
    [
        ({}, 0),
        ({"auth": 8, "projects": 16, "webhooks": 64}, 88),
        ({"auth": 8, "projects": 8}, 8),
        ({"auth": 1, "webhooks": 32}, 33),
        ({"projects": -signal.SIGKILL}, 1),
        ({"auth": 130, "projects": 8}, 130),
    ],
    ids=["all_well", "three_damages", "the_same_damage", "one_that_could_not_run", "one_killed", "interrupted"],
)
def test_several_exit_codes_are_one_set_of_bits(services, codes, together):
    services(**codes)

    assert together == hand_to_each(("auth", "projects", "webhooks"), "verify")


@pytest.mark.parametrize(
    ("asked", "handed"),
    [
        (["rebuild", "--check", "--json"], [f"{name} rebuild --check --json" for name in command.SERVICES]),
        (["rebuild", "projects"], ["projects rebuild"]),
        (["verify", "auth", "--stream", "user-1", "--json"], ["auth verify --stream user-1 --json"]),
        (["reconcile"], [f"{name} reconcile" for name in command.SERVICES]),
        (["reconcile", "webhooks", "--wait", "2.5", "--json"], ["webhooks reconcile --wait 2.5 --json"]),
        (["follow-anew", "webhooks"], ["webhooks follow-anew"]),
        (["follow-anew", "auth"], ["auth follow-anew"]),
        (["parked", "list", "--json"], [f"{name} parked --json" for name in command.SERVICES]),
        (["parked", "list"], [f"{name} parked" for name in command.SERVICES]),
        (["parked", "replay"], [f"{name} replay" for name in command.SERVICES]),
        (["second-factor", "remove", "ann"], ["auth remove-second-factor ann"]),
        (
            ["parked", "replay", "webhooks", "--stream", "project-3", "--json"],
            ["webhooks replay --stream project-3 --json"],
        ),
    ],
    ids=" ".join,
)
def test_options_are_handed_on(services, capfd, asked, handed):
    sys.stdout.flush()

    assert CliRunner().invoke(command.app, asked).exit_code == 0
    assert handed == capfd.readouterr().out.splitlines()


def test_what_is_no_service_cannot_follow_anew(services):
    assert CliRunner().invoke(command.app, ["follow-anew", "gateway"]).exit_code == 2
