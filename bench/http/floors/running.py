"""The floors, started beside the stack."""

from collections.abc import Callable
from pathlib import Path

from bench.http.driving.plan import Address
from bench.http.floors.calling import call
from bench.http.ground import Ground
from synergy_local.ports import LOOPBACK, free_ports, is_free
from synergy_local.processes import wait_until


def bare(place: Ground, size: int) -> Address:
    """The bare application with answers of `size` bytes: where it listens."""
    return _listening(place, "bare", size)


def least(place: Ground, size: int) -> Address:
    """The same for the least that a read from memory does."""
    return _listening(place, "least", size, REDIS_URL=place.stack.servers.redis_url)


def echo(place: Ground, answer: bytes, *, at_once: int) -> Callable[[], float]:
    """The echo with this answer, in a virtual host of its own: what measures its calls a second."""
    told = place.room.room / "echo.json"
    told.write_bytes(answer)
    vhost = place.vhost()
    place.python("echo", "bench.http.floors.echo", ANSWER=str(told), ECHO_AMQP_URL=vhost.amqp_url("projects"),
                 PYTHONPATH=str(Path(__file__).parents[3]))  # fmt: skip
    url, seconds = vhost.amqp_url("gateway"), place.options.seconds
    return lambda: place.clients.submit(call, url, at_once=at_once, seconds=seconds).result()


def _listening(place: Ground, name: str, size: int, **env: str) -> Address:
    (port,) = free_ports(1)
    env |= {"BODY_BYTES": str(size), "PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[3])}
    child = place.python(f"{name}-{port}", f"bench.http.floors.{name}", **env)
    wait_until(lambda: not is_free(LOOPBACK, port), seconds=60, what=f"{name} listening", children=[child])
    return (LOOPBACK, port)
