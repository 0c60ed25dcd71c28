"""Receivers that behave badly: each attempt ends in time, reads a little, and says what went wrong."""

import asyncio
import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.sealing import Sealer
from synergy_webhooks.addresses import AddressPolicy
from synergy_webhooks.delivery.attempt import Limits, Poster, verified_tls
from synergy_webhooks.delivery.connections import Connections, Peer
from synergy_webhooks.delivery.parcel import Key, Outcome, Parcel

SEALER = Sealer("a key for tests, long enough", purpose="webhook-secrets")
HOOK = UUID(int=1)
SHORT = Limits(connect=1.0, total=1.5)
"""What is waited for in vain is waited for so long; what comes is there at once."""
OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def a_server(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Reads one request from each connection, and lets `answer` do what it likes with it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(20)
            asked = b""
            while b"\r\n\r\n" not in asked or not asked.endswith(b"}"):
                asked += connection.recv(65_536)
            answer(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(20)


@contextmanager
def a_black_hole(address: str, port: int = 0) -> Iterator[int]:
    """Takes no connection and refuses none: so many wait already."""
    with ExitStack() as open_sockets:
        listening = open_sockets.enter_context(socket.create_server((address, port), backlog=0))
        port = listening.getsockname()[1]
        for _ in range(4):
            waiting = open_sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect((address, port))
        yield port


def a_parcel(url: str) -> Parcel:
    sealed = SEALER.seal(b"test_secret", context=str(HOOK))
    return Parcel(
        webhook_id=HOOK, lane="project-1", delivery_id=UUID(int=2), event_id=UUID(int=3), event_type="task.created",
        sequence=1, format="standard", body=b"{}", url=url, keys=(Key(new_id(), sealed),),
        issued_at=datetime(2026, 1, 1, tzinfo=UTC), sure_until=time.monotonic() + 60,
    )  # fmt: skip


def attempt(url: str, *, allow: str = "127.0.0.1", names: Any = None, limits: Limits = SHORT) -> Outcome:
    """What one attempt comes to; `names` resolves."""
    (outcome,) = attempts(url, allow=allow, names=names, limits=limits)
    return outcome


def attempts(
    url: str,
    *,
    times: int = 1,
    allow: str = "127.0.0.1",
    names: Any = None,
    limits: Limits = SHORT,
    then: Callable[[], None] = lambda: None,
) -> list[Outcome]:
    """The same for several, one after the other, by one sender, which lives on while `then` runs in a thread."""

    async def resolve(host: str, port: int) -> list[str]:
        return names(host) if names else []

    async def posted() -> list[Outcome]:
        poster = Poster(
            policy=AddressPolicy.parse(allow), resolve=resolve, sealer=SEALER, clock=SystemClock(), limits=limits
        )
        try:
            outcomes = [await poster(a_parcel(url)) for _ in range(times)]
            await asyncio.to_thread(then)
            return outcomes
        finally:
            await poster.close()

    return asyncio.run(posted())


def says(*parts: bytes, pause: float = 0.0, then: Callable[[socket.socket], None] = lambda _: None) -> Any:
    def answer(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        then(connection)

    return answer


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answers_again(connection: socket.socket) -> None:
    connection.recv(65_536)
    connection.sendall(OK + b"Content-Length: 0\r\n\r\n")


def keeps_silent(connection: socket.socket) -> None:
    connection.recv(1)  # until the other side has had enough


def test_what_an_attempt_may_take_and_must_have():
    limits = Limits()

    assert (5.0, 15.0, 16_384, 1_000) == (limits.connect, limits.total, limits.read, limits.kept)
    assert verified_tls().minimum_version >= ssl.TLSVersion.TLSv1_2
    assert (True, ssl.CERT_REQUIRED) == (verified_tls().check_hostname, verified_tls().verify_mode)


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(keeps_silent, "No answer within", id="never_answers"),
        pytest.param(says(*[b"HTTP/1.1 200 O", *[b"k"] * 40], pause=0.05), "No answer within", id="drips_its_status"),
        pytest.param(says(OK, *[b"X-More: x\r\n"] * 40, pause=0.05), "No answer within", id="drips_its_headers"),
        pytest.param(lambda connection: None, "closed before an answer", id="hangs_up"),
        pytest.param(says(then=reset), "connection", id="resets"),
        pytest.param(says(b"220 smtp.example ESMTP\r\n\r\n"), "not valid HTTP", id="speaks_something_else"),
        pytest.param(says(OK, b"X: " + b"x" * 1_000_000, b"\r\n\r\n"), "not valid HTTP", id="a_header_without_end"),
        pytest.param(says(CONTINUE, then=keeps_silent), "No answer within", id="only_continue"),
        pytest.param(says(CONTINUE * 11, OK, b"Content-Length: 0\r\n\r\n"), "Interim answers", id="continue_11_times"),
    ],
)
def test_what_never_says_its_status_is_a_failure(answer, error):
    with a_server(answer) as port:
        outcome = attempt(f"http://127.0.0.1:{port}/")

    assert (None, False) == (outcome.status_code, outcome.success)
    assert error in (outcome.error or "")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(says(OK, b"Content-Length: 10\r\n\r\n", *[b"x"] * 9, pause=0.3), 200, id="drips_its_body"),
        pytest.param(says(OK, b"Content-Length: 10\r\n\r\nxx", then=reset), 200, id="resets_in_its_body"),
        pytest.param(says(OK, b"Content-Length: 99\r\n\r\nxx", then=keeps_silent), 200, id="stops_in_its_body"),
        pytest.param(says(CONTINUE * 10, OK, b"Content-Length: 0\r\n\r\n"), 200, id="continue"),
        pytest.param(says(b"HTTP/1.0 200 OK\r\n\r\nfine"), 200, id="http_1_0"),
        pytest.param(says(b"HTTP/1.1 204 No Content\r\n\r\n"), 204, id="no_content"),
        pytest.param(
            says(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"), 302,
            id="redirects_to_metadata",
        ),
        pytest.param(says(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"), 500, id="fails"),
    ],
)  # fmt: skip
def test_the_status_decides_whatever_becomes_of_the_rest(answer, status):
    with a_server(answer) as port:
        outcome = attempt(f"http://127.0.0.1:{port}/")

    assert (status, status < 300) == (outcome.status_code, outcome.success)


def test_what_comes_behind_an_answer_is_not_that_to_the_next_attempt():
    smuggled = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
    with a_server(says(OK + b"Content-Length: 0\r\n\r\n" + smuggled, then=keeps_silent)) as port:
        outcomes = attempts(f"http://127.0.0.1:{port}/", times=3)

    assert [200] * 3 == [outcome.status_code for outcome in outcomes]


def test_who_says_what_nobody_asked_for_is_hung_up_on():
    rested, gone, told = threading.Event(), threading.Event(), []

    def goes_on(connection: socket.socket) -> None:
        rested.wait(5)
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        with suppress(ConnectionResetError):
            connection.recv(1)
        gone.set()

    def after_the_answer() -> None:
        rested.set()
        told.append(gone.wait(2))

    with a_server(says(OK, b"Content-Length: 0\r\n\r\n", then=goes_on)) as port:
        attempts(f"http://127.0.0.1:{port}/", then=after_the_answer)

    assert [True] == told


def test_so_many_connections_are_kept_and_so_long():
    async def kept(port: int) -> None:
        peer = Peer("127.0.0.1", port, None)
        connections = Connections(tls=verified_tls(), idle=0.3, most=2)
        opened = [await connections.open(peer, connect=1.0) for _ in range(3)]
        for connection in opened:
            connections.keep(connection)

        assert [False, True, True] == [connection.alive for connection in opened]
        assert connections.kept(peer) is opened[2]
        ended = opened[1].protocol.closed
        assert ended
        await asyncio.wait_for(ended, 5)
        assert opened[2].alive, "it is somebody's"
        assert connections.kept(peer) is None
        opened[2].end()
        await connections.close()

    with a_server(keeps_silent) as port:
        asyncio.run(kept(port))


def test_a_bomb_is_not_unpacked_and_an_endless_answer_is_not_read():
    sent = 0

    def endless(connection: socket.socket) -> None:
        nonlocal sent
        connection.sendall(OK + b"Content-Length: 10000000000\r\n\r\n")
        while sent < 500_000_000:
            sent += connection.send(b"x" * 100_000)

    content = gzip.compress(b"\x00" * 50_000_000, 1)
    packed = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(content) + content
    with a_server(says(packed)) as bomb, a_server(endless) as river:
        outcomes = [attempt(f"http://127.0.0.1:{port}/") for port in (bomb, river)]

    assert [200, 200] == [outcome.status_code for outcome in outcomes]
    assert [1_000, 1_000] == [len(outcome.response_body or "") for outcome in outcomes]
    assert (outcomes[0].response_body or "").startswith("\x1f"), "as it came"
    assert "\x00" not in (outcomes[0].response_body or ""), "a database could not hold it"
    assert sent < 50_000_000


@pytest.mark.parametrize(
    ("value", "expected"), [(b"120", timedelta(minutes=2)), (b"Fri, 01 Jan 2100 00:00:00 GMT", None)], ids=str
)
def test_an_overloaded_receiver_says_when_in_both_forms(value, expected):
    with a_server(says(b"HTTP/1.1 429 Too Many\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n" % value)) as port:
        outcome = attempt(f"http://127.0.0.1:{port}/")

    assert outcome.slow_down
    assert outcome.retry_after == expected if expected else outcome.retry_after > timedelta(days=365)


def test_who_takes_no_connection_is_waited_for_so_long():
    with a_black_hole("127.0.0.1") as port:
        outcome = attempt(f"http://127.0.0.1:{port}/", limits=Limits(connect=0.2, total=20))

    assert (None, "127.0.0.1", "No connection within 0.2 s.") == (outcome.status_code, outcome.address, outcome.error)
    assert 200 <= outcome.duration_ms < 10_000


def test_who_never_shakes_hands_is_waited_for_so_long():
    with a_server(keeps_silent) as port:
        outcome = attempt(f"https://127.0.0.1:{port}/", limits=Limits(connect=0.2, total=0.5))

    assert (None, "No answer within 0.5 s.") == (outcome.status_code, outcome.error)
    assert 500 <= outcome.duration_ms < 10_000


HOLES = ["127.0.0.2", "127.0.0.3"]


def test_an_address_that_is_a_black_hole_leaves_time_for_the_next():
    with a_server(says(OK, b"Content-Length: 0\r\n\r\n")) as port, ExitStack() as holes:
        for address in HOLES:
            holes.enter_context(a_black_hole(address, port))
        outcome = attempt(
            f"http://hooks.example:{port}/", allow="127.0.0.0/8", names=lambda host: [*HOLES, "127.0.0.1"]
        )

    assert (200, "127.0.0.1", None) == (outcome.status_code, outcome.address, outcome.error)
    assert outcome.duration_ms >= 600, "each of the others had its third of a second"


def test_black_holes_together_take_no_longer_than_one():
    with ExitStack() as holes:
        port = holes.enter_context(a_black_hole(HOLES[0]))
        holes.enter_context(a_black_hole(HOLES[1], port))
        outcome = attempt(
            f"http://hooks.example:{port}/", allow="127.0.0.0/8", names=lambda host: HOLES * 20,
            limits=Limits(connect=0.5, total=20),
        )  # fmt: skip

    assert (None, "No connection within 0.5 s.") == (outcome.status_code, outcome.error)
    assert 500 <= outcome.duration_ms < 1_000


def test_an_address_that_a_connection_is_kept_to_goes_before_a_black_hole():
    hole = HOLES[0]
    with a_server(says(OK, b"Content-Length: 0\r\n\r\n", then=answers_again)) as port, a_black_hole(hole, port):
        first, second = attempts(
            f"http://hooks.example:{port}/", times=2, allow="127.0.0.0/8", names=lambda host: [hole, "127.0.0.1"]
        )

    assert [200, 200] == [first.status_code, second.status_code]
    assert first.duration_ms >= 500 > second.duration_ms


ODD = [
    pytest.param(b"Retry-After: Fri, 01 Jan 99999999999 00:00:00 GMT", id="a_year_of_eleven_digits"),
    pytest.param(b"Retry-After: Fri, 01 Jan 2100 00:00:00 +99999999999", id="a_zone_of_eleven_digits"),
    pytest.param(b"Retry-After: " + b"9" * 5_000, id="very_many_seconds"),
    pytest.param(b"Retry-After: \xff\xfe\x80", id="bytes_that_are_no_text"),
    pytest.param(b"Retry-After: 1\r\nRetry-After: soon", id="twice"),
    pytest.param(b"Content-Type: text/\xff; charset=\xff", id="a_type_that_is_no_text"),
    pytest.param(b"Content-Encoding: \xff", id="an_encoding_that_is_no_text"),
    pytest.param(b"Set-Cookie: \xff=\xfe; expires=never; domain=\xfd", id="an_odd_cookie"),
    pytest.param(b"Connection: \xff", id="an_odd_connection"),
]


@pytest.mark.parametrize("status", [b"200 O\xffK", b"429 "], ids=["200", "429"])
@pytest.mark.parametrize("header", ODD)
def test_an_odd_header_keeps_no_answer_from_being_an_outcome(header, status):
    odd = b"HTTP/1.1 %s\r\n%s\r\nContent-Length: 4\r\n\r\n\xff\x00\xc3\xed" % (status, header)
    with a_server(says(odd)) as port:
        outcome = attempt(f"http://127.0.0.1:{port}/")

    assert int(status[:3]) == outcome.status_code
    assert msgspec.json.decode(msgspec.json.encode([outcome.error, outcome.response_body]))[1], "it can be recorded"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 99999999999999999999 OK\r\n\r\n", id="a_huge_status"),
        pytest.param(b"HTTP/1.1 -1 OK\r\n\r\n", id="a_negative_status"),
        pytest.param("HTTP/1.1 ٢٠٠ OK\r\n\r\n".encode(), id="other_digits"),
        pytest.param(b"HTTP/99999999999.1 200 OK\r\n\r\n", id="a_huge_version"),
        pytest.param(OK + b"Content-Length: -1\r\n\r\n", id="a_negative_length"),
        pytest.param(OK + b"Content-Length: 99999999999999999999999\r\n\r\nx", id="a_huge_length"),
        pytest.param(b"\x00" * 100_000, id="zeros"),
        pytest.param(b"\xff\xfe\r\n\r\n", id="no_text"),
    ],
)
def test_what_is_no_http_at_all_is_a_failure_with_a_sentence(answer):
    with a_server(says(answer)) as port:
        outcome = attempt(f"http://127.0.0.1:{port}/")

    assert (None, False) == (outcome.status_code, outcome.success)
    assert (outcome.error or "").endswith(".")


