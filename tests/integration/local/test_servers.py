"""The private servers start, keep strangers out, and hold to the rules of who may do what."""

import socket
import time
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pika
import psycopg
import pytest
import redis
from contract.test_names import RPC_METHODS
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

from synergy_local.servers.testbed import TESTER
from synergy_operator.broker import MAY_CALL, USERS


def test_a_fresh_database_lets_the_owner_build_and_the_service_role_only_in(database):
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("CREATE SCHEMA store CREATE TABLE events (id int)")
    with psycopg.connect(database.service_url) as service:
        for forbidden in ("SELECT * FROM store.events", "CREATE TABLE public.mine (id int)", "CREATE SCHEMA mine"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), service.transaction():
                service.execute(forbidden)


def test_a_role_cannot_enter_another_service_s_database(database, postgres):
    other = psycopg.conninfo.make_conninfo(database.service_url, dbname="postgres")
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(other)


def test_postgres_asks_for_a_password(postgres):
    parts = psycopg.conninfo.conninfo_to_dict(postgres)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(psycopg.conninfo.make_conninfo(postgres, password="wrong"))
    with psycopg.connect(postgres) as admin:
        assert ("127.0.0.1",) == (parts["host"],) == admin.execute("SHOW listen_addresses").fetchone()


def test_redis_asks_for_a_password(redis_url):
    assert redis.Redis.from_url(redis_url).ping()
    port = redis.Redis.from_url(redis_url).connection_pool.connection_kwargs["port"]
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=port).ping()


def test_every_listener_is_on_loopback(broker, postgres, redis_url, servers):
    ports = [servers.postgres.port, servers.redis.port, servers.rabbitmq.port]
    ports += [servers.rabbitmq.node_port, servers.rabbitmq.epmd_port]
    listening = {}
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, port = local.partition(":")
            if state == "0A":
                listening.setdefault(int(port, 16), set()).add(address)
    loopback = {"0100007F", "00000000000000000000000001000000"}
    for port in ports:
        assert listening[port] <= loopback, (port, listening[port])


def test_the_broker_knows_nobody_else(broker, servers):
    for user, password in (("guest", "guest"), ("gateway", "wrong")):
        address = pika.ConnectionParameters(
            "127.0.0.1", servers.rabbitmq.port, "synergy", pika.PlainCredentials(user, password)
        )
        with pytest.raises(ProbableAuthenticationError):
            pika.BlockingConnection(address)


@pytest.fixture(scope="module")
def place(broker):
    """One virtual host for all of these tests: they ask what is allowed, whatever is there."""
    return broker.new_vhost()


@pytest.fixture(scope="module")
def connected(place):
    """One connection for each user who is asked for."""
    with ExitStack() as open_ones:

        @cache
        def connection(user):
            address = pika.URLParameters(f"{place.amqp_url(user)}?heartbeat=0")
            return open_ones.enter_context(pika.BlockingConnection(address))

        yield connection


@pytest.fixture
def attempt(connected):
    """Whether the broker lets a user do something."""

    def attempt(user, action):
        opened = connected(user).channel()
        opened.confirm_delivery()
        try:
            action(opened)
        except ChannelClosedByBroker as refused:
            if refused.reply_code != 403:
                raise
            return False
        opened.close()
        return True

    return attempt


@pytest.fixture
def may_call(attempt):
    def may_call(caller, method):
        return attempt(caller, lambda opened: opened.basic_publish("nameko-rpc", method, b"{}"))

    return may_call


@pytest.fixture
def requests_of_projects(connected):
    """A channel of projects whose requests somebody sends; they end with the test."""
    server = connected("projects").channel()
    server.queue_declare("rpc-projects", durable=True)
    server.queue_bind("rpc-projects", "nameko-rpc", "projects.*")
    yield server
    server.queue_delete("rpc-projects")
    server.close()


EVERY_METHOD = [f"{service}.{method}" for service, methods in RPC_METHODS.items() for method in sorted(methods)]
CALLED_BY = {
    "gateway": {f"{service}.{method}" for service, methods in MAY_CALL["gateway"].items() for method in methods},
    "auth": {"webhooks.head", "webhooks.events_after", "webhooks.tally"},
    "projects": {"auth.people", "auth.find_person", "auth.head", "auth.events_after", "auth.tally"},
    "webhooks": {
        "projects.render",
        "projects.head",
        "projects.events_after",
        "projects.tally",
        "auth.head",
        "auth.events_after",
        "auth.tally",
    },
}
"""Written out, but for the gateway's: those are held together with the gateway's own list by a contract test."""


@pytest.mark.parametrize("caller", USERS)
def test_who_may_call_which_method(may_call, caller):
    allowed = {method for method in [*EVERY_METHOD, "auth.no_such_method"] if may_call(caller, method)}

    assert allowed == CALLED_BY.get(caller, set())


