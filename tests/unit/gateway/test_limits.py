"""How many requests anybody may make, and what every answer tells of it."""

import pytest
from litestar.testing import TestClient
from unit.gateway.given import PROJECT, Neighbours, Signer
from unit.gateway.marks_in_memory import MarksInMemory

from synergy_chassis.bus.errors import RpcUnavailable
from synergy_contracts.refusals import Refused
from synergy_gateway.limits.buckets import LocalBuckets, Taken
from synergy_gateway.limits.rate import Rate, parse

PATH = "/api/projects/3/"
TWO_AN_HOUR = Rate(2, 3_600)


@pytest.fixture(autouse=True)
def project(neighbours: Neighbours) -> None:
    neighbours.answers |= {
        "projects.read_project": lambda _: PROJECT, "projects.update_project": PROJECT,
        "auth.login": Refused("unauthenticated", "wrong-credentials", "No."),
    }  # fmt: skip
    neighbours.versions |= {
        "projects.read_project": {"project-3": 4, "people": 20}, "projects.update_project": {"project-3": 4},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "rate"),
    [("60000/m", Rate(60_000, 60)), ("5/s", Rate(5, 1)), ("10/h", Rate(10, 3_600)), ("1/d", Rate(1, 86_400)),
     ("0", None), ("0/m", None)],
)  # fmt: skip
def test_a_rate_is_a_number_in_a_time(written, rate):
    assert rate == parse(written)


@pytest.mark.parametrize("written", ["10", "10/w", "-1/m", "1.5/m", "", "m", "10/ m", "99999999/m"])
def test_what_is_no_rate_is_refused(written):
    with pytest.raises(ValueError, match="60000/m"):
        parse(written)


def test_a_bucket_fills_up_while_time_goes_by():
    now = 100.0
    buckets, rate = LocalBuckets(lambda: now), Rate(3, 60)

    taken = [buckets.take("ann", rate) for _ in range(4)]

    assert [Taken(True, 2, 20), Taken(True, 1, 40), Taken(True, 0, 60), Taken(False, 0, 60)] == taken
    now += 19
    assert not buckets.take("ann", rate).granted
    now += 1.1
    assert [True, False] == [buckets.take("ann", rate).granted for _ in range(2)]
    assert buckets.take("bob", rate).granted
    now += 3_600
    assert Taken(True, 2, 20) == buckets.take("ann", rate)


def test_every_answer_tells_what_is_left_and_the_last_one_when_to_come_back(door, signer: Signer):
    client = door(rate_user=TWO_AN_HOUR)
    client.headers["Authorization"] = f"Bearer {signer.token()}"

    made, read, refused = client.get(PATH), client.get(PATH), client.get(PATH)

    assert [200, 200, 429] == [made.status_code, read.status_code, refused.status_code]
    assert ["1", "0", "0"] == [one.headers["X-RateLimit-Remaining"] for one in (made, read, refused)]
    assert '"user";q=2;w=3600' == made.headers["RateLimit-Policy"]
    assert made.headers["RateLimit"] in {'"user";r=1;t=1800', '"user";r=1;t=1801'}  # whole seconds, rounded up
    assert "2" == made.headers["X-RateLimit-Limit"]
    assert refused.json()["type"] == "/problems/rate-limited"
    assert 1_700 < int(refused.headers["Retry-After"]) <= 1_800
    assert refused.headers["RateLimit"].endswith(f";t={refused.headers['Retry-After']}")
    assert int(refused.headers["X-RateLimit-Reset"]) > 1_700_000_000


def test_what_is_answered_from_memory_counts_like_what_is_asked(door, signer: Signer, neighbours: Neighbours):
    client = door(rate_user=Rate(3, 3_600))
    client.headers["Authorization"] = f"Bearer {signer.token()}"

    statuses = [client.get(PATH).status_code for _ in range(2)]
    statuses += [client.patch(PATH, json={"name": "A"}).status_code, client.patch(PATH, json={}).status_code]

    assert [200, 200, 200, 429] == statuses
    assert 1 == len(neighbours.sent("projects.read_project"))
    assert 1 == len(neighbours.sent("projects.update_project"))


def test_each_user_has_a_bucket_whichever_token_is_used_and_from_wherever(door, signer: Signer):
    client = door(rate_user=TWO_AN_HOUR, rate_anonymous=TWO_AN_HOUR)

    def ask(**claims: str) -> int:
        return client.get(PATH, headers={"Authorization": f"Bearer {signer.token(**claims)}"}).status_code

    assert [200, 200, 429] == [ask(jti="a"), ask(jti="b", sid="t"), ask()]
    assert 200 == ask(sub="8")


def test_who_is_not_signed_in_counts_by_address_and_so_does_whoever_signs_in(door, signer: Signer):
    client = door(rate_user=Rate(100, 60), rate_anonymous=Rate(4, 3_600))
    token = {"Authorization": f"Bearer {signer.token()}"}
    wrong = {"username": "ann", "password": "x" * 10}

    statuses = [
        client.get(PATH).status_code,
        client.get(PATH, headers={"Authorization": "Bearer syn"}).status_code,
        client.get("/nowhere").status_code,
        client.post("/api/auth/login/", json=wrong, headers=token).status_code,
        client.post("/api/auth/login", json=wrong, headers=token).status_code,
    ]

    assert [401, 401, 404, 401, 429] == statuses
    assert 200 == client.get(PATH, headers=token).status_code
    assert [200, 200] == [client.get("/livez").status_code, client.get("/livez/").status_code]


def test_whose_token_cannot_be_checked_is_no_stranger(door, signer: Signer, neighbours: Neighbours):
    neighbours.answers["auth.revocations"] = RpcUnavailable("auth")
    client = door(rate_user=Rate(100, 60), rate_anonymous=TWO_AN_HOUR)
    token = {"Authorization": f"Bearer {signer.token()}"}

    told = [client.get(PATH, headers=token) for _ in range(4)]

    assert [503] * 4 == [answer.status_code for answer in told]
    assert all("retry-after" in answer.headers for answer in told)
    assert 401 == client.get(PATH).status_code


def test_without_a_rate_nothing_is_counted_or_told(ann: TestClient):
    answer = ann.get(PATH)

    assert not [name for name in answer.headers if "ratelimit" in name.lower()]


def test_without_redis_each_gateway_counts_for_itself(door, signer: Signer, marks: MarksInMemory):
    client = door(rate_user=TWO_AN_HOUR)
    client.headers["Authorization"] = f"Bearer {signer.token()}"
    assert 200 == client.get(PATH).status_code

    marks.up = False

    assert [200, 200, 429] == [client.get(PATH).status_code for _ in range(3)]
    marks.reconnect()
    assert [200, 429] == [client.get(PATH).status_code for _ in range(2)]
