"""`synergy`: sets up outside servers, and hands commands to the services with the right environment."""

import os
import subprocess
from collections.abc import Iterator

import forking
import pika
import psycopg
import pytest
from pika.exceptions import ChannelClosedByBroker

from synergy_local.account import server_account
from synergy_local.credentials import Credentials, passwords
from synergy_local.ports import free_ports
from synergy_local.servers.rabbitmq import RabbitMQ
from synergy_local.temporary import Temporary, temporary_room
from synergy_operator.broker import SERVICES, USERS, password_hash, user
from synergy_operator.outside import amqp_variable


@pytest.fixture(scope="module")
def outside() -> Iterator[RabbitMQ]:
    """A RabbitMQ as an administrator would hand it over: a user of theirs and the management API, nothing of ours."""
    with temporary_room(in_memory=True) as folder:
        room = Temporary(folder)
        port, node, epmd, management = free_ports(4)
        definitions = {"users": [user("admin", "admin") | {"tags": "administrator"}], "vhosts": [{"name": "/"}]}
        server = RabbitMQ(
            room.home() / "rabbitmq", port=port, node_port=node, epmd_port=epmd, management_port=management,
            passwords=Credentials().broker, definitions=definitions, account=server_account(),
        )  # fmt: skip
        server.wait_ready = lambda *children: wait_for_api(server, children)
        try:
            room.start(server)
            yield server
        finally:
            room.stop()


def wait_for_api(server: RabbitMQ, children) -> None:
    import requests

    from synergy_local.processes import wait_until

    def answers() -> bool:
        try:
            return requests.get(f"{api(server)}/api/overview", timeout=5).ok
        except requests.RequestException:
            return False

    wait_until(answers, seconds=90, what="the management API answering", children=children)


def api(server: RabbitMQ) -> str:
    return f"http://admin:admin@127.0.0.1:{server.management_port}"


def synergy(*arguments: str, env: dict[str, str], cwd: str = "/") -> subprocess.CompletedProcess[str]:
    bare = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    return forking.run(["-m", "synergy_operator", *arguments], env=bare | env, cwd=cwd)


@pytest.fixture
def addresses(postgres, outside) -> dict[str, str]:
    """The environment of an operator who has servers and has chosen names and passwords."""
    parts = psycopg.conninfo.conninfo_to_dict(postgres)
    env = {"SETUP_POSTGRES_URL": postgres, "SETUP_BROKER_URL": api(outside)}
    for service in SERVICES:
        for kind, variable in (("owner", "MIGRATION"), ("service", "DATABASE")):
            address = (
                f"postgresql://outside_{service}_{kind}:{kind}-pw@{parts['host']}:{parts['port']}/outside_{service}"
            )
            env[f"{service.upper()}_{variable}_URL"] = address
    for name, password in passwords(*USERS).items():
        env[amqp_variable(name)] = f"amqp://{name}:{password}@127.0.0.1:{outside.port}/outside"
    return env


def test_setup_makes_databases_and_broker_users_and_may_be_run_again(addresses):
    for _ in range(2):
        done = synergy("setup", env=addresses)
        assert done.returncode == 0, done.stderr

    with psycopg.connect(addresses["AUTH_MIGRATION_URL"]) as owner:
        owner.execute("CREATE SCHEMA store")
    with (
        psycopg.connect(addresses["AUTH_DATABASE_URL"]) as service,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        service.execute("CREATE SCHEMA mine")
    with pika.BlockingConnection(pika.URLParameters(addresses["GATEWAY_AMQP_URL"])) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish("nameko-rpc", "auth.login", b"{}")
        with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
            channel.basic_publish("projects.events", "project.created", b"{}")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"SETUP_POSTGRES_URL": ""}, "Set SETUP_POSTGRES_URL.", id="no_administrator"),
        pytest.param({"AUTH_MIGRATION_URL": ""}, "Set AUTH_MIGRATION_URL.", id="no_owner"),
        pytest.param(
            {"PROJECTS_RELAY_AMQP_URL": "amqp://x:y@h/v"}, "must name the user relay-projects", id="other_user"
        ),
        pytest.param({"SETUP_BROKER_URL": "http://127.0.0.1:1"}, "management API does not answer", id="no_broker"),
        pytest.param({"AUTH_DATABASE_URL": "postgresql://a:b@h/other"}, "should be one database", id="two_databases"),
    ],
)
def test_setup_says_what_is_missing(addresses, change, sentence):
    done = synergy("setup", env=addresses | change)

    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_without_a_stack_or_an_address_a_command_says_what_to_set(tmp_path):
    done = synergy("rebuild", "projects", env={}, cwd=str(tmp_path))

    assert done.returncode == 2
    assert "Set PROJECTS_DATABASE_URL, or start the local stack" in " ".join(done.stderr.split())


def test_an_unknown_service_is_named():
    done = synergy("verify", "billing", env={})

    assert done.returncode == 2
    assert "no store of billing" in done.stderr


def test_a_password_is_hashed_as_rabbitmq_does_it():
    # The example of RabbitMQ's own documentation (passwords, "Computing the password hash").
    assert password_hash("test12", salt=bytes.fromhex("908DC60A")) == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
