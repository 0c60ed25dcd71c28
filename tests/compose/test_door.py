"""nginx: what it lets through, what it says itself, and TLS once there is a certificate."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from compose.stack import SCALE, Stack, run
from system.steps import anyone, assert_problem, somebody, until

MEBIBYTE = 1024 * 1024
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


@pytest.mark.parametrize(
    ("path", "size", "status", "by"),
    [
        pytest.param("/api/projects/", MEBIBYTE // 2, 401, "gateway", id="a_small_body_is_for_the_gateway"),
        pytest.param("/api/projects/", 1_100_000, 413, "nginx", id="one_above_a_megabyte_is_not"),
        pytest.param("/api/projects/import/", 49 * MEBIBYTE, 401, "gateway", id="an_import_may_have_fifty"),
        pytest.param("/api/projects/import/", 51 * MEBIBYTE, 413, "nginx", id="and_not_more"),
    ],
)
def test_bodies_are_limited_by_nginx(stack: Stack, path: str, size: int, status: int, by: str):
    answer = anyone(stack.url).post(path, data=bytes(size), headers={"Content-Type": "application/json"}, timeout=60)
    problem = assert_problem(answer, status)
    noted = until(
        lambda: [entry for entry in stack.door_log() if entry["request_id"] == problem["request_id"]],
        what="the request in nginx's log",
    )

    assert [by] == ["gateway" if entry["gateway"] else "nginx" for entry in noted]


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/api/projects/", "/api/nowhere/"])
def test_security_headers_are_on_every_answer_once(stack: Stack, path: str):
    answer = anyone(stack.url).get(path)

    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "/" not in answer.headers["Server"]


def test_metrics_are_not_served(stack: Stack):
    assert_problem(anyone(stack.url).get("/metrics"), 404)


def test_an_invented_client_address_is_not_believed(stack: Stack):
    answer = anyone(stack.url).get(
        "/api/projects/", headers={"X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7"}
    )
    asked = answer.headers["X-Request-Id"]
    logs = until(
        lambda: [
            line
            for gateway in stack.containers("gateway")
            for line in logged(gateway["Id"])
            if asked in line and '"event":"request"' in line
        ],
        what="the request in a gateway's log",
    )

    assert "198.51.100.7" not in logs[0]
    assert stack.way_in("edge") in logs[0]


def test_without_a_gateway_there_is_a_problem_and_no_hang(stack: Stack):
    stack.compose("stop", "gateway")
    try:
        answer = anyone(stack.url).get("/api/projects/", timeout=8)
    finally:
        stack.up(**SCALE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    until(lambda: anyone(stack.url).get("/api/projects/").status_code == 401, what="the gateways answering again")


def test_with_a_certificate_everything_goes_by_tls(stack: Stack, tmp_path: Path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
        "-keyout", str(key), "-out", str(certificate),
    )  # fmt: skip
    stack.prepare(TLS_CERTIFICATE=str(certificate), TLS_KEY=str(key))
    stack.up(**SCALE)
    try:
        moved = until(lambda: asked(stack.url + "/api/projects/?page=2"), what="nginx answering")
        client = anyone(stack.secure_url)
        client.verify = str(certificate)
        healthy = until(
            lambda: a if (a := client.get("/api/health/")).status_code == 200 else None, what="health by TLS"
        )
        protocol = run("curl", "--silent", "--insecure", "--output", "/dev/null", "--write-out", "%{http_version}",
                       stack.secure_url + "/livez")  # fmt: skip
        old = refuses_old_tls(stack.secure_url)
    finally:
        stack.prepare()
        stack.up(**SCALE)

    assert moved.status_code == 308
    assert moved.headers["Location"] == "https://localhost:18443/api/projects/?page=2"
    assert healthy.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert protocol == "2"
    assert old
    assert somebody(stack.url).get("/api/projects/").status_code == 200


def asked(url: str) -> requests.Response | None:
    try:
        return requests.get(url, allow_redirects=False, timeout=5)
    except requests.ConnectionError:
        return None


def refuses_old_tls(url: str) -> bool:
    """Whether TLS 1.1 is refused."""
    tried = ["curl", "--silent", "--insecure", "--tls-max", "1.1", "--tlsv1.0", "--output", "/dev/null", url]
    return subprocess.run(tried, check=False).returncode != 0


def logged(container: str) -> list[str]:
    done = subprocess.run(["docker", "logs", "--since", "2m", container], capture_output=True, text=True, check=True)
    return (done.stdout + done.stderr).splitlines()


@pytest.mark.parametrize("healthy", [0, 1], ids=["all_frozen", "one_is_left"])
def test_whoever_meets_a_frozen_gateway_has_an_answer_within_half_a_minute(stack: Stack, healthy: int):
    with stack.frozen(*stack.containers("gateway")[healthy:]), ThreadPoolExecutor(6) as people:
        answers = list(people.map(lambda _: anyone(stack.url).get("/api/projects/", timeout=60), range(6)))

    assert all(answer.elapsed < timedelta(seconds=32) for answer in answers), [answer.elapsed for answer in answers]
    given_up = [answer for answer in answers if answer.status_code != 401]
    assert {(answer.status_code, answer.headers["Retry-After"]) for answer in given_up} <= {(503, "1")}
    assert all(answer.headers["Content-Type"] == "application/problem+json" for answer in given_up)
    assert (len(given_up) == len(answers)) == (healthy == 0)


def test_nginx_may_open_as_many_files_as_its_container(stack: Stack):
    look = "for p in /proc/[0-9]*; do echo $(cat $p/comm) $(grep 'open files' $p/limits); done"
    limits = [
        line.split() for line in stack.inside("nginx", "sh", "-c", look).splitlines() if line.startswith("nginx ")
    ]

    assert len(limits) >= 3  # one that leads, two that work
    assert {soft for _, _, _, _, soft, _, _ in limits} == {hard for *_, hard, _ in limits}


def test_an_address_that_is_no_json_as_it_stands_leaves_the_problem_readable(stack: Stack):
    answer = anyone(stack.url).get('/metrics"x\\y')

    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (404, "/problems/not-found")
    assert problem["instance"] == "/metrics%22x%5Cy"  # a reference as RFC 9457 has it, not decoded
