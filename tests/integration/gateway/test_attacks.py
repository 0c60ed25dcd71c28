"""What is tried against the door itself, over raw sockets: every answer is a plain no, or the connection ends."""

import json
import os
import re
import socket
import threading
import time
from pathlib import Path

import pytest
import requests
from integration.gateway.conftest import Scene, until

from synergy_gateway.listening import UNSENT

HOST = b"Host: x\r\n"
POST = b"POST /api/auth/login/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
SMUGGLED = b"GET /problems/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
CHUNKED = b"\r\n\r\n0\r\n\r\n"
CLOSE = b"Connection: close\r\n\r\n"
TRICKLING = 300
"""Clients that send slowly, all at once."""


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked" + CHUNKED, id="length_and_chunks"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4" + CHUNKED, id="chunks_and_length"),
        pytest.param(
            POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity" + CHUNKED, id="two_transfer_encodings"
        ),
        pytest.param(POST + b"Transfer-Encoding: xchunked" + CHUNKED, id="an_unknown_transfer_encoding"),
        pytest.param(POST + b"Transfer-Encoding: \x0bchunked" + CHUNKED, id="a_tab_of_another_kind"),
        pytest.param(POST + b"Transfer-Encoding : chunked" + CHUNKED, id="a_space_before_the_colon"),
        pytest.param(POST + b"Transfer-Encoding:\r\n chunked" + CHUNKED, id="a_folded_line"),
        pytest.param(POST + b"Content-Length: +2\r\n\r\n{}", id="length_with_a_sign"),
        pytest.param(POST + b"Content-Length: 2, 2\r\n\r\n{}", id="a_list_of_lengths"),
        pytest.param(POST + b"Content-Length: 0x2\r\n\r\n{}", id="length_in_hex"),
        pytest.param(POST + b"Content-Length: -1\r\n\r\n{}", id="length_below_zero"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n", id="chunk_size_in_hex"),
        pytest.param(
            POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n", id="endless_chunk"
        ),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n", id="chunks_without_cr"),
        pytest.param(
            b"POST /api/auth/login/ HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked" + CHUNKED, id="http_1_0"
        ),
    ],
)
def test_a_request_smuggled_behind_an_ambiguous_one_is_not_answered(door: Scene, request_: bytes):
    answer = door.raw(request_ + SMUGGLED)

    assert [b"400"] == re.findall(rb"^HTTP/1\.[01] (\d{3})", answer, re.M)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET /livez HTTP/1.1\r\n" + CLOSE, b"400", id="no_host"),
        pytest.param(b"GET /livez HTTP/1.0\r\n" + CLOSE, b"200", id="http_1_0_needs_none"),
        pytest.param(b"GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n" + CLOSE, b"400", id="two_hosts"),
        pytest.param(b"GET /livez HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n" + CLOSE, b"400", id="nul"),
        pytest.param(b"GET /livez HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n" + CLOSE, b"400", id="cr"),
        pytest.param(b"GET /livez?" + b"a" * 16_000 + b" HTTP/1.1\r\n" + HOST + CLOSE, b"414", id="long_address"),
        pytest.param(b"GET /livez HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 200_000 + b"\r\n" + CLOSE, b"431", id="long"),
        pytest.param(b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 101 + CLOSE, b"431", id="many_headers"),
        pytest.param(b"CONNECT evil:80 HTTP/1.1\r\nHost: evil:80\r\n" + CLOSE, b"405", id="connect"),
        pytest.param(b"TRACE /livez HTTP/1.1\r\n" + HOST + CLOSE, b"405", id="trace"),
        pytest.param(
            b"GET /livez HTTP/1.1\r\n" + HOST + b"Upgrade: h2c\r\nConnection: close\r\n\r\n", b"200", id="h2c"
        ),
        pytest.param(b"GET /livez\r\n\r\n", b"400", id="http_0_9"),
        pytest.param(
            POST + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n" + CLOSE + b"\x1f\x8b\x08\x00", b"415", id="gzip"
        ),
    ],
)
def test_what_is_not_as_http_asks_for_is_refused_without_a_banner(door: Scene, request_: bytes, status: bytes):
    answer = door.raw(request_)

    assert status == answer.split(b" ", 2)[1]
    assert re.findall(rb"^server: .*", answer, re.M | re.I) in ([], [b"server: SynergyOS\r"])
    assert not re.search(rb"granian|hyper|litestar|python|uvicorn", answer, re.I)


