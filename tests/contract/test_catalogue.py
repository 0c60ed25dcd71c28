"""What can be subscribed to is explained: each type with a description, a JSON Schema and an example that fits it."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from contract.test_names import INTERNAL_TYPES, STORED_TYPES
from jsonschema import Draft202012Validator
from told import FORMATS, misfits

from synergy_contracts import catalogue
from synergy_contracts.events import CATALOGUE
from synergy_webhooks.bodies import Told, render

DELIVERED = sorted(set().union(*STORED_TYPES.values()) - INTERNAL_TYPES)
EXPLAINED = {event.type: event for event in catalogue.told()}


def test_every_stored_type_that_is_delivered_is_explained():
    missing = set(DELIVERED) - set(EXPLAINED)

    assert set() == missing, "say what their `data` is: a line in DATA in synergy_contracts/catalogue.py"
    assert all(CATALOGUE[type] == event.description for type, event in EXPLAINED.items())


def test_what_the_table_names_is_in_the_catalogue():
    nouns = {type.partition(".")[0] for type in CATALOGUE}

    assert set(catalogue.DATA) <= nouns | set(CATALOGUE)
    assert set(catalogue.CHANGED) <= set(CATALOGUE)


def test_every_schema_is_one():
    """Part by part, for most are the same in many of them."""
    schemas = [catalogue.schema(type, format) for type in EXPLAINED for format in FORMATS]
    schemas += [part for schema in schemas for part in schema["$defs"].values()]
    fields = [field for schema in schemas for field in schema.get("properties", {}).values()]
    parts = [schema | {"$defs": {}, "properties": {}} for schema in schemas] + fields

    for part in {json.dumps(part, sort_keys=True): part for part in parts}.values():
        Draft202012Validator.check_schema(part)


@pytest.mark.parametrize("type", EXPLAINED)
def test_the_example_fits_its_schema_in_every_format(type):
    example = EXPLAINED[type].example
    told = Told(
        event_id=UUID(int=1), type=type, at=datetime(2026, 1, 2, tzinfo=UTC), position=example["position"],
        stream="project-7", version=example["project_version"], entity="task-9", actor=example["actor"],
        data=example["data"], changes=example["changes"],
    )  # fmt: skip

    for format in FORMATS:
        assert misfits(render(told, format)) == []
    assert misfits(json.dumps(example).encode()) == []


def test_what_does_not_fit_is_noticed():
    example = EXPLAINED["task.created"].example

    for wrong in (
        example | {"timestamp": "yesterday"},
        example | {"actor": "ann"},
        example | {"changes": {"title": "new"}},
        example | {"data": example["data"] | {"title": 5}},
        example | {"data": example["data"] | {"colour": "red"}},
        example | {"data": {}},
    ):
        assert misfits(json.dumps(wrong).encode()) != []
