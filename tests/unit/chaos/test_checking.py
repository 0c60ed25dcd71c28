"""The checker finds what is planted: a check that never fails proves nothing."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from chaos import checking
from chaos.history import History, Write
from standardwebhooks import Webhook as StandardWebhook
from system.steps import Received, Receiver

from synergy_chassis.clock import SystemClock

SECRET = "whsec_" + "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
PROJECT = 7


def a_world(tasks: list[dict[str, Any]], writes: list[Write], *, progress: int = 0) -> Any:
    """A load whose tasks and progress are as given."""
    answers = {
        "tasks": {"results": tasks, "next": None}, "progress": {"progress": progress}, "project": {"version": 3},
    }  # fmt: skip

    def get(path: str) -> Any:
        kind = "tasks" if "tasks" in path else "progress" if "progress" in path else "project"
        return SimpleNamespace(status_code=200, text="", json=lambda: answers[kind])

    history = History()
    history.writes += writes
    return SimpleNamespace(
        client=lambda: SimpleNamespace(get=get), history=history, projects=[PROJECT], receiver=Receiver(),
        webhook={"secret": SECRET},
    )  # fmt: skip


def a_task(number: int, **fields: Any) -> dict[str, Any]:
    given = {"id": number, "number": number, "project": PROJECT, "title": f"t{number}", "impact": 0, "status": "todo"}
    return given | fields


def created(number: int, *, acknowledged: bool = True, persistent: bool = True) -> Write:
    answer = {"id": number} if acknowledged else None
    return Write(
        key="k", project=PROJECT, title=f"t{number}", fields={}, creates=True, persistent=persistent, answer=answer,
        task=number if acknowledged else None,
    )  # fmt: skip


def changed(number: int, status: str, *, acknowledged: bool = True) -> Write:
    answer = {"id": number} if acknowledged else None
    return Write(key="k", project=PROJECT, title="t", fields={"status": status}, task=number, answer=answer)


@pytest.mark.parametrize(
    ("tasks", "writes", "progress", "says"),
    [
        pytest.param([a_task(1), a_task(2)], [created(1), created(2)], 0, "", id="all_is_well"),
        pytest.param([a_task(1)], [created(1), created(2)], 0, "is missing", id="a_lost_write"),
        pytest.param([a_task(1), a_task(2, title="t1")], [created(1)], 0, "2 times", id="a_doubled_write"),
        pytest.param([a_task(1), a_task(3)], [created(1), created(3)], 0, "numbers", id="a_gap_in_the_numbers"),
        pytest.param([a_task(1)], [], 0, "never asked for", id="a_task_from_nowhere"),
        pytest.param([a_task(1)], [created(1)], 50, "progress is 50", id="progress_that_lies"),
        pytest.param([], [created(1, acknowledged=False)], 0, "never acknowledged", id="a_retry_without_end"),
        pytest.param([], [created(1, acknowledged=False, persistent=False)], 0, "", id="an_unknown_write_not_done"),
        pytest.param([a_task(1)], [created(1), changed(1, "done")], 0, "acknowledged changes", id="a_lost_change"),
        pytest.param(
            [a_task(1)], [created(1), changed(1, "done", acknowledged=False)], 0, "", id="an_unknown_change"
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_tasks_is_found(tasks: list[dict[str, Any]], writes: list[Write], progress: int, says: str):
    found = list(checking.check_tasks(a_world(tasks, writes, progress=progress)))

    assert (len(found) == 1 and says in found[0]) if says else found == []


def a_message(version: int, *, sequence: int, event: str | None = None, text: str = "") -> Received:
    """A webhook of the project at a version, signed now: signatures grow old while other tests run."""
    event = event or f"event-{version}"
    body = json.dumps({"type": "project.updated", "project_version": version, "data": {"id": PROJECT}, "x": text})
    at = SystemClock().now()
    headers = {
        "webhook-id": event, "webhook-timestamp": str(int(at.timestamp())), "webhook-sequence": str(sequence),
        "webhook-signature": StandardWebhook(SECRET).sign(event, at, body), "X-Webhook-Delivery": event,
    }  # fmt: skip
    return Received("/", headers, body.encode())


@pytest.fixture
def good() -> list[Received]:
    return [a_message(n, sequence=n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("arriving", "says"),
    [
        pytest.param(lambda good: good, [], id="all_is_well"),
        pytest.param(lambda good: [*good[:2], good[1], good[2]], [], id="a_repeat_is_no_harm"),
        pytest.param(lambda good: good[:2], ["no webhook for 1 of 3"], id="the_last_is_lost"),
        pytest.param(
            lambda good: [good[0], good[2], good[1]], ["by version", "by webhook-sequence"], id="out_of_order"
        ),
        pytest.param(
            lambda good: [*good, a_message(3, sequence=3, text="other")], ["2 different messages", "a number twice"],
            id="another_body_under_one_id",
        ),
        pytest.param(lambda good: [*good[:2], a_message(3, sequence=4)], ["has a gap"], id="a_gap_in_the_sequence"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_webhooks_is_found(
    good: list[Received], arriving: Callable[[list[Received]], list[Received]], says: list[str]
):
    messages = arriving(good)
    load = a_world([], [])
    load.receiver.requests += messages
    load.heard = lambda: [json.loads(message.body) for message in messages]

    found = list(checking.check_webhooks(load))

    assert len(says) == len(found), found
    assert all(expected in breach for expected, breach in zip(says, found, strict=True))


def test_a_write_whose_webhook_never_came_is_found(good: list[Received]):
    load = a_world([], [created(1)])
    load.receiver.requests += good
    load.heard = lambda: [json.loads(message.body) for message in good]

    assert ["t1 was acknowledged, and no task.created arrived for it"] == list(checking.check_webhooks(load))


def test_a_project_that_cannot_be_read_is_told_by_its_answer():
    load = a_world([], [])
    load.client = lambda: SimpleNamespace(get=lambda _path: SimpleNamespace(status_code=503, text="away"))

    with pytest.raises(AssertionError, match="project 7 cannot be read: 503 away"):
        checking.versions(load)


def test_a_command_that_never_ends_is_found(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "COMMAND_SECONDS", 0.05)
    stack = SimpleNamespace(env=lambda _service: {})

    assert (124, "it had not ended after 0.05 s") == checking.operator(stack, "projects", "verify")
