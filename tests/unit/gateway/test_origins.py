"""Cross-origin requests: listed pages may read, others hear nothing."""

import pytest
from unit.gateway.given import PROJECT

PAGE = "https://app.example.com"
OTHERS = [
    "https://evil.com",
    "http://app.example.com",
    "https://app.example.com:444",
    "https://a.app.example.com",
    "null",
]
PREFLIGHT = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,content-type"}


def names_of_cors(answer) -> set[str]:
    return {name for name in answer.headers if name.lower().startswith("access-control-")}


@pytest.fixture
def listed(door, signer):
    client = door(cors_origins=(PAGE, "http://localhost:3000"))
    client.headers["Authorization"] = f"Bearer {signer.token()}"
    return client


def test_a_listed_page_may_read_the_answer_and_its_headers(listed, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT

    answer = listed.get("/api/projects/3/", headers={"Origin": PAGE})

    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"ETag", "Link", "Location", "Retry-After", "X-Request-Id", "RateLimit", "RateLimit-Policy"} <= exposed
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Vary"] == "Authorization, Accept-Encoding, Origin"


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/api/projects/x/", 404), ("/api/projects/3/", 503)])
def test_a_listed_page_may_read_problems_too(listed, path, status):
    answer = listed.get(path, headers={"Origin": PAGE})

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, PAGE)


@pytest.mark.parametrize("path", ["/api/projects/3/", "/api/projects/3", "/nowhere"])
def test_the_question_beforehand_is_answered_without_a_token(listed, neighbours, path):
    del listed.headers["Authorization"]

    answer = listed.options(path, headers=PREFLIGHT | {"Origin": PAGE})

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "PATCH" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("authorization", "content-type", "idempotency-key", "if-match"))
    assert answer.headers["Access-Control-Max-Age"] == "600"
    assert "Origin" in answer.headers["Vary"]
    assert not neighbours.calls


@pytest.mark.parametrize("origin", OTHERS)
def test_other_pages_hear_nothing(listed, origin):
    for answer in (
        listed.get("/livez", headers={"Origin": origin}),
        listed.options("/api/projects/", headers=PREFLIGHT | {"Origin": origin}),
    ):
        assert names_of_cors(answer) == set()
        assert "Origin" in answer.headers["Vary"]


def test_without_a_list_there_is_no_cors(anyone):
    answers = [
        anyone.get("/livez", headers={"Origin": PAGE}),
        anyone.options("/api/projects/", headers=PREFLIGHT | {"Origin": PAGE}),
    ]

    assert all(names_of_cors(answer) == set() and "Vary" not in answer.headers for answer in answers)


def test_options_without_a_question_is_the_plain_one(listed):
    answer = listed.options("/api/projects/3/", headers={"Origin": PAGE})

    assert "PATCH" in answer.headers["Allow"]
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Access-Control-Allow-Methods" not in answer.headers


def test_a_refused_host_is_refused_to_a_page_as_well(door):
    client = door(cors_origins=(PAGE,), allowed_hosts=("projects.example.com",))

    assert client.options("/api/projects/", headers=PREFLIGHT | {"Origin": PAGE}).status_code == 400
