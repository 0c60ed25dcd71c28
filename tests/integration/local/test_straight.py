"""What asks our own door goes there itself, whatever proxy the environment names."""

import os
import runpy
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from synergy_local.ports import free_ports
from synergy_local.trouble import Trouble
from synergy_local.visitor import Visitor, healthy

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture
def dead_proxy(monkeypatch) -> str:
    """The environment names a proxy where nobody listens."""
    (port,) = free_ports(1)
    for name in PROXIES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def door() -> Iterator[str]:
    """A door that answers 200 to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.usefixtures("dead_proxy")
def test_the_door_is_asked_past_a_proxy(door):
    assert healthy(door)
    assert Visitor(door).knows("ann", "secret")
    assert Visitor(door).ask("GET", "/api/projects/") is None


def test_a_door_that_does_not_answer_is_trouble_and_not_healthy():
    (port,) = free_ports(1)
    nobody = f"http://127.0.0.1:{port}"

    assert not healthy(nobody)
    with pytest.raises(Trouble, match=r"^POST /api/auth/login/ got no answer: ConnectionError\.$"):
        Visitor(nobody).knows("ann", "secret")


def test_no_test_is_told_of_a_proxy():
    assert not [name for name in os.environ if name.lower().endswith("_proxy")]


def test_tests_forget_the_proxies_of_whoever_starts_them(dead_proxy):
    """As pytest loads what it loads before any test."""
    assert dead_proxy == os.environ["http_proxy"]

    runpy.run_path(str(Path(__file__).parents[2] / "conftest.py"))

    test_no_test_is_told_of_a_proxy()
