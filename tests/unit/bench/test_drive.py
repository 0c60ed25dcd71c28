"""Users who speak HTTP: against a small server of the standard library."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
from bench.http.driving import drive as driving
from bench.http.driving.drive import drive
from bench.http.driving.plan import Ask, Plan
from bench.http.driving.wire import request

WEIGHTS = (("a", 9), ("b", 1))


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        self.numbers = count(1)
        self.tokens: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        body = b"{}"
        if self.path == "/slow":
            time.sleep(0.2)
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/last":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.tokens.append(told)
        body = f'{{"refresh": "{next(self.server.numbers)}"}}'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as one:
        thread = threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield one
        one.shutdown()
        thread.join(10)


def a_plan(server: Server, *paths: str, **given: object) -> Plan:
    asks = tuple(Ask(name=path, requests=(request("GET", path),)) for path in paths)
    return Plan(doors=(server.server_address,), asks=asks, **given)


def test_as_many_requests_are_sent_as_were_asked_for(server):
    heard = drive(a_plan(server, "/one", users=4, count=50))

    assert (50, 0) == (heard.answers, heard.failed)
    assert 0 < min(heard.everything)
    assert heard.rate == pytest.approx(50 / heard.seconds)


def test_kinds_of_requests_are_chosen_by_their_weights(server):
    asks = tuple(
        Ask(name=name, weight=weight, requests=(request("GET", f"/{name}"),)) for name, weight in (("a", 9), ("b", 1))
    )
    heard = drive(Plan(doors=(server.server_address,), asks=asks, users=2, count=100))

    assert 100 == heard.answers
    assert 60 < len(heard.took["a"])
    assert 0 < len(heard.took["b"])


def test_what_does_not_succeed_is_counted_with_its_status_and_not_timed(server):
    heard = drive(a_plan(server, "/none", users=1, count=3))

    assert (0, {("/none", 404): 3}) == (heard.answers, dict(heard.failures))
    assert {"/none 404": "{}"} == heard.said


def test_a_door_that_is_shut_is_a_failure_without_a_status():
    heard = drive(Plan(doors=(("127.0.0.1", 1),), asks=(Ask(name="x", requests=(b"x",)),), users=1, count=2))

    assert {("x", 0): 2} == dict(heard.failures)


def test_a_server_that_ends_each_connection_is_asked_over_new_ones(server):
    heard = drive(a_plan(server, "/last", users=2, count=10))

    assert (10, 0) == (heard.answers, heard.failed)


def test_at_a_fixed_rate_the_time_in_line_counts(server):
    heard = drive(a_plan(server, "/slow", users=1, count=4, rate=1000, seconds=60))

    first, *_, last = sorted(heard.everything)
    assert 200 <= first
    assert 790 <= last, "the fourth waited for three others of 200 ms each"


def test_what_is_due_and_finds_no_connection_has_failed(server, monkeypatch):
    monkeypatch.setattr(driving, "LATE", 0.0)
    heard = drive(a_plan(server, "/slow", users=1, rate=100, seconds=0.1))

    assert {("never sent", 0): 10 - heard.answers} == dict(heard.failures)
    assert 0 < heard.answers < 10


def test_users_wait_after_each_answer(server):
    heard = drive(a_plan(server, "/one", users=1, count=4, wait=(0.05, 0.06)))

    assert 0.15 <= heard.seconds, "three waits between four requests"
    assert 4 == heard.answers


def test_a_chain_sends_what_the_answer_before_gave(server):
    server.tokens.clear()
    first = request("POST", "/refresh", body={"refresh": "first"})
    heard = drive(
        Plan(doors=(server.server_address,), asks=(Ask(name="r", requests=(first,)),), users=1, count=3, chained=True)
    )

    assert 3 == heard.answers
    assert ['{"refresh": "first"}', '{"refresh": "1"}', '{"refresh": "2"}'] == server.tokens
