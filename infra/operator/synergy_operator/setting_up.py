"""`synergy setup`: makes on outside servers what the private ones get at every start."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

import psycopg
import requests

from synergy_operator import broker, databases
from synergy_operator.environments import NotConfigured
from synergy_operator.outside import amqp_variable, stranger


def set_up(env: Mapping[str, str], say: Callable[[str], None], *, databases_only: bool = False) -> None:
    """
    Make roles, databases, broker users and permissions as the addresses in `env` name them; again changes nothing.

    `SETUP_POSTGRES_URL` names a role that may create roles and databases; `SETUP_BROKER_URL` is the address of
    RabbitMQ's management API with an administrator (`http://admin:password@host:15672`); it is not needed with
    `databases_only`, where the broker loads its definitions itself. Raises NotConfigured.
    """
    for service in broker.SERVICES:
        make_database(env, service)
        say(f"database and roles of {service}")
    if databases_only:
        return
    make_broker_users(env)
    say("broker users, permissions and exchanges")


def make_database(env: Mapping[str, str], service: str) -> None:
    """One service's database with its owner and its service role. Raises NotConfigured."""
    owner_url = required(env, f"{service.upper()}_MIGRATION_URL")
    service_url = required(env, f"{service.upper()}_DATABASE_URL")
    try:
        wanted = databases.from_urls(owner_url=owner_url, service_url=service_url)
        databases.create(required(env, "SETUP_POSTGRES_URL"), wanted)
    except KeyError as missing:
        raise NotConfigured(f"The addresses of {service} lack {missing}.") from None
    except ValueError as different:
        raise NotConfigured(f"The addresses of {service} do not fit together: {different}.") from None
    except psycopg.Error as refused:
        raise NotConfigured(f"PostgreSQL refused: {refused}") from None


def make_broker_users(env: Mapping[str, str]) -> None:
    """Post the definitions to the broker's management API. Raises NotConfigured."""
    passwords, vhosts = {}, set()
    for user in broker.USERS:
        address = urlsplit(required(env, amqp_variable(user)))
        if wrong := stranger(user, env):
            raise NotConfigured(wrong)
        passwords[user] = unquote(address.password or "")
        vhosts.add(unquote(address.path.removeprefix("/")))
    if len(vhosts) != 1 or not all(vhosts):
        raise NotConfigured("All AMQP addresses must end in one virtual host, such as /synergy.")
    admin = required(env, "SETUP_BROKER_URL").rstrip("/")
    try:
        document = broker.definitions(passwords, vhost=vhosts.pop())
        answer = requests.post(f"{admin}/api/definitions", json=document, timeout=30)
    except requests.RequestException as error:
        raise NotConfigured(f"RabbitMQ's management API does not answer: {type(error).__name__}.") from None
    if not answer.ok:
        raise NotConfigured(f"RabbitMQ refused the definitions: {answer.status_code} {answer.text[:300]}")


def required(env: Mapping[str, str], name: str) -> str:
    """The variable's value. Raises NotConfigured when it is not set."""
    if not env.get(name):
        raise NotConfigured(f"Set {name}.")
    return env[name]
