"""
Starts everything on servers of its own and lets schemathesis ask it whatever its document allows, and what it does not:
`make schemathesis`, narrowed by `ST="--include-tag tasks"`. Exits as schemathesis does: 1 where it found something.

It asks with a personal access token that may read and write, so that it cannot end its own session or erase itself:
what is about getting into an account is refused to it (403), and asked for in a superuser's session as well.
"""

import os
import subprocess
import sys
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families
from system.conftest import first_of_free
from system.steps import a_project, a_task, somebody
from system.superusers import a_superuser

from synergy_gateway.routes import OPERATIONS
from synergy_local.credentials import Credentials
from synergy_local.servers.together import Servers
from synergy_local.temporary import Temporary, temporary_room
from synergy_local.testing import RunningStack, running_stack

HERE = Path(__file__).parent
PROGRAM = Path(os.environ.get("SCHEMATHESIS_VENV", ".venv-schemathesis")) / "bin" / "schemathesis"
EXAMPLES = os.environ.get("EXAMPLES", "30")
"""How many requests are made up for each operation in each phase."""
ABOUT_ACCOUNTS = ("accounts", "sessions", "credentials", "people", "administration")
ENDING = ("logout", "end_session", "erase_account", "change_password", "update_user", "revoke_token")
GRAVE = ('"level":"error"', '"level":"critical"')


def main(arguments: list[str]) -> int:
    """Run it once; tell what the services logged as errors, and which operations were never answered with 2xx."""
    with temporary_room() as folder:
        room = Temporary(folder)
        servers = Servers(room.home(), Credentials(), account=room.account)
        try:
            for server in servers.all:
                room.start(server)
            with running_stack(room, servers, METRICS_PORT=str(first_of_free(8))) as stack:
                runs = (with_a_token, with_a_superuser_s_session)
                env = os.environ | {"SCHEMATHESIS_HOOKS": str(HERE / "hooks.py")}
                code = max([subprocess.run(run(stack, arguments), check=False, env=env).returncode for run in runs])
                errors = [f"{name}: {shortened(line)}" for name in stack.children for line in grave(stack.log(name))]
                sys.stdout.write("\n".join([*errors, f"Never 2xx: {', '.join(never_good(stack)) or 'none'}"]) + "\n")
                return code or bool(errors)
        finally:
            room.stop()


def with_a_token(stack: RunningStack, arguments: list[str]) -> list[str]:
    """Everything, in the name of somebody who has a project with a task."""
    ann = somebody(stack.url, "ann")
    a_task(ann, a_project(ann)["id"])
    made = ann.post("/api/auth/tokens/", json={"name": "schemathesis", "scopes": ["read", "write"]}).json()
    return [*command(stack, f"Bearer {made['token']}"), *arguments]


def with_a_superuser_s_session(stack: RunningStack, arguments: list[str]) -> list[str]:
    """What is about accounts, but for what would end the session."""
    tags = {operation.name: operation.function.__module__.rpartition(".")[2] for operation in OPERATIONS}
    signed_in = [operation.name for operation in OPERATIONS if operation.signed_in]
    meant = [name for name in signed_in if tags[name] in ABOUT_ACCOUNTS and name not in ENDING]
    asked = command(stack, str(a_superuser(stack).headers["Authorization"]))
    only = ["--include-operation-id-regex", f"^({'|'.join(meant)})$", "--phases", "examples,coverage,fuzzing"]
    return [*asked, *only, *arguments]


def command(stack: RunningStack, authorization: str) -> list[str]:
    """What is run for both."""
    return [
        str(PROGRAM), "--config-file", str(HERE / "schemathesis.toml"), "run", f"{stack.url}/api/openapi.json",
        "--url", stack.url, "--max-examples", EXAMPLES, "--header", f"Authorization: {authorization}",
        "--exclude-operation-id", "stream_events",  # it goes on for ever; tests/system/test_following.py reads it
    ]  # fmt: skip


def shortened(line: str) -> str:
    """Its beginning and its end, where an exception says what it is."""
    return line if len(line) <= 2_000 else f"{line[:400]} … {line[-1_600:]}"


def grave(log: str) -> list[str]:
    """Its lines that are errors."""
    return [line for line in log.splitlines() if any(level in line for level in GRAVE)]


def never_good(stack: RunningStack) -> list[str]:
    """Operations that were asked for in vain."""
    page = requests.get(f"http://127.0.0.1:{stack.env('gateway')['METRICS_PORT']}/metrics", timeout=10).text
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    good = {
        (sample.labels["method"], sample.labels["route"])
        for sample in samples
        if sample.name == "http_requests_total" and sample.labels["status"].startswith("2")
    }
    return [operation.name for operation in OPERATIONS if (operation.method, operation.path) not in good]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
