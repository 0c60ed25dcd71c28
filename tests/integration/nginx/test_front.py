"""nginx before a gateway: what it passes on and how, what it answers itself, and whom it believes."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from integration.nginx.conftest import Door, Opened
from integration.nginx.gateway import BUSY, FROZEN, deaf, knocking, played
from system.steps import until

from synergy_gateway.problem_types import PROBLEM_TYPES

MEBIBYTE = 1024 * 1024
IMPORT = "/api/projects/import/"
HEADERS = ("x-content-type-options", "x-frame-options", "referrer-policy", "content-security-policy", "x-request-id")
HOST = b"Host: localhost\r\nConnection: close\r\n"


def problem(answer: bytes) -> tuple[int, dict[str, str], dict[str, object]]:
    """
    Status, headers and problem document of an answer as it came; every header of ours is there once, and no version.
    """
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    names = [line.partition(":")[0].lower() for line in lines]
    headers = {name: line.partition(":")[2].strip() for name, line in zip(names, lines, strict=True)}

    assert [names.count(name) for name in HEADERS] == [1] * len(HEADERS)
    assert headers["content-type"] == "application/problem+json"
    assert headers.get("server") in (None, "nginx")
    return int(first.split()[1]), headers, json.loads(body)


@pytest.mark.parametrize("path", ["/api/events", "/api/events/", "/api/events?after=1", "/api/projects/import"])
def test_an_address_is_passed_on_as_it_is_with_and_without_a_slash(door: Door, path: str):
    answer = door.client().get(path)

    assert (answer.status_code, answer.json()["path"]) == (200, path)


@pytest.mark.parametrize(
    ("request_", "slug", "instance"),
    [
        pytest.param(b"hello\r\n\r\n", "malformed-request", "/", id="no_request_at_all"),
        pytest.param(b"GET /x HTTP/1.1\r\n\r\n", "malformed-request", "/x", id="no_host"),
        pytest.param(b"GET /x HTTP/7.0\r\n\r\n", "malformed-request", "/", id="another_http"),
        pytest.param(
            b"POST /x HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\n", "malformed-request", "/x", id="no_length"
        ),
        pytest.param(
            b"POST /x HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n",
            "malformed-request", "/x", id="an_encoding_nobody_knows",
        ),
        pytest.param(b"TRACE /x HTTP/1.1\r\n" + HOST + b"\r\n", "method-not-allowed", "/x", id="trace"),
        pytest.param(
            b"POST /x?y HTTP/1.1\r\n" + HOST + b"Content-Length: 1100000\r\n\r\n", "body-too-large", "/x",
            id="a_body_announced_too_large",
        ),
        pytest.param(
            b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", "address-too-long", "/", id="a_long_address"
        ),
        pytest.param(
            b"GET /x HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 17_000 + b"\r\n\r\n", "headers-too-large", "/x",
            id="a_long_header",
        ),
        pytest.param(b"GET /metrics HTTP/1.1\r\n" + HOST + b"\r\n", "not-found", "/metrics", id="metrics"),
        pytest.param(b'GET /metrics/"\\ HTTP/1.1\r\n' + HOST + b"\r\n", "not-found", "/", id="no_json_as_it_stands"),
        pytest.param(b"GET /.problem HTTP/1.1\r\n" + HOST + b"\r\n", "not-found", "/.problem", id="the_answers_own"),
    ],
)  # fmt: skip
def test_what_nginx_answers_itself_is_a_problem_like_the_gateway_s(
    door: Door, request_: bytes, slug: str, instance: str
):
    before = len(door.gateway.asked)
    status, headers, told = problem(door.raw(request_))
    kind = PROBLEM_TYPES[slug]

    assert (kind.status, kind.title) == (status, told["title"])
    assert {"type": f"/problems/{slug}", "status": status, "instance": instance} == {
        name: told[name] for name in ("type", "status", "instance")
    }
    assert told["request_id"] == headers["x-request-id"]
    assert told["detail"]
    assert "retry-after" not in headers
    assert len(door.gateway.asked) == before


def test_without_a_gateway_the_problem_says_when_to_come_again(opened: Opened):
    status, headers, told = problem(opened(behind=False).raw(b"GET /api/projects/ HTTP/1.1\r\n" + HOST + b"\r\n"))

    assert (status, told["type"], told["status"]) == (503, "/problems/service-unavailable", 503)
    assert told["title"] == PROBLEM_TYPES["service-unavailable"].title
    assert headers["retry-after"] == "1"


def test_a_frozen_gateway_is_given_up_after_thirty_seconds(door: Door):
    began = time.monotonic()
    status, headers, told = problem(door.raw(b"GET " + FROZEN.encode() + b" HTTP/1.1\r\n" + HOST + b"\r\n"))

    assert 28 < time.monotonic() - began < 32  # never before a gateway that is alive has said its own no
    assert (status, told["type"], headers["retry-after"]) == (503, "/problems/service-unavailable", "1")
    assert [request["path"] for request in door.gateway.asked].count(FROZEN) == 1


@pytest.mark.parametrize(
    ("path", "body"), [("/api/events/", b""), ("/api/projects/", b"x" * 100_000)], ids=["of_events", "with_a_body"]
)
def test_who_reached_no_gateway_is_passed_on_to_the_one_that_came_meanwhile(opened: Opened, path: str, body: bytes):
    with deaf() as listener, ThreadPoolExecutor(1) as pool, ExitStack() as later:
        port = listener.getsockname()[1]
        door = opened(behind=False, beside=port)
        knocks: set[str] = set()

        def knocked(times: int) -> bool:
            knocks.update(knocking(port))
            return len(knocks) == times

        with door.connected() as impatient:  # from now on nobody is asked where nobody listens
            impatient.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")
            until(lambda: knocked(1), what="the other one being asked")
        answer = pool.submit(door.client().post, path, data=body)
        until(lambda: knocked(3), what="a second attempt, where nobody was left to be asked")
        gateway = later.enter_context(played(listener))

        assert answer.result(20).status_code == 200
        assert [request["size"] for request in gateway.asked if request["path"] != "/"] == [len(body)]


def test_the_gateway_s_own_no_is_passed_on_as_it_is(door: Door):
    answer = door.client().get(BUSY)

    assert (answer.status_code, answer.json()["path"]) == (503, BUSY)
    assert "Retry-After" not in answer.headers  # nothing of nginx's own is added


@pytest.mark.parametrize(
    ("path", "size"),
    [
        pytest.param("/api/projects/", MEBIBYTE, id="one_megabyte_anywhere"),
        pytest.param(IMPORT, 49 * MEBIBYTE, id="forty_nine_at_the_import"),
        pytest.param(IMPORT.removesuffix("/"), 49 * MEBIBYTE, id="without_the_slash_as_well"),
    ],
)
def test_a_body_that_is_not_too_large_reaches_the_gateway_whole(door: Door, path: str, size: int):
    answer = door.client().post(path, data=bytes(size))

    assert answer.status_code == 200
    assert (answer.json()["path"], answer.json()["size"]) == (path, size)


@pytest.mark.parametrize("chunked", [False, True], ids=["of_a_told_length", "in_chunks"])
@pytest.mark.parametrize(
    ("path", "size"),
    [
        pytest.param("/api/tasks/", 1_100_000, id="more_than_one_megabyte"),
        pytest.param("/api/projects/importance/", 1_100_000, id="at_an_address_that_only_begins_like_the_import"),
        pytest.param(IMPORT, 51 * MEBIBYTE, id="more_than_fifty_at_the_import"),
    ],
)
def test_a_larger_body_is_refused_by_nginx_and_reaches_no_gateway(door: Door, path: str, size: int, chunked: bool):
    before = door.gateway.size_of(path)
    answer = door.client().post(path, data=pieces(size) if chunked else bytes(size))

    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json"), answer.text
    assert answer.json()["type"] == "/problems/body-too-large"
    assert door.gateway.size_of(path) == before


def pieces(size: int) -> Iterator[bytes]:
    """`size` bytes, one piece after the other."""
    for start in range(0, size, MEBIBYTE):
        yield bytes(min(MEBIBYTE, size - start))


def test_an_import_is_passed_on_while_it_arrives(door: Door):
    door.gateway.begun.clear()

    def body() -> Iterator[bytes]:
        yield bytes(MEBIBYTE)
        until(door.gateway.begun.is_set, what="the gateway being asked before the body has ended")
        yield bytes(MEBIBYTE)

    assert door.client().post(IMPORT, data=body()).json()["size"] == 2 * MEBIBYTE


@pytest.mark.parametrize("path", ["/api/events/stream/", "/api/events/stream"])
def test_a_stream_s_events_arrive_as_they_are_sent(door: Door, path: str):
    door.gateway.go.clear()
    try:
        with door.client().get(path, stream=True) as answer:
            first = answer.raw.read_chunked()

            assert next(first) == b"id: 1\n\n"  # and the gateway sends no second one before
            door.gateway.go.set()
            assert next(first) == b"id: 2\n\n"
            assert list(first) == []
    finally:
        door.gateway.go.set()


@pytest.mark.parametrize(
    ("trusted", "believed"),
    [
        pytest.param("", "127.0.0.1", id="nobody_is_believed"),
        pytest.param("198.51.100.0/24", "127.0.0.1", id="a_stranger_is_not"),
        pytest.param("10.0.0.0/8,127.0.0.0/8", "203.0.113.9", id="a_trusted_proxy_is"),
    ],
)
def test_a_client_s_address_is_believed_from_trusted_proxies_alone(opened: Opened, trusted: str, believed: str):
    client = opened(TRUSTED_PROXIES=trusted).client()

    told = client.get("/x", headers={"X-Forwarded-For": "192.0.2.1, 203.0.113.9, 10.0.0.7"}).json()["headers"]

    assert (told["X-Forwarded-For"], told["X-Real-IP"]) == (believed, believed)
