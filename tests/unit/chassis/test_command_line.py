"""The command line that the services share: one sentence and an exit code, and nothing loaded that is not needed."""

import importlib
import json
import logging
import subprocess
import sys

import pytest

from synergy_chassis import command_line
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.command_line import Verb
from synergy_chassis.environment import MissingSetting
from synergy_chassis.store.errors import StoreUnavailable
from synergy_contracts.refusals import Refused

NOWHERE = "postgresql://projects@127.0.0.1:1/projects"
LOADED = """
import importlib, sys
from synergy_chassis import command_line
for service, verbs in {verbs!r}.items():
    program = importlib.import_module(f"synergy_{{service}}.__main__")
    for verb in verbs:
        try:
            program.main([verb])
        except SystemExit as ended:
            print("ended", ended.code, file=sys.stderr)
print(*sorted({{"eventlet", "nameko", "kombu", "sqlalchemy", "psycopg"}} & set(sys.modules)))
"""


def failing(error: Exception) -> dict[str, Verb]:
    def run(_):
        raise error

    return {"do": Verb(help="fails", run=run)}


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (MissingSetting("Set NAME in the environment."), 2, "things: Set NAME in the environment.\n"),
        (StoreUnavailable("refused"), 1, "things: the database cannot be reached. refused\n"),
        (RpcUnavailable("no broker"), 1, "things: another service does not answer. no broker\n"),
        (RpcTimeout("auth.head"), 1, "things: another service does not answer. auth.head\n"),
        (Refused("unavailable", "service-unavailable", "Try again."), 1, "things: Try again.\n"),
        (ValueError("This is no address."), 1, "things: This is no address.\n"),
        (ChildProcessError("A process was killed: try again."), 1, "things: A process was killed: try again.\n"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_goes_wrong_is_one_sentence_and_a_code(capsys, error, code, says):
    assert code == command_line.main("things", "About.", failing(error), ["do"])
    assert ("", says) == tuple(capsys.readouterr())


def test_a_bug_is_not_dressed_up():
    with pytest.raises(KeyError):
        command_line.main("things", "About.", failing(KeyError("x")), ["do"])


def test_a_verb_answers_its_own_code(capsys):
    verbs = {"do": Verb(help="does", run=lambda asked: int(asked.code), options={"--code": {"default": "0"}})}

    assert command_line.main("things", "About.", verbs, ["do", "--code", "8"]) == 8
    with pytest.raises(SystemExit, match="2"):
        command_line.main("things", "About.", verbs, ["undo"])
    assert "python -m synergy_things" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lasting", "level", "logged"),
    [
        pytest.param(True, None, ["info", "warning"], id="a_program_that_lasts_tells_what_it_does"),
        pytest.param(False, None, ["warning"], id="one_that_runs_to_an_end_only_what_goes_wrong"),
        pytest.param(False, "info", ["info", "warning"], id="unless_told_otherwise"),
        pytest.param(True, "error", [], id="both_ways"),
    ],
)
def test_what_has_no_other_voice_logs_more(capsys, monkeypatch, lasting, level, logged):
    if level is None:
        monkeypatch.delenv("LOG_LEVEL", raising=False)
    else:
        monkeypatch.setenv("LOG_LEVEL", level)

    def run(_):
        logging.getLogger("things").info("begun")
        logging.getLogger("things").warning("odd")
        return 0

    command_line.main("things", "About.", {"do": Verb(help="does", run=run, lasting=lasting)}, ["do"])

    assert logged == [json.loads(line)["level"] for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    ("service", "lasting"),
    [
        ("auth", {"serve", "relay"}),
        ("projects", {"serve", "relay"}),
        ("webhooks", {"serve", "relay", "send"}),
    ],
)
def test_only_services_relays_and_senders_last(service, lasting):
    verbs = importlib.import_module(f"synergy_{service}.__main__").VERBS

    assert lasting == {name for name, verb in verbs.items() if verb.lasting}


def test_a_migration_that_waits_says_for_what():
    program = subprocess.Popen(
        [sys.executable, "-m", "synergy_projects", "migrate"],
        env={"PROJECTS_MIGRATION_URL": NOWHERE, "PROJECTS_DATABASE_URL": NOWHERE}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        told = json.loads(program.stderr.readline())
    finally:
        program.kill()
        program.communicate()

    assert told["event"] == "waiting for the database"
    assert "127.0.0.1" in told["detail"]


def loaded(verbs: dict[str, list[str]]) -> tuple[list[str], str]:
    """Which heavy libraries programs have loaded when their verbs stop for want of settings, and what they said."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED.format(verbs=verbs)],
        env={"LOG_LEVEL": "critical"}, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), done.stderr


def test_neither_relay_nor_sender_nor_the_store_s_verbs_load_eventlet_or_nameko():
    verbs = {
        "auth": ["relay", "migrate", "verify"],
        "projects": ["relay", "migrate", "verify"],
        "webhooks": ["relay", "migrate", "verify", "send"],
    }
    names, said = loaded(verbs)

    for service, tried in verbs.items():
        assert said.count(f"Set {service.upper()}_") == len(tried)
    assert {"sqlalchemy"} <= set(names)
    assert not {"eventlet", "nameko", "kombu"} & set(names)


@pytest.mark.parametrize(
    ("service", "then", "code"),
    [
        pytest.param("auth", "sys.exit('patched')", "patched", id="auth"),
        pytest.param("webhooks", "sys.exit('patched')", "patched", id="webhooks"),
        pytest.param("projects", "pass", 2, id="projects_which_goes_on_until_it_lacks_its_settings"),
    ],
)
def test_serve_is_patched_before_psycopg_and_the_rest_are_imported(service, then, code):
    program = (
        "import importlib, sys\n"
        "from synergy_chassis.bus import patching\n"
        "patch, seen = patching.patch, []\n"
        "def watched():\n    seen.extend({'psycopg', 'sqlalchemy', 'kombu', 'nameko'} & set(sys.modules)); patch()\n"
        f"    {then}\n"
        "patching.patch = watched\n"
        "try:\n"
        f"    code = importlib.import_module('synergy_{service}.__main__').main(['serve'])\n"
        "except SystemExit as ended:\n    code = ended.code\n"
        "import eventlet\n"
        "print(code, seen, eventlet.patcher.is_monkey_patched('socket'))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], env={}, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stdout.strip() == f"{code} [] True", done.stderr
