"""Which Host headers are answered."""

import pytest

LISTED = ("projects.example.com", ".b.example", "127.0.0.1", "[::1]")


@pytest.mark.parametrize(
    "host",
    ["projects.example.com", "PROJECTS.example.com:8000", "projects.example.com.", "b.example", "a.b.example:443",
     "c.a.b.example", "127.0.0.1:8000", "[::1]", "[::1]:8000"],
)  # fmt: skip
def test_a_listed_host_is_answered_on_any_port(door, host):
    assert door(allowed_hosts=LISTED).get("/problems/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["example.com", "a.projects.example.com", "ab.example", "evil.com", "projects.example.com@evil.com", "",
     "projects.example.com:x", "evil.com/projects.example.com", "b.example, evil.com", "127.0.0.11"],
)  # fmt: skip
def test_another_host_is_refused_with_a_problem(door, neighbours, host):
    client = door(allowed_hosts=LISTED)

    answer = client.post("/api/auth/login/", json={}, headers={"Host": host, "X-Request-Id": "r-1"})

    body = answer.json()
    assert (answer.status_code, body["type"]) == (400, "/problems/host-not-allowed")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert body["request_id"] == answer.headers["X-Request-Id"] == "r-1"
    assert (host or "?") not in answer.text
    assert not neighbours.calls


def test_two_hosts_are_none(door):
    hosts = [(b"Host", b"b.example"), (b"Host", b"b.example")]

    assert door(allowed_hosts=LISTED).get("/problems/", headers=hosts).status_code == 400


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/livez/"])
def test_supervisors_ask_by_number(door, path):
    assert door(allowed_hosts=LISTED).get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize("names", [(), ("*",), ("x.example", "*")])
def test_no_list_and_a_star_are_every_host(door, names):
    assert door(allowed_hosts=names).get("/problems/", headers={"Host": "anything"}).status_code == 200


def test_a_head_request_is_refused_without_a_body(door):
    answer = door(allowed_hosts=LISTED).head("/problems/", headers={"Host": "evil.com"})

    assert (answer.status_code, answer.content) == (400, b"")
