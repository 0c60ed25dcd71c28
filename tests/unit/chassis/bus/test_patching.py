"""A green process: names resolve without stopping the others, and what goes wrong ends as it should."""

import subprocess
import sys

SLOW_NAMES = """
import socket, time
really_sleep = time.sleep
def slow(host, *args, **kwargs):
    really_sleep(0.3)
    return [(host, threading.get_ident())]
socket.getaddrinfo = slow

from synergy_chassis.bus.patching import patch
patch()
patch()
import eventlet, threading
from eventlet import patcher
threading = patcher.original("threading")

ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        time.sleep(0.02)
eventlet.spawn(tick)
began = time.monotonic()
lookups = [eventlet.spawn(socket.getaddrinfo, f"name-{n}.example", 80) for n in range(4)]
found = [lookup.wait() for lookup in lookups]
took = time.monotonic() - began
assert took < 0.9, took
assert max(b - a for a, b in zip(ticks, ticks[1:])) < 0.2, "the hub stood still"
assert [answer[0][0] for answer in found] == [f"name-{n}.example" for n in range(4)]
"""

DYING = """
from synergy_chassis.bus.patching import patch
patch()
from nameko.extensions import Entrypoint
from synergy_chassis.bus import serve

class Fatal(Entrypoint):
    def start(self):
        self.container.spawn_managed_thread(self.fail)
    def fail(self):
        raise RuntimeError("a bug in the machinery itself")

class Service:
    name = "projects"
    @Fatal.decorator
    def method(self): ...

serve(Service, amqp_url="amqp://projects@127.0.0.1:1/synergy", config={})
"""

FAILING_TO_BUILD = """
from synergy_chassis.bus.patching import patch
patch()
from synergy_chassis.bus import Application, rpc, serve

def build(config):
    raise ValueError("Set PROJECTS_DATABASE_URL")

class Service:
    name = "projects"
    app = Application(build)
    @rpc
    def method(self, body): ...

serve(Service, amqp_url="amqp://projects@127.0.0.1:1/synergy", config={})
"""


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)


def test_names_resolve_without_stopping_the_others() -> None:
    ended = run(SLOW_NAMES)

    assert ended.returncode == 0, ended.stderr


def test_patching_says_nothing() -> None:
    ended = run("from synergy_chassis.bus.patching import patch; patch()\nfrom synergy_chassis.bus import serve")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_service_whose_container_dies_ends_with_an_error_for_its_supervisor() -> None:
    assert run(DYING).returncode == 1


def test_a_service_that_cannot_be_built_ends_with_an_error() -> None:
    ended = run(FAILING_TO_BUILD)

    assert ended.returncode == 1
    assert "Set PROJECTS_DATABASE_URL" in ended.stderr
