"""What is wrong with a field is said in the words of whoever sent it."""

from datetime import datetime

import msgspec
import pytest

from synergy_chassis.checking import Faulty, checked
from synergy_contracts.accounts import Register
from synergy_contracts.projects import CreateProject, ReadProject
from synergy_contracts.tasks import CreateTask
from synergy_contracts.webhooks import CreateWebhook, WebhookRef

PROJECT = {"name": "Apollo"}
PROJECT_REF = {"project_id": 3}
TASK = {"title": "Build"}
WEBHOOK = {"name": "Mirror", "url": "https://example.com/", "events": ["*"]}
ACCOUNT = {"username": "ann", "email": "ann@example.com", "password": "correct horse"}
A_TIME = "a time such as 2026-12-31T23:59:59Z"


class Timed(msgspec.Struct):
    """A time that no version stands for."""

    at: datetime


@pytest.mark.parametrize(
    ("kind", "values", "pointer", "detail"),
    [
        (CreateProject, {"name": 7}, "/name", "must be text, not a whole number"),
        (CreateProject, {"name": None}, "/name", "must be text, not null"),
        (CreateProject, {"name": ""}, "/name", "must have at least 1 character"),
        (CreateProject, {"name": "x" * 201}, "/name", "must have at most 200 characters"),
        (
            CreateProject,
            PROJECT | {"status": "asleep"},
            "/status",
            "must be one of active, cancelled, completed, on_hold, planning",
        ),
        (CreateProject, PROJECT | {"start_date": "soon"}, "/start_date", "must be a day such as 2026-12-31"),
        (CreateProject, PROJECT | {"budget": "much"}, "/budget", "must be a decimal as text, such as '12.50'"),
        (ReadProject, PROJECT_REF | {"as_of": "soon"}, "/as_of", f"must be a whole number or {A_TIME}"),
        (ReadProject, PROJECT_REF | {"as_of": -1}, "/as_of", "must be at least 0"),
        (Timed, {"at": "soon"}, "/at", f"must be {A_TIME}"),
        (CreateTask, TASK | {"impact": 400}, "/impact", "must be at most 100"),
        (CreateTask, TASK | {"impact": "half"}, "/impact", "must be a number, not text"),
        (CreateTask, TASK | {"assignees": ["ann"]}, "/assignees/0", "must be a whole number, not text"),
        (CreateTask, TASK | {"assignees": [0]}, "/assignees/0", "must be at least 1"),
        (CreateWebhook, WEBHOOK | {"events": []}, "/events", "must have at least 1 entry"),
        (CreateWebhook, WEBHOOK | {"is_active": "yes"}, "/is_active", "must be true or false, not text"),
        (WebhookRef, {"webhook_id": "7"}, "/webhook_id", "must be a UUID"),
        (
            Register,
            ACCOUNT | {"username": "a b"},
            "/username",
            "does not have the right form: Letters, digits and @ . + - _ only.",
        ),
    ],
)
def test_a_fault_says_what_the_field_must_be(kind, values, pointer, detail):
    with pytest.raises(Faulty) as faulty:
        checked(kind, values)

    assert [(pointer, detail)] == [(fault.pointer, fault.detail) for fault in faulty.value.faults]
