"""Text sealed under a person's key: readable while the key is there, gone with it, and every hash valid throughout."""

from typing import Any

import psycopg
import pytest
from integration.chassis.store.conftest import Store, happened

from synergy_chassis.sealing import Unsealable
from synergy_chassis.store.subject_keys import ERASED, KeyDestroyed, SubjectKeys, holds_key, is_sealed, revealed
from synergy_chassis.store.verify import verify

ANN, BOB = "user-1", "user-2"
KEYS = SubjectKeys("a secret key for the tests, long enough")


@pytest.fixture(autouse=True)
def no_keys(store: Store) -> None:
    store.admin("DELETE FROM store.subject_keys")


def sealed(store: Store, subject: str, text: str, context: str = "thing-1 note") -> dict[str, str]:
    with store.uow.writing() as rows:
        return KEYS.seal(rows, subject, text, context=context)


def read(store: Store, value: dict[str, str], context: str = "thing-1 note", keys: SubjectKeys = KEYS) -> str:
    with store.uow.reading() as rows:
        return keys.open(rows, value, context=context)


def destroy(store: Store, subject: str) -> bool:
    with store.uow.writing() as rows:
        return KEYS.destroy(rows, subject)


def test_a_sealed_text_in_an_event_is_gone_with_its_key_and_every_hash_stays_valid(store: Store) -> None:
    store.append("thing-1", happened(1, note=sealed(store, ANN, "Ännchen's wish ✓")))
    store.append("thing-1", happened(2, note=sealed(store, BOB, "Bob's wish")))
    before = verify(store.engine)
    hashes = [event.hash for event in store.log.stream("thing-1")]

    assert destroy(store, ANN)

    notes = [event.data["note"] for event in store.log.stream("thing-1")]
    assert [ERASED, "Bob's wish"] == [read(store, note) for note in notes]
    assert hashes == [event.hash for event in store.log.stream("thing-1")]
    assert (before.ok, before.events) == (verify(store.engine).ok, 2) == (True, 2)


def test_neither_the_log_nor_the_key_table_holds_the_text_or_the_key(store: Store) -> None:
    store.append("thing-1", happened(1, note=sealed(store, ANN, "a wish")))

    with psycopg.connect(store.admin_url) as admin:
        (data,) = admin.execute("SELECT data::text FROM store.events").fetchone() or ("",)
        (key,) = admin.execute("SELECT sealed FROM store.subject_keys").fetchone() or (b"",)
    assert "wish" not in data
    assert len(key) == 32 + 29, "the key is itself sealed"
    with pytest.raises(Unsealable):
        read(store, sealed(store, ANN, "a wish"), keys=SubjectKeys("another secret key, also long enough"))


def test_a_text_is_sealed_otherwise_each_time_and_opens_only_where_it_belongs(store: Store) -> None:
    one, two = sealed(store, ANN, "same"), sealed(store, ANN, "same")

    assert one != two
    assert is_sealed(one)
    with pytest.raises(Unsealable):
        read(store, one, context="thing-2 note")
    sealed(store, BOB, "so that Bob has a key")
    with pytest.raises(Unsealable):
        read(store, one | {"subject": BOB})


def test_a_destroyed_key_is_never_made_again(store: Store) -> None:
    sealed(store, ANN, "a wish")

    assert destroy(store, ANN)
    assert not destroy(store, ANN), "it was destroyed before"
    assert not destroy(store, BOB), "there was none, and will be none"
    for subject in (ANN, BOB):
        with store.uow.reading() as rows:
            assert not holds_key(rows, subject)
        with pytest.raises(KeyDestroyed):
            sealed(store, subject, "a wish")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store.subject_keys SET sealed = 'x'",
        "UPDATE store.subject_keys SET sealed = 'x', destroyed_at = NULL",
        "DELETE FROM store.subject_keys",
        "TRUNCATE store.subject_keys",
    ],
)
@pytest.mark.parametrize("living", [True, False], ids=["living", "destroyed"])
def test_the_service_cannot_replace_or_revive_a_key(store: Store, statement: str, living: bool) -> None:
    sealed(store, ANN, "a wish")
    if not living:
        destroy(store, ANN)

    with store.connect(store.url) as service, pytest.raises(psycopg.errors.InsufficientPrivilege):
        service.execute(statement)


def test_all_sealed_texts_of_an_events_data_are_opened_by_the_names_that_lead_to_them() -> None:
    text = {"sealed": "…", "subject": ANN}
    data: dict[str, Any] = {"title": text, "changes": {"title": text, "impact": 3}, "tags": ["a"], "sealed": "no"}

    assert {
        "title": "title of user-1", "changes": {"title": "changes.title of user-1", "impact": 3}, "tags": ["a"],
        "sealed": "no",
    } == revealed(data, lambda value, path: f"{path} of {value['subject']}")  # fmt: skip
