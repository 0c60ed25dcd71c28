"""Each process is told its own addresses and secrets and nobody else's."""

import re
from dataclasses import replace

import pytest

from synergy_local import serving
from synergy_local.credentials import Credentials
from synergy_local.servers.together import Servers
from synergy_local.stack import Stack
from synergy_local.trouble import Trouble
from synergy_operator.broker import SERVICES, USERS
from synergy_operator.outside import Outside

EXPECTED = {
    "auth": {"AUTH_DATABASE_URL", "AUTH_AMQP_URL", "SECRET_KEY", "PUBLIC_URL", "RATE_REGISTER"},
    "projects": {"PROJECTS_DATABASE_URL", "PROJECTS_AMQP_URL"},
    "webhooks": {"WEBHOOKS_DATABASE_URL", "WEBHOOKS_AMQP_URL", "SECRET_KEY", "WEBHOOK_ALLOW"},
    "relay-auth": {"AUTH_DATABASE_URL", "RELAY_AMQP_URL"},
    "relay-projects": {"PROJECTS_DATABASE_URL", "RELAY_AMQP_URL"},
    "relay-webhooks": {"WEBHOOKS_DATABASE_URL", "RELAY_AMQP_URL"},
    "sender": {"WEBHOOKS_DATABASE_URL", "SECRET_KEY", "WEBHOOK_ALLOW"},
    "gateway": {"GATEWAY_AMQP_URL", "REDIS_URL", "HOST", "PORT", "PUBLIC_URL"},
}


@pytest.fixture
def parts(tmp_path) -> Stack:
    servers = Servers(tmp_path, Credentials(), account=None)
    return Stack(servers=servers, host="127.0.0.1", port=8000, options={"PATH": "x", "SECRET": "y"})


@pytest.mark.parametrize(
    ("host", "limit"),
    [
        *((host, "0") for host in ("127.0.0.1", "127.0.0.2", "::1", "0:0::1", "localhost", "LocalHost", "localhost.")),
        *((host, None) for host in ("0.0.0.0", "::", "192.0.2.7", "fe80::1", "synergy.example", "localhost.example")),
    ],
)
def test_registrations_are_limited_where_others_than_this_machine_come_in(tmp_path, host, limit):
    servers = Servers(tmp_path, Credentials(), account=None)

    (auth,) = [part for part in Stack(servers=servers, host=host, port=8000).processes() if part.name == "auth"]

    assert limit == auth.env.get("RATE_REGISTER")


def test_every_process_has_its_own_settings_and_no_other(parts):
    assert {program.name: set(program.env) for program in parts.processes()} == EXPECTED


def test_metrics_are_off_or_each_process_has_its_own_port(parts):
    assert not any("METRICS_PORT" in program.env for program in parts.processes())

    counted = replace(parts, options={"METRICS_PORT": "9100", "METRICS_HOST": "127.0.0.2"}).processes()

    assert [program.env["METRICS_PORT"] for program in counted] == [str(9100 + n) for n in range(len(counted))]
    assert {program.env["METRICS_HOST"] for program in counted} == {"127.0.0.2"}
    assert counted[-1].name == "gateway"
    for wrong in ("x", "0", "65535"):
        with pytest.raises(Trouble, match="METRICS_PORT"):
            replace(parts, options={"METRICS_PORT": wrong}).processes()


def test_the_door_s_own_address_is_an_allowed_host(parts):
    assert replace(parts, options={"ALLOWED_HOSTS": "a.example"}).gateway()["ALLOWED_HOSTS"] == "a.example,127.0.0.1"


def test_only_a_migration_holds_an_owner_s_password(parts):
    owners = {name: password for name, password in parts.servers.credentials.database.items() if "_owner" in name}

    for program in parts.processes():
        assert not [name for name, password in owners.items() if password in str(program.env)]
    for program in parts.migrations():
        service = program.name.removesuffix("-migrate")
        assert [f"{service}_owner"] == [n for n, password in owners.items() if password in str(program.env)]


def test_every_process_signs_in_to_the_broker_as_itself(parts):
    users = {p.name: set(re.findall(r"amqp://([^:]+):", str(p.env))) for p in parts.processes()}

    assert {name: {name} for name in EXPECTED if name != "sender"} == {n: u for n, u in users.items() if u}


def test_servers_of_one_s_own_take_the_place_of_private_ones(tmp_path):
    own = Outside(
        databases={service: f"postgresql://{service}@db.example/x" for service in SERVICES},
        owners={service: f"postgresql://{service}-owner@db.example/x" for service in SERVICES},
        broker={user: f"amqp://{user}:x@mq.example/own" for user in USERS},
        redis="redis://cache.example",
    )
    parts = Stack(servers=Servers(tmp_path, Credentials(), account=None, outside=own), host="127.0.0.1", port=8000)
    told = {program.name: program.env for program in [*parts.processes(), *parts.migrations()]}
    addresses = {value for env in told.values() for name, value in env.items() if name.endswith("_URL")}

    assert (parts.servers.all, parts.servers.programs()) == ((), [])
    assert addresses == {*own.databases.values(), *own.owners.values(), *own.broker.values(), own.redis, parts.url}
    assert told["relay-auth"]["RELAY_AMQP_URL"] == own.broker["relay-auth"]
    assert told["auth-migrate"]["AUTH_MIGRATION_URL"] == own.owners["auth"]
    assert parts.servers.described() == "PostgreSQL, RabbitMQ and Redis are your own"


def test_one_server_of_one_s_own_leaves_the_others_private(tmp_path):
    servers = Servers(tmp_path, Credentials(), account=None, outside=Outside(redis="redis://cache.example"))

    assert servers.all == (servers.postgres, servers.rabbitmq)
    assert servers.amqp_url("auth") == servers.rabbitmq.url("auth")
    assert servers.described() == "PostgreSQL and RabbitMQ are up: private, on loopback; Redis is your own"


def test_half_a_server_of_one_s_own_is_trouble_before_anything_starts(monkeypatch):
    monkeypatch.setenv("AUTH_DATABASE_URL", "postgresql://auth@db.example/auth")

    with pytest.raises(Trouble, match=r"^AUTH_DATABASE_URL names a PostgreSQL of your own, .* set AUTH_MIGRATION"):
        serving.told()


def test_options_are_handed_through_to_those_they_concern(tmp_path):
    servers = Servers(tmp_path, Credentials(), account=None)
    options = {"LOG_LEVEL": "debug", "REGISTRATION": "closed", "RATE_USER": "5/m", "AWS_SECRET": "no"}
    told = {p.name: p.env for p in Stack(servers=servers, host="::1", port=1, options=options).processes()}

    assert "debug" == told["sender"]["LOG_LEVEL"] == told["relay-auth"]["LOG_LEVEL"]
    assert told["auth"]["REGISTRATION"] == "closed"
    assert "RATE_USER" not in told["projects"]
    assert "AWS_SECRET" not in str(told)
    assert told["gateway"]["PUBLIC_URL"] == "http://[::1]:1"


def test_credentials_are_made_once_and_kept_from_others(tmp_path):
    first = Credentials.kept_in(tmp_path / "credentials.json")

    assert first == Credentials.kept_in(tmp_path / "credentials.json")
    assert (tmp_path / "credentials.json").stat().st_mode & 0o777 == 0o600
    every = [first.postgres_admin, first.redis, first.secret_key, *first.broker.values(), *first.database.values()]
    assert len(every) == len(set(every))
    assert min(map(len, every)) >= 32
