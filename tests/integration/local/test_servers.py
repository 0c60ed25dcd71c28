"""The private servers start, keep strangers out, and hold to the rules of who may do what."""

import socket
from pathlib import Path

import pika
import psycopg
import pytest
import redis
from contract.test_names import RPC_METHODS
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

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


def channel(vhost, user):
    return pika.BlockingConnection(pika.URLParameters(vhost.amqp_url(user))).channel()


def attempt(vhost, user, action):
    """Whether the broker lets `user` do it."""
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url(user))) as connection:
        opened = connection.channel()
        opened.confirm_delivery()
        try:
            action(opened)
        except ChannelClosedByBroker as refused:
            if refused.reply_code != 403:
                raise
            return False
        return True


def serve_echo(vhost, service):
    """A channel of `service` that answers one direct call with its own body."""
    server = channel(vhost, service)
    server.queue_declare(f"rpc-{service}", durable=True)
    server.queue_bind(f"rpc-{service}", "nameko-rpc", f"{service}.*")

    def answer(opened, _method, properties, body):
        opened.basic_publish("", properties.reply_to, body, pika.BasicProperties(user_id=service))

    server.basic_consume(f"rpc-{service}", answer, auto_ack=True)
    return server


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
def test_who_may_call_which_method(vhost, caller):
    allowed = {method for method in [*EVERY_METHOD, "auth.no_such_method"] if may_call(vhost, caller, method)}

    assert allowed == CALLED_BY.get(caller, set())


@pytest.mark.parametrize("method", ["auth.peoples", "xauth.people", "auth.people.more", "authxpeople", "auth.*", "#"])
def test_a_method_is_allowed_by_its_whole_name(vhost, method):
    assert not may_call(vhost, "projects", method)


def may_call(vhost, caller, method):
    return attempt(vhost, caller, lambda opened: opened.basic_publish("nameko-rpc", method, b"{}"))


def test_a_direct_reply_comes_back(vhost):
    server = serve_echo(vhost, "projects")
    caller = channel(vhost, "gateway")
    answers = []
    caller.basic_consume("amq.rabbitmq.reply-to", lambda *got: answers.append(got[3]), auto_ack=True)

    request = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to", user_id="gateway", expiration="5000")
    caller.basic_publish("nameko-rpc", "projects.read_project", b"hello", request)
    server.connection.process_data_events(time_limit=2)
    caller.connection.process_data_events(time_limit=2)

    assert answers == [b"hello"]
    server.connection.close()
    caller.connection.close()


@pytest.mark.parametrize(
    "user", ["gateway", "auth", "projects", "webhooks", "relay-auth", "relay-projects", "relay-webhooks"]
)
@pytest.mark.parametrize("source", ["auth", "projects", "webhooks"])
def test_only_a_source_s_relay_publishes_its_events(vhost, user, source):
    def publish(opened):
        opened.basic_publish(f"{source}.events", "project.created", b"{}", pika.BasicProperties(user_id=user))

    assert (user == f"relay-{source}") == attempt(vhost, user, publish)


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
def test_who_may_follow_whose_events(vhost, user, queue, source, allowed):
    def follow(opened):
        opened.queue_declare(
            queue, durable=True, arguments={"x-queue-type": "quorum", "x-single-active-consumer": True}
        )
        opened.queue_bind(queue, f"{source}.events", "#")

    assert allowed == attempt(vhost, user, follow)


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("service", ["auth", "projects", "webhooks"])
def test_only_a_service_itself_sends_declares_and_reads_its_work(vhost, user, service):
    queue = f"{service}.work.mail"
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url())) as everybody:
        everybody.channel().queue_declare(queue, durable=True)
    ours = pika.BasicProperties(user_id=user)
    doors = {
        "send": lambda opened: opened.basic_publish(f"{service}.work", "mail", b"{}", ours),
        "declare": lambda opened: opened.queue_declare(queue, durable=True),
        "bind": lambda opened: opened.queue_bind(queue, f"{service}.work", "mail"),
        "read": lambda opened: opened.basic_get(queue),
        "purge": lambda opened: opened.queue_purge(queue),
        "delete": lambda opened: opened.queue_delete(queue),
    }

    assert {name: attempt(vhost, user, action) for name, action in doors.items()} == dict.fromkeys(
        doors, user == service
    )


@pytest.mark.parametrize("user", ["gateway", "projects", "relay-projects"])
def test_nobody_may_remove_or_make_exchanges(vhost, user):
    assert not attempt(vhost, user, lambda opened: opened.exchange_delete("nameko-rpc"))
    assert not attempt(vhost, user, lambda opened: opened.exchange_declare("mine", "topic"))


@pytest.mark.parametrize("user", ["auth", "webhooks", "gateway"])
def test_nobody_may_read_another_s_requests(vhost, user):
    serve_echo(vhost, "projects").connection.close()

    assert not attempt(vhost, user, lambda opened: opened.basic_get("rpc-projects"))
    assert not attempt(vhost, user, lambda opened: opened.queue_bind(f"rpc-{user}", "nameko-rpc", "projects.*"))


def test_a_sender_cannot_pretend_to_be_another(vhost):
    with pika.BlockingConnection(pika.URLParameters(vhost.amqp_url("projects"))) as connection:
        opened = connection.channel()
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
