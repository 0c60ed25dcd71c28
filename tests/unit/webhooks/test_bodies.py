"""The bytes that are signed, in each format."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from synergy_webhooks.bodies import Told, render

TOLD = Told(
    event_id=UUID("0193a4f0-0000-7000-8000-000000000009"),
    type="task.completed",
    at=datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC),
    position=42,
    stream="project-7",
    version=3,
    entity="task-9",
    actor={"id": 5},
    data={"id": 9, "title": "Übergabe ✓"},
    changes={"status": {"from": "todo", "to": "done"}},
)


def test_standard():
    assert json.loads(render(TOLD, "standard")) == {
        "type": "task.completed",
        "timestamp": "2026-01-02T03:04:05.000600Z",
        "data": {"id": 9, "title": "Übergabe ✓"},
        "changes": {"status": {"from": "todo", "to": "done"}},
        "actor": {"id": 5},
        "position": 42,
        "project_version": 3,
    }


def test_text_is_utf8_and_not_escaped():
    assert "Übergabe ✓".encode() in render(TOLD, "standard")


def test_seed_says_event_for_type():
    standard, seed = json.loads(render(TOLD, "standard")), json.loads(render(TOLD, "seed"))

    assert standard.pop("type") == seed.pop("event")
    assert standard == seed


def test_cloudevents_has_what_the_specification_requires():
    event = json.loads(render(TOLD, "cloudevents"))

    assert {"1.0", "/projects/7", "task.completed", str(TOLD.event_id)} == {
        event["specversion"], event["source"], event["type"], event["id"],
    }  # fmt: skip
    assert event["sequence"] == "00000000000000000042"
    assert event["data"]["object"] == {"id": 9, "title": "Übergabe ✓"}


def test_the_same_told_twice_gives_the_same_bytes():
    assert render(TOLD, "standard") == render(TOLD, "standard")


def test_an_unknown_format_is_a_defect():
    with pytest.raises(KeyError):
        render(TOLD, "xml")
