"""The documents agree with the routes."""

import re

import msgspec
import pytest
from unit.gateway.given import a_gateway, settings

from synergy_gateway import methods
from synergy_gateway.bootstrap import application
from synergy_gateway.methods import Method
from synergy_gateway.routes import OPERATIONS


@pytest.fixture
def document(anyone):
    return anyone.get("/api/openapi.json").json()


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
        assert set(operation["responses"]) & {"200", "201", "204"}


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