def test_a_method_is_allowed_by_its_whole_name(may_call):
    others = ["auth.peoples", "xauth.people", "auth.people.more", "authxpeople", "auth.*", "#"]

    assert [] == [method for method in others if may_call("projects", method)]


def test_a_direct_reply_comes_back(connected, requests_of_projects):
    def answer(opened, _method, properties, body):
        opened.basic_publish("", properties.reply_to, body, pika.BasicProperties(user_id="projects"))

    requests_of_projects.basic_consume("rpc-projects", answer, auto_ack=True)
    caller = connected("gateway").channel()
    answers = []
    caller.basic_consume("amq.rabbitmq.reply-to", lambda *got: answers.append(got[3]), auto_ack=True)

    request = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to", user_id="gateway", expiration="5000")
    caller.basic_publish("nameko-rpc", "projects.read_project", b"hello", request)
    end = time.monotonic() + 5
    while not answers and time.monotonic() < end:
        for channel in (requests_of_projects, caller):
            channel.connection.process_data_events(time_limit=0.02)

    assert answers == [b"hello"]
    caller.close()


@pytest.mark.parametrize("source", ["auth", "projects", "webhooks"])
def test_only_a_source_s_relay_publishes_its_events(attempt, source):
    def may_publish(user):
        ours = pika.BasicProperties(user_id=user)
        return attempt(user, lambda opened: opened.basic_publish(f"{source}.events", "project.created", b"{}", ours))

    assert [f"relay-{source}"] == [user for user in USERS if may_publish(user)]


@pytest.mark.parametrize(
    ("user", "queue", "source", "allowed"),
    [
        ("webhooks", "webhooks.follow.projects", "projects", True),
        ("webhooks", "webhooks.follow.auth", "auth", True),
        ("projects", "projects.follow.auth", "auth", True),
        ("auth", "auth.follow.webhooks", "webhooks", True),
        ("gateway", "gateway.follow.projects", "projects", True),
        ("projects", "webhooks.follow.projects", "projects", False),
        ("auth", "auth.follow.projects", "projects", False),
        ("relay-projects", "relay-projects.follow.projects", "projects", False),
    ],
)
def test_who_may_follow_whose_events(attempt, user, queue, source, allowed):
    def follow(opened):
        opened.queue_declare(
            queue, durable=True, arguments={"x-queue-type": "quorum", "x-single-active-consumer": True}
        )
        opened.queue_bind(queue, f"{source}.events", "#")

    assert allowed == attempt(user, follow)


@pytest.mark.parametrize("service", ["auth", "projects", "webhooks"])
def test_only_a_service_itself_sends_declares_and_reads_its_work(attempt, connected, service):
    queue = f"{service}.work.mail"

    def allowed(user):
        ours = pika.BasicProperties(user_id=user)
        doors = {
            "send": lambda opened: opened.basic_publish(f"{service}.work", "mail", b"{}", ours),
            "declare": lambda opened: opened.queue_declare(queue, durable=True),
            "bind": lambda opened: opened.queue_bind(queue, f"{service}.work", "mail"),
            "read": lambda opened: opened.basic_get(queue),
            "purge": lambda opened: opened.queue_purge(queue),
            "delete": lambda opened: opened.queue_delete(queue),
        }
        return {name for name, action in doors.items() if attempt(user, action)}

    everybody = connected(TESTER).channel()
    for user in USERS:
        everybody.queue_declare(queue, durable=True)
        all_or_nothing = {"send", "declare", "bind", "read", "purge", "delete"} if user == service else set()
        assert all_or_nothing == allowed(user), user


def test_nobody_may_remove_or_make_exchanges(attempt):
    for user in USERS:
        assert not attempt(user, lambda opened: opened.exchange_delete("nameko-rpc")), user
        assert not attempt(user, lambda opened: opened.exchange_declare("mine", "topic")), user


@pytest.mark.usefixtures("requests_of_projects")
@pytest.mark.parametrize("user", ["auth", "webhooks", "gateway"])
def test_nobody_may_read_another_s_requests(attempt, user):
    assert not attempt(user, lambda opened: opened.basic_get("rpc-projects"))
    assert not attempt(user, lambda opened: opened.queue_bind(f"rpc-{user}", "nameko-rpc", "projects.*"))


def test_a_sender_cannot_pretend_to_be_another(connected):
    opened = connected("projects").channel()
    opened.confirm_delivery()
    with pytest.raises(ChannelClosedByBroker, match="user_id"):
        opened.basic_publish("", "webhooks.follow.projects", b"{}", pika.BasicProperties(user_id="relay-projects"))


def test_a_stranger_s_port_is_never_handed_out():
    from synergy_local.ports import free_ports, is_free

    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]

    assert not is_free("127.0.0.1", port)
    assert len(set(free_ports(5))) == 5
    taken.close()
