"""The floors, started beside the stack."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg

from bench.http.driving.plan import Address
from bench.http.floors.calling import call
from bench.http.floors.table import TABLE
from bench.http.ground import Ground
from synergy_local.ports import LOOPBACK, free_ports, is_free
from synergy_local.processes import wait_until
from synergy_local.servers.testbed import FreshDatabase
from synergy_local.visitor import direct_session


def bare(place: Ground, size: int) -> Address:
    """The bare application with answers of `size` bytes: where it listens."""
    return _listening(place, "bare", BODY_BYTES=str(size))


def least(place: Ground, size: int) -> Address:
    """The same for the least that a read from memory does."""
    return _listening(place, "least", BODY_BYTES=str(size), REDIS_URL=place.stack.servers.redis_url)


def echo(place: Ground, answer: bytes, *, at_once: int) -> Callable[[], float]:
    """The echo with this answer, in a virtual host of its own: what measures its calls a second."""
    told = place.room.room / "echo.json"
    told.write_bytes(answer)
    url = _on_the_bus(place, "echo", ANSWER=str(told))
    return partial(_called, place, url, method="projects.read_project", projects=1, at_once=at_once)


def asking(place: Ground, database: FreshDatabase, answer: bytes) -> Address:
    """What asks, over a virtual host of its own, a service that reads this answer in the database: where it listens."""
    with psycopg.connect(database.owner_url) as owner:
        owner.execute(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, document text NOT NULL)")
        numbered = f"INSERT INTO {TABLE} SELECT n, %s FROM generate_series(1, %s::bigint) n"
        owner.execute(numbered, (answer.decode(), place.options.projects))
        owner.execute(f'GRANT SELECT ON {TABLE} TO "{database.service}"')
    url = _on_the_bus(place, "reading", FLOOR_URL=database.service_url)
    host, port = _listening(place, "asking", FLOOR_AMQP_URL=url)

    def answers() -> bool:
        with direct_session() as session:
            return session.get(f"http://{host}:{port}/api/projects/1/", timeout=30).status_code == 200

    wait_until(answers, seconds=60, what="an answer of who reads a row")
    return (host, port)


def appending(place: Ground, store_url: str, *, at_once: int) -> Callable[[int], Callable[[], float]]:
    """What appends to the store there, in a virtual host of its own: what measures it, over so many projects."""
    url = _on_the_bus(place, "appending", STORE_URL=store_url)
    return lambda projects: partial(
        _called, place, url, method="projects.create_task", projects=projects, at_once=at_once
    )


def _on_the_bus(place: Ground, name: str, **env: str) -> str:
    vhost = place.vhost()
    env |= {"FLOOR_AMQP_URL": vhost.amqp_url("projects"), "PYTHONPATH": str(Path(__file__).parents[3])}
    place.python(name, f"bench.http.floors.{name}", **env)
    return str(vhost.amqp_url("gateway"))


def _called(place: Ground, url: str, *, method: str, projects: int, at_once: int) -> float:
    seconds = place.options.seconds
    asked = place.clients.submit(call, url, method=method, projects=projects, at_once=at_once, seconds=seconds)
    return asked.result()


def _listening(place: Ground, name: str, **env: str) -> Address:
    (port,) = free_ports(1)
    env |= {"PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[3])}
    child = place.python(f"{name}-{port}", f"bench.http.floors.{name}", **env)
    wait_until(lambda: not is_free(LOOPBACK, port), seconds=60, what=f"{name} listening", children=[child])
    return (LOOPBACK, port)
