"""`synergy erase` and `synergy restored`: who is asked in which order; the services are small programs of the test."""

import os
import sys

import pytest
from typer.testing import CliRunner

from synergy_operator import __main__ as command

PROGRAM = """
import os, sys
print("{name}", *sys.argv[1:], "owner" if os.environ.get("{NAME}_MIGRATION_URL") else "", flush=True)
if "nobody" in sys.argv:
    sys.exit("auth: There is no user with this name.")
print('{{"user_id": 12}}')
sys.exit(int(os.environ.get("{name}_CODE", "0")))
"""


@pytest.fixture
def services(tmp_path, monkeypatch):
    for name in ("auth", "projects", "webhooks"):
        package = tmp_path / f"synergy_{name}"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(PROGRAM.format(name=name, NAME=name.upper()))
        monkeypatch.setenv(f"{name.upper()}_DATABASE_URL", "postgresql://somewhere")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    return monkeypatch


def said(capfd) -> list[str]:
    return [line.strip() for line in capfd.readouterr().out.splitlines() if not line.startswith("{")]


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--dry-run", "--json"]], ids=" ".join)
def test_auth_tells_the_id_and_everybody_forgets_it_auth_first(services, capfd, options):
    sys.stdout.flush()

    assert CliRunner().invoke(command.app, ["erase", "ann", *options]).exit_code == 0
    asked = [("auth", "id:12"), ("projects", "12"), ("webhooks", "12")]
    assert [" ".join([name, "erase", user_id, *options]) for name, user_id in asked] == said(capfd)


def test_where_auth_knows_nobody_of_that_name_nobody_else_is_asked(services, capfd):
    done = CliRunner().invoke(command.app, ["erase", "nobody"])

    assert (1, "auth: There is no user with this name.") == (done.exit_code, done.stderr.strip())
    assert [] == said(capfd)


def test_damage_in_any_log_is_told_by_the_exit_code(services, capfd):
    services.setenv("webhooks_CODE", "8")

    assert CliRunner().invoke(command.app, ["erase", "ann"]).exit_code == 8


def test_restored_is_for_the_services_named_as_the_owner_of_their_databases(services, capfd):
    services.setenv("PROJECTS_MIGRATION_URL", "postgresql://owner")

    assert CliRunner().invoke(command.app, ["restored"]).exit_code == 2, "not for all by mistake"
    assert CliRunner().invoke(command.app, ["restored", "projects", "--json"]).exit_code == 0
    assert ["projects restored --json owner"] == said(capfd)
