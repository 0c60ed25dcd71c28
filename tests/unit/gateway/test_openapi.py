"""The documents agree with the routes."""

import re
from datetime import datetime
from decimal import Decimal

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from unit.gateway.given import a_gateway, settings

from synergy_auth.domain import errors as of_auth
from synergy_gateway import methods
from synergy_gateway.bodies import JSON, decode
from synergy_gateway.bootstrap import application
from synergy_gateway.methods import Method
from synergy_gateway.problem_types import PROBLEM_TYPES
from synergy_gateway.problems import MEDIA_TYPE as PROBLEM
from synergy_gateway.routes import OPERATIONS
from synergy_projects.domain import errors as of_projects
from synergy_webhooks.domain import errors as of_webhooks

CHECKS = FormatChecker(["uuid", "date", "email"])
OWN_CODES = {
    service: {error.code for error in vars(errors).values() if hasattr(error, "code")}
    for service, errors in (("auth", of_auth), ("projects", of_projects), ("webhooks", of_webhooks))
}
COMMON = {"insufficient-scope", "session-required", "authentication-required", "invalid-parameter"}
"""What the gateway answers, too."""


@CHECKS.checks("date-time", raises=ValueError)
def is_a_time(value):
    return datetime.fromisoformat(value).tzinfo is not None


@CHECKS.checks("decimal", raises=ArithmeticError)
def is_a_decimal(value):
    return Decimal(value).is_finite()


def examples_in(document):
    """Each example: where it is, its schema, and itself."""
    for operation in (one for item in document["paths"].values() for one in item.values()):
        name = operation["operationId"]
        told = [(one["name"], one) for one in operation.get("parameters", ())]
        told += operation.get("requestBody", {}).get("content", {}).items()
        for status, answer in operation["responses"].items():
            told += [(f"{status} {media}", content) for media, content in answer.get("content", {}).items()]
        yield from ((f"{name} {place}", one["schema"], one["example"]) for place, one in told if "example" in one)


@pytest.fixture
def document(anyone):
    return anyone.get("/api/openapi.json").json()


def headers_of(operation):
    return {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "header"}


def test_every_route_is_in_the_document_and_the_reverse(neighbours, cache, document):
    app = application(a_gateway(neighbours, cache, settings()))
    served = {
        (re.sub(r"{(\w+):str}", r"{\1}", route.path), method)
        for route in app.routes
        for method in route.methods
        if method != "OPTIONS"
    }

    told = {(path.rstrip("/") or "/", method.upper()) for path, item in document["paths"].items() for method in item}
    assert served == told
    assert len(told) == len(OPERATIONS)


def test_every_reference_leads_somewhere(document):
    text = msgspec.json.encode(document).decode()

    for reference in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert reference in document["components"]["schemas"]


def test_operations_are_named_and_told(document):
    operations = [operation for item in document["paths"].values() for operation in item.values()]

    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"].endswith(".")
        assert operation["tags"]
        assert set(operation["responses"]) & {"200", "201", "202", "204"}


