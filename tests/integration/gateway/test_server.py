"""The process: how it starts, ends, and takes what clients do to a socket."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from integration.chassis.bus.muffle import Muffle
from integration.gateway.conftest import Scene, until

from synergy_gateway.__main__ import main
from synergy_local.ports import free_ports, is_free

HOST = b"Host: x\r\nConnection: close\r\n"
LOGIN = b"POST /api/auth/login/ HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"


def serve(**env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "synergy_gateway", "serve"],
        env={name: value for name, value in os.environ.items() if name != "REDIS_URL"} | env,
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_worker_is_replaced_and_sigterm_lets_a_request_finish_and_leaves_no_process(scene: Scene):
    gateway = scene.gateway()
    (worker,) = [pid for pid in gateway.children() if "multiprocessing" not in Path(f"/proc/{pid}/cmdline").read_text()]
    os.kill(worker, signal.SIGKILL)
    until(lambda: not alive(worker) and scene.answers())

    workers = gateway.children()
    assert workers
    idle = scene.connect()
    busy = scene.connect()
    busy.sendall(LOGIN + b"Content-Length: 2\r\n\r\n{")
    until(lambda: gateway.lines("request"))  # the server works

    ended: list[int] = []
    stopping = threading.Thread(target=lambda: ended.append(gateway.stop()))
    stopping.start()
    until(lambda: refuses(scene))
    busy.sendall(b"}")

    assert b"422 Unprocessable Entity" in busy.recv(65_536)
    stopping.join(15)
    assert ended == [0]
    assert not any(alive(pid) for pid in workers)
    idle.close()
    busy.close()


def refuses(scene: Scene) -> bool:
    """Whether new connections are not taken any more."""
    try:
        scene.connect().close()
    except OSError:
        return True
    return False


def test_a_taken_port_is_said_in_a_sentence(door: Scene):
    second = serve(GATEWAY_AMQP_URL="amqp://x", REDIS_URL="redis://x", PORT=str(door.port))

    assert second.returncode == 1
    assert second.stderr == f"gateway: Port {door.port} of 127.0.0.1 cannot be listened on: Address already in use.\n"


def test_a_missing_setting_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("GATEWAY_AMQP_URL", "amqp://x")
    monkeypatch.delenv("REDIS_URL", raising=False)

    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith("gateway: Set REDIS_URL")


@pytest.mark.parametrize("size", [1_000_001, 3_000_000, 25_000_000])
def test_a_body_that_is_too_large_is_told_so_however_large(door: Scene, size: int):
    body = b'{"username":"' + b"x" * size + b'"}'

    answer = requests.post(
        door.url + "/api/auth/login/", body, headers={"Content-Type": "application/json"}, timeout=20
    )

    assert answer.status_code == 413


def test_a_body_in_chunks_is_limited_as_well(door: Scene):
    chunks = (b"x" * 100_000 for _ in range(12))

    answer = requests.post(
        door.url + "/api/auth/login/", chunks, headers={"Content-Type": "application/json"}, timeout=20
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n", b"200", id="plain"),
        pytest.param(b"GET /livez/ HTTP/1.1\r\n" + HOST + b"\r\n", b"200", id="with_a_slash"),
        pytest.param(b"HEAD /livez HTTP/1.1\r\n" + HOST + b"\r\n", b"200", id="head"),
        pytest.param(b"GET /livez HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", b"400", id="bad_host"),
        pytest.param(
            b"GET /livez HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 600_000 + b"\r\n\r\n", b"431", id="huge_header"
        ),
        pytest.param(b"GET /api/projects/%ff/ HTTP/1.1\r\n" + HOST + b"\r\n", b"401", id="path_not_utf8"),
        pytest.param(b"GET /livez?%ff HTTP/1.1\r\n" + HOST + b"\r\n", b"400", id="query_not_utf8"),
        pytest.param(b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", b"404", id="dots"),
        pytest.param(LOGIN + b"Content-Length: x\r\n\r\n", b"400", id="length_is_no_number"),
        pytest.param(LOGIN + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"400", id="two_lengths"),
        pytest.param(LOGIN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400", id="broken_chunk"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01", b"400", id="tls"),
    ],
)
def test_what_arrives_on_a_socket_gets_its_answer(door: Scene, request_: bytes, status: bytes):
    answer = door.raw(request_)

    assert answer.partition(b"\r\n")[0].split(b" ")[1:2] == [status]
    assert b"granian" not in answer.lower()
    assert door.answers()


def test_a_client_that_leaves_in_the_middle_harms_nobody(door: Scene):
    for _ in range(20):
        connection = door.connect()
        connection.sendall(LOGIN + b"Content-Length: 1000\r\n\r\n{")
        connection.close()

    assert door.answers()
    assert not [line for line in door.started[0].lines() if line.get("level") in ("error", "critical")]


def test_without_its_neighbours_it_serves_and_says_so_with_hosts_and_origins_of_the_environment(scene: Scene):
    page, known = "https://app.example.com", {"Host": "projects.example.com"}
    gateway = scene.gateway(
        ALLOWED_HOSTS="projects.example.com", CORS_ALLOWED_ORIGINS=page,
        GATEWAY_AMQP_URL="amqp://gateway:x@127.0.0.1:9/synergy",
    )  # fmt: skip

    assert scene.get("/livez").status_code == 200
    assert scene.get("/readyz", **known).status_code == 503
    health = scene.get("/api/health/", **known)
    assert health.status_code == 503
    assert {"broker", "auth", "projects", "webhooks", "database"} <= set(health.json()["down"])
    assert health.json()["checks"]["cache"]["status"] == "up"
    assert scene.read(3, **known).status_code == 503
    assert scene.get("/.well-known/jwks.json", **known).status_code == 503

    refused = scene.get("/problems/", Host="evil.example.com")
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/host-not-allowed")
    read = scene.get("/problems/", Host="projects.example.com", Origin=page)
    assert (read.status_code, read.headers["Access-Control-Allow-Origin"]) == (200, page)
    asked = {"Origin": page, "Access-Control-Request-Method": "GET"}
    assert requests.options(scene.url + "/api/projects/", headers=asked, timeout=10).status_code == 204
    twice = scene.raw(
        b"GET /problems/ HTTP/1.1\r\nHost: projects.example.com\r\nHost: evil.com\r\nConnection: close\r\n\r\n"
    )
    assert twice.startswith(b"HTTP/1.1 400 ")
    assert gateway.stop() == 0


def test_who_comes_while_it_starts_waits_until_it_has_reached_the_broker(scene: Scene):
    """Else one that is added to others would refuse what they could do."""
    way = Muffle(scene.vhost.amqp_url("gateway"))
    with ThreadPoolExecutor(1) as pool, ExitStack() as later:
        started = pool.submit(scene.gateway, GATEWAY_AMQP_URL=way.url)
        until(way.somebody_waits)
        early = later.enter_context(scene.connect())
        early.sendall(b"GET /readyz HTTP/1.1\r\n" + HOST + b"\r\n")
        early.settimeout(0.5)
        with pytest.raises(TimeoutError):
            early.recv(1)
        early.settimeout(15)
        later.enter_context(way)

        assert early.recv(65_536).startswith(b"HTTP/1.1 200 ")
        started.result(30)


def test_each_worker_has_metrics_of_its_own_and_a_killed_parent_leaves_none_on_the_port(scene: Scene):
    first, second = free_ports_in_a_row()
    gateway = scene.gateway(GATEWAY_WORKERS="2", METRICS_PORT=str(first))
    until(lambda: len(gateway.lines("metrics-served")) == 2, what=gateway.log.read_text)

    def requested() -> int:
        pages = [requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text for port in (first, second)]
        lines = [line for page in pages for line in page.splitlines() if line.startswith("http_requests_total{")]
        return sum(round(float(line.rpartition(" ")[2])) for line in lines if 'route="/problems/"' in line)

    for _ in range(10):
        scene.get("/problems/")

    until(lambda: requested() == 10)
    assert scene.get("/metrics").status_code == 404
    workers = gateway.children()
    assert len(workers) >= 2
    gateway.popen.kill()
    gateway.popen.wait()
    until(lambda: not any(alive(pid) for pid in workers))
    assert refuses(scene)


def free_ports_in_a_row() -> tuple[int, int]:
    while True:
        (port,) = free_ports(1)
        if is_free("127.0.0.1", port + 1):
            return port, port + 1