def test_a_name_is_looked_up_once_and_exactly_the_judged_address_is_dialled(monkeypatch):
    """A rebinding name: public or allowed when it is judged, another address when asked again."""
    asked: list[str] = []

    def names(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    def looked_up(*_: Any, **__: Any) -> Any:
        raise AssertionError("the system was asked for a name")

    with a_server(says(OK, b"Content-Length: 0\r\n\r\n")) as port:
        monkeypatch.setattr(socket, "getaddrinfo", looked_up)
        first = attempt(f"http://rebind.example:{port}/", names=names)
        second = attempt(f"http://rebind.example:{port}/", names=names)

    assert (200, "127.0.0.1") == (first.status_code, first.address)
    assert (None, None) == (second.status_code, second.address)
    assert second.error
    assert ["rebind.example"] * 2 == asked


TRICKS = [
    "http://2130706433:{port}/", "http://0177.0.0.1:{port}/", "http://0x7f.1:{port}/", "http://127.1:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/", "http://[64:ff9b::7f00:1]:{port}/", "http://[::7f00:1]:{port}/",
    "http://user@127.0.0.1:{port}/", "http://127.0.0.2:{port}/", "http://0.0.0.0:{port}/",
    "http://127.0.0.1.:{port}/#x", "http://localhost:{port}/",
]  # fmt: skip


def test_a_trick_that_was_saved_somehow_is_refused_at_the_attempt():
    """The allow-list opens 127.0.0.1 and nothing that means it in another way."""
    arrived = threading.Event()
    with a_server(lambda _: arrived.set()) as port:
        told = {url: attempt(url.format(port=port), names=lambda host: ["::1"]) for url in TRICKS}

    assert [] == [url for url, outcome in told.items() if outcome.status_code is not None or not outcome.error]
    assert [] == [url for url, outcome in told.items() if outcome.address is not None], "nothing was dialled"
    assert not arrived.is_set()