def test_nobody_s_host_or_proxy_headers_get_into_an_answer(door: Scene):
    spoofed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    spoofed |= {"Forwarded": "for=6.6.6.6;host=evil.example", "X-Original-URL": "/livez", "X-Rewrite-URL": "/livez"}
    spoofed |= {"X-HTTP-Method-Override": "DELETE", "X-Forwarded-For": "6.6.6.6"}
    for path in ("/", "/api/openapi.json", "/api/docs/", "/api/projects/", "/nowhere/"):
        answer = door.get(path, **spoofed)
        assert "evil.example" not in answer.text + str(answer.headers)
    line = until(lambda: [one for one in door.started[0].lines("request") if one["route"] == "/api/projects/"])[-1]
    assert ("127.0.0.1", "GET") == (line["client"], line["method"])


def test_clients_that_send_slowly_hold_up_nobody_and_are_let_go(door: Scene):
    """Headers and bodies have ten seconds each, however many trickle in at once."""
    half_a_head = b"GET /livez HTTP/1.1\r\n" + HOST + b"X: "
    half_a_body = POST + b"Content-Length: 100\r\n\r\n{"
    slow = [door.connect() for _ in range(TRICKLING)]
    trickling = threading.Event()

    def trickle() -> None:
        while not trickling.wait(1):
            for one in slow:
                try:
                    one.sendall(b"x")
                except OSError:
                    continue

    for number, one in enumerate(slow):
        one.sendall(half_a_body if number % 2 else half_a_head)
    began = time.monotonic()
    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        assert requests.get(door.url + "/livez", timeout=5).status_code == 200
        for number, one in enumerate(slow):
            one.settimeout(60)
            told = one.recv(65_536)
            assert told == b"" or re.match(rb"HTTP/1\.1 408 ", told), (number, told)
        assert 8 <= time.monotonic() - began < 20
    finally:
        trickling.set()
        thread.join()
        for one in slow:
            one.close()
    assert door.answers()


def test_a_bomb_of_json_costs_no_more_than_its_bytes(door: Scene):
    """The gateway's own processes, in seconds of processors and bytes of memory."""
    processes = [door.started[0].popen.pid, *door.started[0].children()]
    for bomb in (b"[" * 900_000, b'{"a":' * 150_000, b'{"username":"' + b"\\u0041" * 150_000 + b'"}', b"9" * 900_000):
        for pid in processes:
            Path(f"/proc/{pid}/clear_refs").write_text("5")  # from now on the peak is of now
        used, had = processor_time(processes), peak(processes)
        answer = requests.post(
            door.url + "/api/auth/login/", bomb, headers={"Content-Type": "application/json"}, timeout=60
        )
        assert answer.status_code in (400, 422), answer.text[:200]
        assert "errors" not in answer.json() or len(json.dumps(answer.json())) < 2_000
        assert processor_time(processes) - used < 0.5
        assert peak(processes) - had < 10 * len(bomb)


def processor_time(pids: list[int]) -> float:
    """Seconds of processors that these processes have used."""
    times = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in pids]
    return sum(int(ticks) for pair in times for ticks in pair) / os.sysconf("SC_CLK_TCK")


def peak(pids: list[int]) -> int:
    """Bytes of memory that these processes had at most, each at its own time."""
    lines = (line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def test_a_client_that_never_reads_holds_little_of_what_waits_for_it(door: Scene):
    asked = b"GET /api/openapi.json HTTP/1.1\r\n" + HOST + b"\r\n"
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.connect(("127.0.0.1", door.port))
        client.sendall(asked * 8)
        port = client.getsockname()[1]
        until(lambda: waiting(door.port, port) >= UNSENT)

        assert waiting(door.port, port) <= 3 * UNSENT


def waiting(ours: int, theirs: int) -> int:
    """Bytes that wait in the kernel to be taken by a client, by the ports of both."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, *_ = line.split()
        if (int(local[-4:], 16), int(remote[-4:], 16)) == (ours, theirs):
            return int(queues.partition(":")[0], 16)
    return 0
