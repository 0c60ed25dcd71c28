"""What was ever stored is read as it was: the golden files, and what must not change without a new schema version."""

from dataclasses import dataclass, field, make_dataclass
from typing import Any

import msgspec
import pytest
from golden.files import CODECS, FOLDER, Golden, ever_stored, fingerprint, recorded

from synergy_webhooks.domain.audience import Project

EVER = ever_stored()
READ_BY_WEBHOOKS = [golden for golden in EVER if golden.service == "projects"]


@pytest.mark.parametrize("golden", EVER, ids=str)
def test_every_type_has_a_file_for_each_version_ever_written(golden: Golden) -> None:
    assert golden.path.exists(), "see docs/how-to/change-an-event.md"
    assert list(golden.cases())


def test_every_file_is_of_a_type_and_version_that_is_known() -> None:
    there = set(FOLDER.rglob("*.json"))

    assert {golden.path for golden in EVER} == there, "a stored type is never taken away, nor is its version lowered"


@pytest.mark.parametrize("golden", EVER, ids=str)
def test_it_is_decoded_as_it_was(golden: Golden) -> None:
    for name, stored, decoded in golden.cases():
        assert decoded == golden.decoded(stored), name


@pytest.mark.parametrize("golden", [golden for golden in EVER if golden.today], ids=str)
def test_the_class_is_what_it_was_when_this_version_was_made(golden: Golden) -> None:
    assert golden.content()["fingerprint"] == golden.fingerprint(), (
        "the class changed: raise the schema version and add an upcaster, see docs/how-to/change-an-event.md"
    )


@pytest.mark.parametrize("golden", [golden for golden in EVER if golden.today], ids=str)
def test_what_is_stored_today_is_what_the_file_says(golden: Golden) -> None:
    for name, stored, _ in golden.cases():
        event = golden.codec.decode(recorded(golden.type, golden.version, stored))

        assert stored == msgspec.json.decode(msgspec.json.encode(golden.codec.encode(event).data)), name


@pytest.mark.parametrize("golden", READ_BY_WEBHOOKS, ids=str)
def test_webhooks_which_read_the_events_of_projects_as_stored_understand_every_version(golden: Golden) -> None:
    for _, stored, _ in golden.cases():
        project = Project(7, {2: "owner", 3: "viewer"})

        assert {2} <= project.audience(golden.type, stored)


@dataclass(frozen=True)
class Sown:
    """As it is."""

    bed: int
    seeds: tuple[str, ...]


SAME = make_dataclass("Renamed", [("bed", int), ("seeds", tuple[str, ...])])
CHANGED: dict[str, list[Any]] = {
    "field_added": [("bed", int), ("seeds", tuple[str, ...]), ("by", int)],
    "field_with_a_default_added": [("bed", int), ("seeds", tuple[str, ...]), ("by", int, field(default=0))],
    "field_taken_away": [("bed", int)],
    "field_renamed": [("bed", int), ("grains", tuple[str, ...])],
    "field_retyped": [("bed", str), ("seeds", tuple[str, ...])],
    "field_made_optional": [("bed", int | None), ("seeds", tuple[str, ...])],
    "field_called_title_added": [("bed", int), ("seeds", tuple[str, ...]), ("title", str)],
}


@pytest.mark.parametrize("fields", CHANGED.values(), ids=CHANGED)
def test_a_fingerprint_shows_each_change_of_form(fields: list[Any]) -> None:
    assert fingerprint(Sown) != fingerprint(make_dataclass("Sown", fields))


def test_a_fingerprint_does_not_show_names_of_classes_and_what_is_said_about_them() -> None:
    assert fingerprint(Sown) == fingerprint(SAME)


def test_the_services_are_all_that_store_events() -> None:
    assert {"auth", "projects", "webhooks"} == set(CODECS)
