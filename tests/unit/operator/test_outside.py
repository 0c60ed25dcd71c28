"""Servers of one's own: taken as a whole, or refused with what is lacking."""

import pytest
from typer.testing import CliRunner

from synergy_operator import __main__ as command
from synergy_operator.broker import SERVICES, USERS
from synergy_operator.environments import NotConfigured
from synergy_operator.former_names import REFUSED
from synergy_operator.outside import POSTGRES, RABBITMQ, REDIS, Outside, amqp_variable, outside

DATABASES = {name: f"postgresql://{name.lower()}:x@db.example/one" for name in POSTGRES}
BROKER = {amqp_variable(user): f"amqp://{user}:x@mq.example/synergy" for user in USERS}
CACHE = {"REDIS_URL": "redis://:x@cache.example:6379/0"}


@pytest.mark.parametrize(
    ("settings", "taken"),
    [
        pytest.param({}, Outside(), id="none"),
        pytest.param(CACHE, Outside(redis=CACHE["REDIS_URL"]), id="a_redis"),
        pytest.param(
            DATABASES,
            Outside(
                databases={service: DATABASES[f"{service.upper()}_DATABASE_URL"] for service in SERVICES},
                owners={service: DATABASES[f"{service.upper()}_MIGRATION_URL"] for service in SERVICES},
            ),
            id="a_postgresql",
        ),
        pytest.param(
            BROKER, Outside(broker={user: f"amqp://{user}:x@mq.example/synergy" for user in USERS}), id="a_rabbitmq"
        ),
    ],
)
def test_a_server_of_one_s_own_is_taken(settings, taken):
    assert taken == outside(settings | {"LOG_LEVEL": "debug"})


@pytest.mark.parametrize("name", [*POSTGRES, *RABBITMQ])
def test_one_that_lacks_a_variable_is_refused_by_the_name_of_what_is_lacking(name):
    told = DATABASES | BROKER
    del told[name]

    with pytest.raises(NotConfigured) as refused:
        outside(told)

    assert str(refused.value).endswith(f"which takes over as a whole: set {name} as well.")


def test_all_that_is_wrong_is_told_in_one_go():
    with pytest.raises(NotConfigured) as refused:
        outside({"AUTH_DATABASE_URL": "x", "GATEWAY_AMQP_URL": "x", "RELAY_AMQP_URL": "x"})

    assert [line.split()[0] for line in str(refused.value).splitlines()] == [
        "AUTH_DATABASE_URL", "GATEWAY_AMQP_URL", "RELAY_AMQP_URL",
    ]  # fmt: skip
    assert "AUTH_RELAY_AMQP_URL, PROJECTS_RELAY_AMQP_URL, WEBHOOKS_RELAY_AMQP_URL" in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("amqp://guest:guest@mq.example/synergy", id="another_user"),
        pytest.param("amqp://projects@mq.example/synergy", id="no_password"),
    ],
)
def test_a_broker_s_address_must_be_its_user_s(address):
    with pytest.raises(NotConfigured, match="PROJECTS_AMQP_URL must name the user projects with a password"):
        outside(BROKER | {"PROJECTS_AMQP_URL": address})


def test_what_an_old_name_is_refused_for_names_variables_that_are_taken():
    assert all(name in REFUSED["DB_HOST"] for name in POSTGRES)
    assert all(name in REFUSED["CELERY_BROKER_URL"] for name in RABBITMQ)


def test_setting_up_reads_the_file_of_the_folder(tmp_path, monkeypatch):
    for name in (*POSTGRES, *RABBITMQ, *REDIS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in DATABASES.items()))

    done = CliRunner().invoke(command.app, ["setup"])

    assert (2, "Set SETUP_POSTGRES_URL.") == (done.exit_code, done.stderr.strip())
