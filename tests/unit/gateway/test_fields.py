"""`?fields=`: only what the reader names, of a resource and of the items of a list."""

import msgspec
import pytest
from unit.gateway.given import PROJECT, TASK

from synergy_gateway import fields
from synergy_gateway.routes import OPERATIONS

NARROWED = [operation for operation in OPERATIONS if fields.names_of(operation)]


def test_of_a_resource_only_the_fields_that_are_named(ann, neighbours):
    neighbours.answers["projects.read_project"] = PROJECT

    answer = ann.get("/api/projects/3/?fields=name,id")

    assert {"id": PROJECT["id"], "name": PROJECT["name"]} == answer.json()
    whole = ann.get("/api/projects/3/")
    assert whole.json() == PROJECT
    assert answer.headers["ETag"] != whole.headers["ETag"]
    assert answer.headers["ETag"].partition("-")[0] == whole.headers["ETag"].partition("-")[0]  # so If-Match holds
    known = {"If-None-Match": answer.headers["ETag"]}
    assert [304, 200] == [ann.get(path, headers=known).status_code for path in (
        "/api/projects/3/?fields=id,name", "/api/projects/3/",
    )]  # fmt: skip


def test_of_a_list_only_these_of_each_item_and_its_links_lead_on_likewise(ann, neighbours):
    neighbours.answers["projects.list_tasks"] = {"count": 120, "results": [TASK] * 50, "cursor": None}

    answer = ann.get("/api/tasks/?page=2&fields=title&fields=id&status=todo")

    assert [{"id": TASK["id"], "title": TASK["title"]}] * 50 == answer.json()["results"]
    assert 120 == answer.json()["count"]
    links = [answer.json()["next"], answer.json()["previous"], *[link["url"] for link in answer.links.values()]]
    assert 4 == len([link for link in links if link.endswith("&fields=id%2Ctitle") and "status=todo" in link])
    assert ann.get(answer.json()["next"]).json()["results"] == answer.json()["results"]


@pytest.mark.parametrize("path", ["/api/projects/3/?fields=", "/api/tasks/?fields=id,secret", "/api/events/?fields=id"])
def test_a_field_that_is_not_there_is_refused_by_name(ann, path):
    answer = ann.get(path)

    assert 400 == answer.status_code
    assert ["fields"] == [error["parameter"] for error in answer.json()["errors"]]


def test_what_is_wrong_beside_is_told_as_ever(ann, neighbours):
    assert 400 == ann.get("/api/projects/3/?fields=id&colour=red").status_code
    assert 400 == ann.get("/api/projects/3/?fields=id&x=%ff").status_code
    neighbours.answers["projects.create_task"] = TASK
    assert 400 == ann.post("/api/tasks/?fields=id", json={"project": 3, "title": "x"}).status_code


def test_every_list_and_resource_can_be_narrowed():
    signed_in = [one for one in OPERATIONS if one.safe and one.signed_in and one.media_type == "application/json"]
    others = {one.name for one in signed_in} - {one.name for one in NARROWED}

    assert {"list_events", "export_project"} == {one.name for one in signed_in if not one.narrowed}
    assert not [
        one.name for one in signed_in if one.name in others and isinstance(one.answers, type)
        and issubclass(one.answers, msgspec.Struct) and one.narrowed
    ]  # fmt: skip


def test_the_document_tells_which_fields_there_are_and_what_then_is_answered(anyone):
    document = anyone.get("/api/openapi.json").json()
    for operation in NARROWED:
        told = document["paths"][operation.path]["get"]
        (parameter,) = [one for one in told["parameters"] if one["name"] == "fields"]
        whole, some = told["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]
        assert set(parameter["example"].split(",")) <= set(fields.names_of(operation))
        assert some["$ref"].rpartition("/")[2] == f"Some_{whole['$ref'].rpartition('/')[2]}"
        assert some["$ref"].rpartition("/")[2] in document["components"]["schemas"]
