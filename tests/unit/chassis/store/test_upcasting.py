"""Old events in today's form: the steps of a type are one chain, and every reader takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from synergy_chassis.store import EventCodec, RecordedEvent, UnknownEvent
from synergy_chassis.store.models import facts
from synergy_chassis.store.upcasting import Steps, Upcasting


@dataclass(frozen=True, slots=True, kw_only=True)
class BedPlanted:
    """Version 1 had one `plant`, version 2 `plants`; version 3 counts `area` in square centimetres, not metres."""

    plants: tuple[str, ...]
    area: int


def several_plants(data: dict[str, Any]) -> dict[str, Any]:
    return {"plants": [data.pop("plant")], **data}


def in_square_centimetres(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"area": data["area"] * 10_000}


STEPS: Steps = {("bed.planted", 1): several_plants, ("bed.planted", 2): in_square_centimetres}
CODEC = EventCodec(
    {"bed.planted": BedPlanted}, entity=lambda _: "bed", schema_versions={"bed.planted": 3}, upcasters=STEPS
)
EVER_STORED = {
    1: {"plant": "sage", "area": 2},
    2: {"plants": ["sage"], "area": 2},
    3: {"plants": ["sage"], "area": 20_000},
}


def recorded(version: int, data: Mapping[str, Any], type: str = "bed.planted") -> RecordedEvent:
    return RecordedEvent(
        position=1, stream="bed-1", version=7, event_id=UUID(int=1), type=type, schema_version=version,
        entity="bed", data=dict(data), meta={}, recorded_at=datetime(2030, 1, 1, tzinfo=UTC), hash=None,
    )  # fmt: skip


@pytest.mark.parametrize("version", EVER_STORED)
def test_every_version_ever_stored_is_read_as_the_same_event(version: int) -> None:
    event = recorded(version, EVER_STORED[version])
    (fact,) = facts([event])

    assert BedPlanted(plants=("sage",), area=20_000) == CODEC.decode(event) == CODEC.read(fact)


def test_reading_an_old_event_does_not_change_what_was_stored() -> None:
    stored = {"plants": [{"name": "sage"}]}

    def rename(data: dict[str, Any]) -> dict[str, Any]:
        data["plants"][0]["name"] = "SAGE"
        return data

    upcasting = Upcasting({"bed.planted": 2}, {("bed.planted", 1): rename})

    assert {"plants": [{"name": "SAGE"}]} == upcasting.upcast("bed.planted", 1, stored)
    assert {"plants": [{"name": "sage"}]} == stored


def test_what_is_written_has_todays_version() -> None:
    new = CODEC.encode(BedPlanted(plants=("sage",), area=1))

    assert 3 == new.schema_version


@pytest.mark.parametrize("version", [0, 4])
def test_a_version_that_no_program_wrote_yet_is_refused_with_its_place(version: int) -> None:
    with pytest.raises(UnknownEvent, match=rf"bed-1 version 7.*schema version {version}; this program knows 1 to 3"):
        CODEC.decode(recorded(version, EVER_STORED[3]))


@pytest.mark.parametrize(
    ("versions", "without", "more", "told"),
    [
        pytest.param({"bed.planted": 3}, 1, {}, "leads on from bed.planted version 1", id="no_first_step"),
        pytest.param({"bed.planted": 3}, 2, {}, "leads on from bed.planted version 2", id="no_last_step"),
        pytest.param({"bed.planted": 4}, 0, {}, "leads on from bed.planted version 3", id="version_raised_alone"),
        pytest.param({"bed.planted": 2}, 0, {}, "bed.planted version 2", id="step_beyond_today"),
        pytest.param({"bed.planted": 3}, 0, {("bed.dug", 1): dict}, "bed.dug version 1", id="step_of_no_type"),
        pytest.param({"bed.planted": 3}, 0, {("bed.planted", 0): dict}, "bed.planted version 0", id="step_before_1"),
        pytest.param({"bed.planted": 3, "bed.dug": 0}, 0, {}, "count from 1", id="version_0"),
    ],
)
def test_a_chain_with_a_gap_or_a_stray_step_is_refused_when_the_program_starts(
    versions: dict[str, int], without: int, more: Steps, told: str
) -> None:
    steps = {place: step for place, step in STEPS.items() if place[1] != without} | dict(more)

    with pytest.raises(ValueError, match=told):
        Upcasting(versions, steps)


def test_a_version_of_no_type_is_refused_when_the_program_starts() -> None:
    with pytest.raises(ValueError, match=r"unknown types: bed\.dug"):
        EventCodec({"bed.planted": BedPlanted}, entity=lambda _: "bed", schema_versions={"bed.dug": 1})
