"""A green process: names resolve without stopping the others, and what goes wrong ends as it should."""

import os
import subprocess
import sys

import forking

SLOW_NAMES = """
import socket, time
really_sleep = time.sleep
def slow(host, *args, **kwargs):
    really_sleep(1)
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
assert took < 3, took
assert max(b - a for a, b in zip(ticks, ticks[1:])) < 0.9, "the hub stood still"
assert [answer[0][0] for answer in found] == [f"name-{n}.example" for n in range(4)]
"""

SLOW_MAIL_SERVER = """
import socket, time
really_sleep, resolve = time.sleep, socket.getaddrinfo
ticks, others_went_on = [], []
def wait_for_others():
    seen, end = len(ticks), time.monotonic() + 10
    while len(ticks) < seen + 5 and time.monotonic() < end:
        really_sleep(0.01)
    others_went_on.append(len(ticks) >= seen + 5)
def slow(host, *args, **kwargs):
    wait_for_others()
    return resolve("127.0.0.1", *args, **kwargs)
def slower(*args):
    wait_for_others()
    raise OSError("no name")
socket.getaddrinfo = slow
socket.gethostbyaddr = slower

from synergy_chassis.bus.patching import patch
patch()
import eventlet
from synergy_auth.domain.mails import Mail
from synergy_auth.mailing.transports import Smtp
from synergy_auth.settings import MailSettings

def tick():
    while True:
        ticks.append(time.monotonic())
        time.sleep(0.02)
eventlet.spawn(tick)
time.sleep(0)

def answer():
    connection, _ = listening.accept()
    for line in (b"220 x", b"250 x", b"250 x", b"250 x", b"354 x", b"250 x", b"221 x"):
        connection.sendall(line + bytes((13, 10)))
        text = connection.recv(65536)
        while line.startswith(b"354") and not text.endswith(bytes((13, 10, 46, 13, 10))):
            text += connection.recv(65536)
listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen()
eventlet.spawn(answer)
settings = MailSettings(backend="smtp", host="mail.example", port=listening.getsockname()[1])
eventlet.spawn(Smtp(settings).send, Mail(subject="Hello", text="Hello."), to="ann@example.com").wait()
assert others_went_on and all(others_went_on), f"the hub stood still: {others_went_on}"
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


def test_a_mail_server_whose_name_resolves_slowly_stops_nobody_else() -> None:
    ended = run(SLOW_MAIL_SERVER)

    assert ended.returncode == 0, ended.stderr


def test_patching_says_nothing() -> None:
    ended = run("from synergy_chassis.bus.patching import patch; patch()\nfrom synergy_chassis.bus import serve")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_service_whose_container_dies_ends_with_an_error_for_its_supervisor() -> None:
    ended = forking.run(["-c", DYING], env=os.environ, green=True)

    assert ended.returncode == 1
    assert "a bug in the machinery itself" in ended.stderr


def test_a_service_that_cannot_be_built_ends_with_an_error() -> None:
    ended = forking.run(["-c", FAILING_TO_BUILD], env=os.environ, green=True)

    assert ended.returncode == 1
    assert "Set PROJECTS_DATABASE_URL" in ended.stderr
