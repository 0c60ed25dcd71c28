"""What the client does when answers are late, short or broken, against a server that is as told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from synergy_client import ApiError, Retry, Synergy, Unreachable, problems
from synergy_client.session import Credentials

Told = tuple[int, dict[str, str], bytes]
BUSY = (503, {"Retry-After": "0"}, b'{"type":"/problems/service-unavailable","detail":"Try again."}')
DOWN = (0, {}, b"")
"""The line breaks without an answer."""


class Server:
    """Answers with what is in `answers`, in order, and notes what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Told] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.url = ""


@pytest.fixture(scope="module")
def listening() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append((self.command, self.path, dict(self.headers.items()), body))
            status, headers, content = told.answers.pop(0)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            length = {} if "Connection" in headers else {"Content-Length": str(len(content))}
            for name, value in ({"Content-Type": "application/json"} | length | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    for verb in ("GET", "POST"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def server(listening: Server) -> Server:
    listening.answers.clear()
    listening.asked.clear()
    return listening


def client(server: Server, **more: Any) -> Synergy:
    return Synergy(server.url, token="syn_pat_x", retry=Retry(attempts=4, first=0.001), **more)


def ok(value: Any, **headers: str) -> Told:
    return 200, headers, json.dumps(value).encode()


def test_a_change_is_tried_again_under_the_same_key(server: Server) -> None:
    server.answers += [BUSY, DOWN, ok({"id": 3}, ETag='"1-a"')]

    assert 3 == client(server).projects.create_project(name="Apollo")["id"]
    keys = {headers["Idempotency-Key"] for _, _, headers, _ in server.asked}
    assert (3, 1) == (len(server.asked), len(keys))
    assert {b'{"name": "Apollo"}'} == {body for _, _, _, body in server.asked}


def test_what_nobody_may_repeat_is_asked_once(server: Server) -> None:
    server.answers += [DOWN]

    with pytest.raises(Unreachable):
        client(server).accounts.login(username="ann", password="x")
    assert 1 == len(server.asked)
    assert "Authorization" not in server.asked[0][2]


def test_in_the_end_the_last_no_is_told(server: Server) -> None:
    server.answers += [BUSY] * 4

    with pytest.raises(problems.ServiceUnavailable) as no:
        client(server).projects.read_project(3)
    assert (503, "Try again.", 0.0) == (no.value.status, no.value.detail, no.value.retry_after)
    assert 4 == len(server.asked)


def test_an_answer_that_is_no_problem_document_is_an_error_all_the_same(server: Server) -> None:
    server.answers += [(404, {"Content-Type": "text/html"}, b"<h1>nginx</h1>")]

    with pytest.raises(ApiError) as no:
        client(server).projects.read_project(3)
    assert (404, "<h1>nginx</h1>") == (no.value.status, no.value.detail)


@pytest.mark.parametrize(
    ("attempt", "told", "pause"),
    [(1, 7.0, 7.0), (1, 31.0, None), (4, 0.0, None), (4, None, None)],
    ids=["as_told", "told_too_long", "tried_enough", "tried_enough_untold"],
)
def test_how_long_is_waited(attempt: int, told: float | None, pause: float | None) -> None:
    assert pause == Retry().pause(attempt, told)


def test_untold_pauses_double_about(server: Server) -> None:
    assert all(0.25 * 2**n * 0.5 <= (Retry(attempts=9).pause(n + 1, None) or 0) <= 0.25 * 2**n * 1.5 for n in range(7))


def test_pages_are_followed_at_our_own_address(server: Server) -> None:
    """The server's name for itself may be one that is not reached from here."""
    second = {"results": [{"id": 2}], "next": None}
    server.answers += [
        ok({"results": [{"id": 1}], "next": "https://elsewhere/api/tasks/?page=2&label=x&label=y"}),
        ok(second),
    ]

    assert [1, 2] == [
        task["id"] for task in client(server).tasks.iter_tasks(search="a&b", project=None, label=["x", "y"])
    ]
    assert ["/api/tasks/?search=a%26b&label=x&label=y", "/api/tasks/?page=2&label=x&label=y"] == [
        path for _, path, _, _ in server.asked
    ]


def test_an_id_cannot_leave_its_place_in_the_address(server: Server) -> None:
    server.answers += [ok({})]

    client(server).webhooks.read_webhook("../../auth/user?x=1#")
    assert "/api/webhooks/..%2F..%2Fauth%2Fuser%3Fx%3D1%23/" == server.asked[0][1]


def test_an_expired_token_is_renewed_once_and_the_request_made_again(server: Server) -> None:
    expired = (401, {}, b'{"type":"/problems/invalid-token"}')
    server.answers += [expired, ok({"access": "new", "refresh": "r2"}), ok({"id": 7})]
    session = client(server, tokens=Credentials("old", "r1"))

    assert 7 == session.accounts.read_profile()["id"]
    assert ("new", "r2") == (session.tokens.access, session.tokens.refresh)
    assert ["Bearer old", None, "Bearer new"] == [headers.get("Authorization") for _, _, headers, _ in server.asked]


def events(*lines: str) -> Told:
    """A stream of these lines that then breaks off."""
    return 200, {"Content-Type": "text/event-stream", "Connection": "close"}, "\n".join(lines).encode()


def test_following_goes_on_where_the_line_broke_and_tells_nothing_twice(server: Server) -> None:
    server.answers += [
        events("retry: 1000", "id: 4", "", "id: 5", 'data: {"position": 5}', "", "id: 6", 'data: {"posi'),
        BUSY,
        events("id: 5", "", "id: 6", 'data: {"position": 6}', "", "id: 9", ":", "", ""),
        events("id: 9", "", "id: 10", 'data: {"position": 10}', "", ""),
    ]
    told = []
    following = client(server).follow(project=7, types=["task.*", "project.updated"])
    for event in following:
        told.append(event["position"])
        if len(told) == 3:
            following.close()

    assert [5, 6, 10] == told
    assert 10 == following.position
    assert [None, "5", "5", "9"] == [headers.get("Last-Event-ID") for _, _, headers, _ in server.asked]
    assert "/api/events/stream/?types=task.%2A%2Cproject.updated&project=7" == server.asked[0][1]


def test_following_ends_where_asking_again_does_not_help(server: Server) -> None:
    server.answers += [(410, {}, b'{"type":"/problems/position-gone","detail":"Begin anew."}')]

    with pytest.raises(ApiError) as no:
        next(iter(client(server).follow(after=10**9)))
    assert 410 == no.value.status
