"""Addresses, parameters and methods that are not there are refused by name."""

import math
from collections import Counter
from functools import partial

import pytest
import requests
from system.cases import breaches, each_turn
from system.refusing import FOR_SUPERUSERS
from system.steps import Client, a_project, a_task, assert_problem, somebody
from system.superusers import the_superuser

from synergy_gateway.operations import Operation
from synergy_gateway.parameters import parameter_names
from synergy_gateway.routes import OPERATIONS

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def ann(stack):
    return somebody(stack.url, "ann")


@pytest.fixture(scope="module")
def project(ann):
    return a_project(ann)["id"]


@pytest.fixture(scope="module")
def ids(ann, project) -> dict[str, object]:
    """What is there, by the names of path parameters."""
    body = {"name": "Mine", "url": "http://127.0.0.1:9/", "events": ["project.deleted"]}
    webhook = ann.post("/api/webhooks/", json=body).json()
    return {"project_id": project, "task_id": a_task(ann, project)["id"], "webhook_id": webhook["id"]}


QUERIED = [operation for operation in OPERATIONS if operation.query is not None]
BAD = {
    "page": ["0", "-1", "x", "", "1.0", "1e0", "%D9%A5", "9" * 5_000, "99999999", "%00", "%20%201"],
    "page_size": ["0", "201", "-1", "x"],
    "ordering": ["password", "", "-", "id;drop", "ID"],
    "status": ["sleeping", "", "None"],
    "priority": ["7"],
    "role": ["king"],
    "search": ["%00", "x" * 255],
    "all": ["maybe", ""],
    "explain": ["maybe"],
    "is_active": ["maybe"],
    "project": ["0", "x", "9" * 30],
    "assignee": ["0", "me"],
    "due_before": ["2026-02-30", "tomorrow"],
    "due_after": ["2026-02-30"],
    "as_of": ["-1", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "9" * 30],
    "after": ["-1", "x", "9" * 30],
    "event_type": ["x" * 101],
    "cursor": ["0", "x", "9" * 30],
    "archived": ["maybe", ""],
    "purge": ["maybe"],
    "label": ["", "x" * 101],
    "milestone": ["0", "x"],
    "sprint": ["0", "x"],
    "q": ["", "%00", "x" * 201],
    "types": ["", "nothing that is", "%00"],
    "actor": ["0", "x"],
    "format": ["", "xml"],
    "name": ["", "x" * 201, "%00"],
    "wait": ["-1", "x", "99", "nan"],
    "days": ["0", "6", "367", "x"],
    "since": ["2026-02-30", "yesterday"],
    "until": ["2026-02-30", "tomorrow"],
    "user": ["0", "x", "9" * 30],
    "kind": ["", "x" * 101],
}
"""Of every parameter there is: texts that it cannot be."""
REQUIRED = {"search": {"q": "x"}}
"""Parameters without which nothing is answered, by operation."""


def address(operation: Operation, ids: dict[str, object]) -> str:
    return operation.path.format_map(ids)


@pytest.fixture(scope="module")
def asked(stack, ann):
    """Asks for an operation as who may."""

    def ask(operation: Operation, path: str) -> requests.Response:
        client = the_superuser(stack) if operation in FOR_SUPERUSERS else ann
        return client.request(operation.method, path)

    return ask


def test_a_parameter_that_cannot_be_is_refused_by_name(asked, ids):
    def refused(operation: Operation, name: str, text: str) -> None:
        given = REQUIRED.get(operation.name, {}) | {name: text}
        query = "&".join(f"{parameter}={value}" for parameter, value in given.items())
        body = assert_problem(asked(operation, f"{address(operation, ids)}?{query}"), 400)
        assert [name] == [error["parameter"] for error in body["errors"]]
        assert name in body["detail"]

    asking = [(operation, name) for operation in QUERIED for name in parameter_names(operation.query, operation.fixed)]
    asked_for = Counter(name for _, name in asking)
    turns = {name: each_turn(texts, tried_each(len(texts), asked_for[name])) for name, texts in BAD.items()}
    assert [] == breaches(
        (f"{operation.name} {name}={text[:30]}", partial(refused, operation, name, text))
        for operation, name in asking
        for text in next(turns[name])
    )


def tried_each(texts: int, operations: int) -> int:
    """How many of the texts each of the operations that take a parameter is asked with, so that all are tried."""
    return min(texts, max(3, math.ceil(texts / operations)))


WRONG = ["page=1&page=1", "x=1", "PAGE=1", "cursor=x", "offset=3", "page[]=1", "%00=1"]
UNREADABLE = ["%ff=1", "&".join(f"x{n}=1" for n in range(101))]


def test_a_query_that_is_not_there_or_there_twice_or_cannot_be_read_is_refused(asked, ids):
    def refused(operation: Operation, query: str) -> None:
        body = assert_problem(asked(operation, f"{address(operation, ids)}?{query}"), 400)
        assert query in UNREADABLE or body["errors"]

    assert [] == breaches(
        (f"{operation.name} {query[:30]}", partial(refused, operation, query))
        for operation, some in zip(QUERIED, each_turn([*WRONG, *UNREADABLE], 4), strict=False)
        for query in some
    )


def test_other_people_s_projects_are_no_filter(stack, ann: Client):
    theirs = a_project(somebody(stack.url, "eve"))["id"]

    assert_problem(ann.get(f"/api/tasks/?project={theirs}"), 404)
    assert_problem(ann.get(f"/api/tasks/?project={theirs}&as_of=1"), 404)


@pytest.mark.parametrize("path", ["/api/nothing/", "/api/", "/nothing", "/api/projects/1/nothing/"])
def test_what_does_not_exist_is_404(ann: Client, path):
    assert_problem(ann.get(path), 404)


def test_a_method_that_is_not_there_is_405_and_names_those_that_are(ann: Client):
    answer = ann.patch("/api/projects/", json={})

    assert_problem(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
