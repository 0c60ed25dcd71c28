"""Bodies in, views out, events to and fro."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest

from synergy_chassis.codec import decode, encode
from synergy_chassis.store import EventCodec, UnknownEvent
from synergy_chassis.store.events import RecordedEvent
from synergy_contracts.refusals import Refused


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    size: Annotated[int, msgspec.Meta(ge=1)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=5)]
    due: date | None = None
    inner: Inner | None = None
    tags: list[str] = []


def errors_of(body: object) -> dict[str, str]:
    with pytest.raises(Refused) as refusal:
        decode(Body, body)
    assert (refusal.value.kind, refusal.value.code) == ("invalid", "invalid-body")
    return {error["pointer"]: error["detail"] for error in json.loads(refusal.value.errors)}


def test_a_valid_body_is_decoded() -> None:
    assert Body(name="x", due=date(2030, 1, 2)) == decode(Body, {"name": "x", "due": "2030-01-02"})


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/name"}),
        ({"name": 1, "due": "soon", "more": 1}, {"/name", "/due", "/more"}),
        ({"name": "too long"}, {"/name"}),
        ({"name": "x", "inner": {"size": 0}}, {"/inner/size"}),
        ({"name": "x", "inner": {}}, {"/inner/size"}),
        ({"name": "x", "inner": {"size": 1, "x/y": 1}}, {"/inner/x~1y"}),
        ({"name": "x", "tags": ["a", 2]}, {"/tags/1"}),
        ({"name": "a\x00"}, {"/name"}),
        ({"name": "x", "tags": ["\ud800"]}, {"/tags/0"}),
        ([], {""}),
        (None, {""}),
        ("text", {""}),
    ],
)
def test_every_field_at_fault_is_named(body: object, pointers: set[str]) -> None:
    assert pointers == errors_of(body).keys()


def test_a_deep_body_is_refused_and_breaks_nothing() -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    assert {"/name"} == errors_of({"name": deep}).keys()


class View(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    budget: Decimal | None
    size: float


def test_a_view_is_checked_and_comes_out_as_json() -> None:
    row = {"id": UUID(int=1), "at": datetime(2030, 1, 1, tzinfo=UTC), "budget": Decimal("10.50"), "size": 2}
    assert msgspec.json.decode(encode(View, row)) == {
        "id": "00000000-0000-0000-0000-000000000001", "at": "2030-01-01T00:00:00Z", "budget": "10.50", "size": 2.0
    }  # fmt: skip
    assert bytes(encode(list[View], [])) == b"[]"
    with pytest.raises(msgspec.ValidationError):
        encode(View, {"id": 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """`by` in centimetres."""

    plant_id: int
    by: Decimal
    at: datetime


CODEC = EventCodec(
    {"plant.grown": Grown},
    entity=lambda event: f"plant-{event.plant_id}",
    schema_versions={"plant.grown": 3},
    upcasters={
        ("plant.grown", 1): lambda data: {**data, "at": "2030-01-01T00:00:00Z"},
        ("plant.grown", 2): lambda data: {**{k: v for k, v in data.items() if k != "height"}, "by": data["height"]},
    },
)


def recorded(type: str, version: int, data: dict[str, Any]) -> RecordedEvent:
    return RecordedEvent(
        position=1, stream="plant-1", version=1, event_id=UUID(int=1), type=type, schema_version=version,
        entity="plant-1", data=data, meta={}, recorded_at=datetime(2030, 1, 1, tzinfo=UTC), hash=None,
    )  # fmt: skip


GROWN = Grown(plant_id=1, by=Decimal("1.5"), at=datetime(2030, 1, 1, tzinfo=UTC))


def test_an_event_is_stored_under_its_name_and_comes_back() -> None:
    new = CODEC.encode(GROWN)
    assert (new.type, new.schema_version, new.entity) == ("plant.grown", 3, "plant-1")
    assert new.data == {"plant_id": 1, "by": "1.5", "at": "2030-01-01T00:00:00Z"}
    assert CODEC.decode(recorded(new.type, new.schema_version, new.data)) == GROWN


@pytest.mark.parametrize(
    ("version", "data"),
    [(1, {"plant_id": 1, "height": "1.5"}), (2, {"plant_id": 1, "height": "1.5", "at": "2030-01-01T00:00:00Z"})],
)
def test_events_of_old_versions_are_brought_up_when_read(version: int, data: dict[str, Any]) -> None:
    before = dict(data)
    assert CODEC.decode(recorded("plant.grown", version, data)) == GROWN
    assert before == data


def test_unknown_events_are_refused() -> None:
    with pytest.raises(UnknownEvent, match=r"plant\.felled"):
        CODEC.decode(recorded("plant.felled", 1, {}))
    with pytest.raises(UnknownEvent, match="schema version 4"):
        CODEC.decode(recorded("plant.grown", 4, {}))
    with pytest.raises(UnknownEvent, match="int"):
        CODEC.encode(1)
