"""Canonical JSON and the hashes: one way to write a value, and every change shows."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import msgspec
import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from synergy_chassis.store import Unstorable
from synergy_chassis.store.append import hash_of
from synergy_chassis.store.canonical import GENESIS, canonical, chain_hash, ensure_storable
from synergy_chassis.store.events import RecordedEvent

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5))
objects = st.dictionaries(texts, values, max_size=6)

AT = datetime(2030, 1, 1, tzinfo=UTC)
EVENT = RecordedEvent(
    position=1, stream="thing-1", version=1, event_id=UUID(int=7), type="thing.happened", schema_version=1,
    entity="thing-1", data={"a": 1}, meta={"b": 2}, recorded_at=AT, hash=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "x"]}, '{"a":[true,null,"x"],"b":1}'),
        ({}, "{}"),
        ({"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7}, None),  # RFC 8785 §3.2.3
        ('\b\t\n\f\r"\\/\x01\x1f\x7f', '"\\b\\t\\n\\f\\r\\"\\\\/\\u0001\\u001f\x7f"'),
        ({"n": -(2**63), "m": 2**64 - 1}, '{"m":18446744073709551615,"n":-9223372036854775808}'),
        ({"é": "ü"}, '{"é":"ü"}'),
    ],
    ids=["nested", "empty", "order_of_utf_16", "escapes", "integers", "not_ascii"],
)
def test_values_are_written_in_one_way(value, text) -> None:
    if text is None:
        assert list(json.loads(canonical(value))) == ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]
    else:
        assert text == canonical(value).decode()


@few(30)
@given(objects)
def test_the_order_of_keys_does_not_matter_and_reading_gives_the_value_back(value: dict) -> None:
    turned = dict(reversed(value.items()))
    assert canonical(value) == canonical(turned)
    assert value == json.loads(canonical(value)) == msgspec.json.decode(canonical(value))


@few(30)
@given(st.text(st.characters(max_codepoint=127)), objects)
def test_ascii_and_other_values_are_written_by_the_same_rules(text: str, value: dict) -> None:
    pure = canonical({"a": text})
    mixed = canonical({"a": text, "ä": 1})
    assert mixed.startswith(pure[:-1])


@few(30)
@given(objects)
def test_storable_values_pass(value: dict) -> None:
    ensure_storable(value)


@pytest.mark.parametrize(
    ("value", "place"),
    [({"a": {"b/c": [1, 0.5]}}, "/a/b~1c/1"), ({"a": "\x00"}, "/a"), ({"a": datetime(2030, 1, 1, tzinfo=UTC)}, "/a"),
     ({"a": {1: 2}}, "/a"), ({"a": b"x"}, "/a")],
)  # fmt: skip
def test_the_place_of_what_cannot_be_stored_is_named(value, place) -> None:
    with pytest.raises(Unstorable) as refusal:
        ensure_storable(value)
    assert str(refusal.value).startswith(f"{place}:")


@pytest.mark.parametrize(
    "change",
    [
        {"event_id": UUID(int=8)},
        {"type": "thing.x"},
        {"schema_version": 2},
        {"entity": "thing-2"},
        {"data": {"a": 2}},
        {"data": {"a": "1"}},
        {"data": {"a": True}},
        {"meta": {"b": 3}},
        {"type": "t", "entity": "hing.happenedthing-1"},
    ],
    ids=str,
)
def test_every_change_changes_the_hash(change) -> None:
    assert hash_of(EVENT) != hash_of(replace(EVENT, **change))


def test_place_and_time_are_not_part_of_the_content() -> None:
    later = EVENT.recorded_at + timedelta(seconds=1)
    assert hash_of(EVENT) == hash_of(replace(EVENT, position=9, version=9, stream="x", recorded_at=later))


@pytest.mark.parametrize(
    "change",
    [{0: bytes(31) + b"1"}, {1: "thing-2"}, {2: 2}, {3: AT + timedelta(microseconds=1)}, {4: bytes(32)}],
    ids=["the_one_before", "stream", "version", "recorded_at", "content"],
)
def test_place_time_and_content_are_part_of_the_chain_and_the_time_zone_is_not(change) -> None:
    given = [GENESIS, "thing-1", 1, AT, hash_of(EVENT)]
    changed = [change.get(index, value) for index, value in enumerate(given)]
    assert chain_hash(*given) != chain_hash(*changed)
    elsewhere = AT.astimezone(timezone(timedelta(hours=2)))
    assert chain_hash(*given) == chain_hash(GENESIS, "thing-1", 1, elsewhere, hash_of(EVENT))


def test_the_hashes_are_those_of_the_first_release() -> None:
    content = hash_of(EVENT)
    assert content.hex() == "7c8471be41d35af0ec4b078fb978cbca406bd4ccf14ce2e3e0263b5d0982b9c0"
    assert (
        chain_hash(GENESIS, "thing-é", 2**40, AT, content).hex()
        == "92fed951defc548525d864e749ab0d1a2363c39eeec47d219c8d96564e2cb9bc"
    )
