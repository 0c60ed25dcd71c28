"""What an operator sees of parked work, beside parked events, and does about it, from the command line."""

import json
import os
import subprocess
from typing import Any

import forking

from synergy_chassis.bus.working.client import WorkClient

from .conftest import Programs, until
from .test_relay import Store, store  # noqa: F401 (a fixture)
from .work import SOON, attempts

PROGRAM = """
import sys
from synergy_chassis import command_line
work = command_line.work("projects", "mail")
verbs = {"parked": command_line.parked("projects", source="auth", work=work), "replay": command_line.replay(work=work)}
sys.exit(command_line.main("projects", "A service with work.", verbs))
"""


def test_parked_work_is_listed_and_replayed(
    programs: Programs,
    vhost: Any,
    sender: WorkClient,
    store: Store,  # noqa: F811
) -> None:
    url = vhost.amqp_url("projects")
    service = programs.worker(url, delays=SOON)
    job = str(sender.send("mail", {"name": "mended", "fail": 3}))
    found = until(lambda: operator(url, store, "parked", "--json"))

    (told,) = json.loads(found)
    assert (told["work"], told["id"], told["attempts"]) == ("mail", job, 3)
    assert told["error"] == "RuntimeError: the mail server is away"
    assert f"mail  {job}  3 attempts  since " in operator(url, store, "parked")
    assert service.terminate() == 0
    assert operator(url, store, "replay", "--stream", "user-1", "--json") == '{"replayed":0,"parked":0}\n'
    assert operator(url, store, "replay", "--json") == '{"replayed":1,"parked":0}\n'
    assert operator(url, store, "parked") == "Nothing is parked.\n"
    again = programs.worker(url, delays=SOON)
    until(lambda: attempts(again, "mended") == [1, 2, 3])


def test_the_operator_hears_that_the_broker_is_away(store: Store) -> None:  # noqa: F811
    done = run("amqp://projects:x@127.0.0.1:1/synergy", store, "parked")

    assert done.returncode == 1
    assert done.stderr.startswith("projects: another service does not answer. the broker")


def operator(url: str, database: Store, *command: str) -> str:
    """What the command says; nothing while it would say that nothing is parked, as JSON."""
    done = run(url, database, *command)
    assert done.returncode == 0, done.stderr
    return "" if done.stdout == "[]\n" else done.stdout


def run(url: str, database: Store, *command: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PROJECTS_AMQP_URL": url, "PROJECTS_DATABASE_URL": database.url}
    return forking.run(["-c", PROGRAM, *command], env=env, timeout=30)
