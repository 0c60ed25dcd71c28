"""Errors on their way out: one shape, the right status, nothing of our inside."""

import ast
import re
from pathlib import Path

import pytest
from unit.gateway.given import PROJECT

from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_contracts.refusals import KINDS, Refused
from synergy_gateway.problem_types import PROBLEM_TYPES
from synergy_gateway.problems import STATUS

ROOT = Path(__file__).parents[3]


def codes() -> set[str]:
    """
    Every slug the sources name: `code = "…"` of a class, `Refused(kind, "…")`, `Problem(status, "…")`, and nginx's own.
    """
    found = set(
        re.findall(r"^    (?:\d{3}|default) ([a-z-]+);$", (ROOT / "infra/nginx/problems.conf").read_text(), re.M)
    )
    for path in [*ROOT.glob("services/*/synergy_*/**/*.py"), *ROOT.glob("libs/*/synergy_*/**/*.py")]:
        source = path.read_text()
        if not re.search(r"\bcode\b.*=|\b(?:Refused|Problem)\(", source):
            continue
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                    found.add(code)
                case ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code))):
                    found.add(code)
                case ast.Call(func=ast.Name(id="Refused" | "Problem"), args=[_, ast.Constant(value=str(code)), *_]):
                    found.add(code)
    return found


def test_every_code_in_the_sources_is_explained_and_no_other():
    found = codes()
    assert {"project-not-found", "wrong-credentials", "invalid-body", "deadline-exceeded"} <= found

    assert found ^ set(PROBLEM_TYPES) == set()


def test_every_kind_of_refusal_has_a_status():
    assert set(KINDS) == set(STATUS)


@pytest.mark.parametrize("slug", sorted(PROBLEM_TYPES))
def test_an_error_explains_itself(anyone, slug):
    told = anyone.get(f"/problems/{slug}").json()

    assert told["type"] == f"/problems/{slug}"
    assert told["title"]
    assert told["help"]
    assert anyone.get(f"/problems/{slug}/").json() == told


def test_an_error_that_does_not_exist_is_404(anyone):
    assert anyone.get("/problems/no-such-error").status_code == 404
    assert len(PROBLEM_TYPES) == len(anyone.get("/problems/").json()["problems"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_s_no_becomes_a_problem(ann, neighbours, kind):
    neighbours.answers["projects.read_project"] = Refused(
        kind, "some-reason", "Because.", '[{"pointer":"/name","detail":"is taken"}]', "7"
    )

    answer = ann.get("/api/projects/3/", headers={"X-Request-Id": "my-id"})

    assert STATUS[kind] == answer.status_code
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == {
        "type": "/problems/some-reason", "title": "Some reason", "status": STATUS[kind], "detail": "Because.",
        "instance": "/api/projects/3/", "request_id": "my-id", "errors": [{"detail": "is taken", "pointer": "/name"}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raised", "code"),
    [(RpcTimeout("x"), "deadline-exceeded"), (RpcUnavailable("x"), "service-unavailable")],
)
def test_nobody_answers_is_503_at_once_with_a_time_to_come_back(ann, neighbours, raised, code):
    neighbours.answers["projects.read_project"] = raised
    neighbours.answers["projects.delete_project"] = raised

    read, written = ann.get("/api/projects/3/"), ann.delete("/api/projects/3/")

    assert (read.status_code, written.status_code) == (503, 503)
    assert read.json()["type"] == f"/problems/{code}"
    assert int(read.headers["Retry-After"]) > 0
    assert "not known" not in read.json()["detail"]
    assert "not known" in written.json()["detail"]


@pytest.mark.parametrize(
    "raised",
    [
        pytest.param(ZeroDivisionError("secret-detail"), id="defect"),
        pytest.param(Refused("internal", "internal-error", "secret-detail"), id="defect_of_a_service"),
        pytest.param(Refused("strange", "odd", "secret-detail"), id="unknown_kind"),
    ],
)
def test_a_defect_is_500_and_tells_nothing(ann, neighbours, raised):
    neighbours.answers["projects.read_project"] = raised

    answer = ann.get("/api/projects/3/")

    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal-error"
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert "secret" not in answer.text


def test_an_answer_of_a_service_that_cannot_be_read_is_our_fault(ann, neighbours):
    neighbours.answers["projects.list_projects"] = b'{"nonsense": true}'

    assert ann.get("/api/projects/").status_code == 500


@pytest.mark.parametrize(
    "path",
    ["/api/nothing/", "/nothing", "/api/projects/0/", "/api/projects/x/", "/api/projects/٣/", "/api/projects/1.0/",
     "/api/projects/99999999999999999999999999/", "/api/projects/+3/", "/api/projects/9007199254740992/",
     "/api/webhooks/not-a-uuid/", "/api/webhooks/7b0d5c1e/", "/api/projects/3/members/x/", "/api/projects/3/more/"],
)  # fmt: skip
def test_what_cannot_exist_is_404(ann, neighbours, path):
    neighbours.answers["projects.read_project"] = PROJECT
    method = "DELETE" if "members/x" in path else "GET"

    answer = ann.request(method, path)

    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"


def test_a_method_that_is_not_there_is_405_with_those_that_are(ann):
    answer = ann.patch("/api/projects/", json={})

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert ann.request("TRACE", "/api/projects/").status_code == 405
    assert ann.request("BREW", "/api/projects/").status_code == 405


def test_options_names_the_methods(anyone):
    answer = anyone.options("/api/projects/3/")

    assert answer.status_code == 204
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"