def test_parameters_and_bodies_come_from_the_types(document):
    tasks = {p["name"]: p for p in document["paths"]["/api/projects/{project_id}/tasks/"]["get"]["parameters"]}
    assert {"project_id", "status", "page", "page_size", "ordering"} <= set(tasks)
    assert "project" not in tasks
    assert tasks["page_size"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    words = {"enum": ["done", "in_progress", "review", "todo"]}
    assert tasks["status"]["schema"] == {"type": "array", "items": words, "minItems": 1, "maxItems": 20}
    body = document["paths"]["/api/projects/"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}
    replaced = document["paths"]["/api/projects/{project_id}/"]["put"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    assert replaced["properties"]["version"]["readOnly"] is True
    assert "readOnly" not in replaced["properties"]["name"]


def test_only_what_needs_a_token_says_so(document):
    login = document["paths"]["/api/auth/login/"]["post"]
    assert "security" not in login
    assert document["paths"]["/api/projects/"]["get"]["security"] == [{"bearer": []}]


def test_what_may_ask_for_a_thing_that_is_not_there_says_404(document):
    told = {path for path, item in document["paths"].items() if "404" in item.get("get", {}).get("responses", {})}

    assert {"/api/projects/{project_id}/", "/api/tasks/"} <= told, "tasks can be asked for by project"
    assert not {"/api/projects/", "/api/webhooks/"} & told


def test_the_page_loads_nothing_from_elsewhere(anyone):
    answer = anyone.get("/api/docs/")

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)
    assert "<script" not in answer.text
    assert "style-src 'sha256-" in answer.headers["Content-Security-Policy"]
    for operation in OPERATIONS:
        assert f"<code>{operation.path}</code>" in answer.text


def test_every_method_is_used_once():
    names = [value.name for value in vars(methods).values() if isinstance(value, Method)]

    assert len(names) == len(set(names))


def test_every_body_s_example_is_taken(document):
    for operation in (one for one in OPERATIONS if one.body is not None):
        told = document["paths"][operation.path][operation.method.lower()]["requestBody"]["content"][JSON]
        raw = msgspec.json.encode(told["example"])
        assert isinstance(decode(operation.body, JSON, raw, ignored=operation.ignored), operation.body), operation.name


def test_every_example_fits_its_schema(document):
    """Those of bodies, parameters, answers and errors alike."""
    misfits = [
        f"{place}: {error.json_path} {error.message}"
        for place, schema, example in examples_in(document)
        for error in Draft202012Validator(
            {"allOf": [schema], "components": document["components"]}, format_checker=CHECKS
        ).iter_errors(example)
    ]

    assert not misfits


def test_parameters_bodies_and_answers_have_examples_and_errors_those_of_their_status(document):
    told = {place for place, _, _ in examples_in(document)}
    for operation in (one for item in document["paths"].values() for one in item.values()):
        name = operation["operationId"]
        assert {f"{name} {one['name']}" for one in operation.get("parameters", ())} <= told
        assert {f"{name} {media}" for media in operation.get("requestBody", {}).get("content", ())} <= told
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                assert f"{name} {status} {media}" in told or media in ("text/html", "text/event-stream")
                if media == PROBLEM:
                    known = PROBLEM_TYPES[content["example"]["type"].removeprefix("/problems/")]
                    assert (known.status, known.title) == (int(status), content["example"]["title"])


def test_an_error_s_example_is_one_that_the_operation_can_answer(document):
    """None is an error that only services know which the operation does not ask."""
    asked = {"accounts": {"auth"}, "administration": {"auth"}, "credentials": {"auth"}, "sessions": {"auth"}}
    asked |= {"people": {"auth", "projects"}, "invitations": {"auth", "projects"}, "webhooks": {"webhooks"}}
    for operation in (one for item in document["paths"].values() for one in item.values()):
        for content in (answer.get("content", {}).get(PROBLEM) for answer in operation["responses"].values()):
            code = "" if content is None else content["example"]["type"].removeprefix("/problems/")
            owners = {service for service, codes in OWN_CODES.items() if code in codes - COMMON}
            assert not owners or owners & asked.get(operation["tags"][0], {"projects"}), (
                operation["operationId"],
                code,
            )

    answers = document["paths"]["/api/auth/register/"]["post"]["responses"]
    codes = {
        status: answer["content"][PROBLEM]["example"]["type"] for status, answer in answers.items() if status > "4"
    }
    assert ("/problems/registration-closed", "/problems/username-taken") == (codes["403"], codes["409"])
    assert not {"401", "404"} & codes.keys()


def test_what_was_made_leads_to_what_can_be_done_with_it(document):
    made = document["paths"]["/api/projects/{project_id}/members/"]["post"]["responses"]["201"]["links"]
    assert {
        "operationId": "remove_member",
        "parameters": {"project_id": "$request.path.project_id", "user_id": "$response.body#/user/id"},
    } == made["remove_member"]
    names = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    for item in document["paths"].values():
        for operation in item.values():
            for link in operation["responses"].get("201", {}).get("links", {}).values():
                assert link["operationId"] in names


def test_every_change_of_somebody_signed_in_tells_what_a_reused_key_is_answered(document):
    for operation in (one for one in OPERATIONS if one.signed_in and not one.safe):
        assert {"409", "422"} <= document["paths"][operation.path][operation.method.lower()]["responses"].keys()


def test_reads_say_that_an_etag_saves_the_body_and_streams_where_they_go_on(document):
    for operation in (one for one in OPERATIONS if one.safe):
        told = document["paths"][operation.path]["get"]
        answers, streamed = told["responses"], operation.name in ("export_project", "stream_events")
        known = {name for name, one in headers_of(told).items() if name != "Last-Event-ID" and not one["required"]}
        assert (set() if streamed else {"If-None-Match"}) == known, operation.name
        assert streamed == ("304" not in answers)
        assert streamed == ("ETag" not in answers["200"]["headers"])
        assert streamed or "ETag" in answers["304"]["headers"]
        assert ("Last-Event-ID" in headers_of(told)) == (operation.name == "stream_events")


def test_changes_that_understand_an_etag_tell_the_one_after_them(document):
    for operation in (one for one in OPERATIONS if not one.safe):
        told = document["paths"][operation.path][operation.method.lower()]
        telling = {status for status, answer in told["responses"].items() if "ETag" in answer["headers"]}
        after = {"412"} | {status for status in ("200", "201") if status in told["responses"]}
        assert telling == (after if "If-Match" in headers_of(told) else set()), operation.name


def test_everything_but_signs_of_life_may_be_told_to_come_back(document):
    without = {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if "503" not in operation["responses"]
    }

    assert {"read_liveness"} == without
