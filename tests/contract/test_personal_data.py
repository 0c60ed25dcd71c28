"""Events hold ids of people and texts of projects, nothing else of a person: each field of every class is looked at."""

import re
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from golden.files import CODECS, Golden, ever_stored

TEXTS = {
    "projects project.created name", "projects project.created description",
    "projects project.updated changes.name", "projects project.updated changes.description",
    "projects project.updated before.name", "projects project.updated before.description",
    "projects task.created title", "projects task.created description",
    "projects task.updated changes.title", "projects task.updated changes.description",
    "projects task.updated before.title", "projects task.updated before.description",
    "projects comment.created content", "projects comment.deleted content",
    "projects comment.updated changes.content", "projects comment.updated before.content",
    "projects task.purged title",
    "projects subtask.created title", "projects subtask.deleted title",
    "projects subtask.updated changes.title", "projects subtask.updated before.title",
    "projects time.logged note", "projects time.deleted note",
    "projects time.updated changes.note", "projects time.updated before.note",
    "projects task.created labels", "projects task.updated changes.labels", "projects task.updated before.labels",
    "projects task.updated changes.rank", "projects task.updated before.rank",
    "projects label.created name", "projects label.created color", "projects label.deleted name",
    "projects label.updated changes.name", "projects label.updated changes.color",
    "projects label.updated before.name", "projects label.updated before.color",
    "projects milestone.created name", "projects milestone.created description", "projects milestone.deleted name",
    "projects milestone.updated changes.name", "projects milestone.updated changes.description",
    "projects milestone.updated before.name", "projects milestone.updated before.description",
    "projects sprint.created name", "projects sprint.created goal", "projects sprint.deleted name",
    "projects sprint.updated changes.name", "projects sprint.updated changes.goal",
    "projects sprint.updated before.name", "projects sprint.updated before.goal",
    "projects task.moved task.title", "projects task.moved task.description", "projects task.moved task.labels",
    "projects task.moved before.labels", "projects task.moved task.subtasks.title",
    "projects task.moved comments.content", "projects task.moved time_logs.note",
    "webhooks webhook.created name", "webhooks webhook.created url", "webhooks webhook.created events",
    "webhooks webhook.created format", "webhooks webhook.updated changes",
    "webhooks webhook.disabled name", "webhooks webhook.disabled reason", "webhooks webhook.replayed types",
    "webhooks webhook.delivery_failed name", "webhooks webhook.delivery_failed event_type",
    "webhooks webhook.delivery_failed reason", "webhooks user.heard type",
}  # fmt: skip
"""All fields of text, in any event. One more is a decision: docs/how-to/erase-a-person.md says what becomes of it."""
PERSONAL = re.compile(
    r"user_?name|first|last_?name|full_name|e?mail|phone|address|location|company|bio|birth|agent|ip$|password|secret|token"
)


def texts(kind: Any, path: str) -> Iterator[str]:
    """The places of a type in which any text can stand."""
    if is_dataclass(kind) or is_typeddict(kind):
        for name, inner in get_type_hints(kind).items():
            yield from texts(inner, f"{path}.{name}" if path else name)
    elif get_origin(kind) in (tuple, list, Union, types.UnionType):
        for inner in get_args(kind):
            yield from texts(inner, path)
    elif kind in (str, dict, Any) or get_origin(kind) is dict:
        yield path


def names(kind: Any) -> Iterator[str]:
    for name, inner in get_type_hints(kind).items():
        yield name
        if is_typeddict(inner):
            yield from names(inner)


EVENTS = [(service, name, kind) for service, codec in CODECS.items() for name, kind in codec.classes.items()]


def test_free_text_stands_only_where_it_is_known_to() -> None:
    found = {f"{service} {name} {path}" for service, name, kind in EVENTS for path in texts(kind, "")}

    assert TEXTS == found


@pytest.mark.parametrize(("service", "name", "kind"), EVENTS, ids=lambda value: value if isinstance(value, str) else "")
def test_no_field_is_called_like_something_of_a_person(service: str, name: str, kind: type) -> None:
    assert [] == [field for field in names(kind) if PERSONAL.search(field)]


def test_auths_events_hold_ids_and_rights_and_nothing_else() -> None:
    others = {"session_id", "spared", "is_superuser"}

    for kind in CODECS["auth"].classes.values():
        names = [field.name for field in fields(kind)]
        assert "user_id" == names[0]
        assert set(names[1:]) <= others


@pytest.mark.parametrize("golden", ever_stored(), ids=str)
def test_no_version_ever_stored_holds_a_field_of_a_person(golden: Golden) -> None:
    def keys(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield name
                yield from keys(inner)

    assert [] == [name for _, stored, _ in golden.cases() for name in keys(stored) if PERSONAL.search(name)]
