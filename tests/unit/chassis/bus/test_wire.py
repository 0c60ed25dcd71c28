"""How a call and its answer are written."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from examples import few
from hypothesis import given
from hypothesis import strategies as st

from synergy_chassis.bus import wire
from synergy_contracts.refusals import Refused

texts = st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@few(100)
@given(body=json_values)
def test_a_body_arrives_as_it_was_sent(body: Any) -> None:
    assert body == wire.decode_request(wire.encode_request(body))


@few(100)
@given(result=json_values)
def test_a_result_arrives_as_it_was_sent(result: Any) -> None:
    assert result == msgspec.json.decode(wire.decode_answer(wire.encode_result(result)).result)


@few(100)
@given(result=json_values, versions=st.dictionaries(texts, st.none() | st.integers(0, 2**53)))
def test_versions_arrive_beside_the_result(result: Any, versions: dict[str, int | None]) -> None:
    told = wire.decode_answer(wire.encode_result(result, versions))

    assert (result, versions or None) == (msgspec.json.decode(told.result), told.versions)


@few(100)
@given(parts=st.lists(texts, min_size=3, max_size=5))
def test_a_refusal_arrives_with_every_part(parts: list[str]) -> None:
    with pytest.raises(Refused) as no:
        wire.decode_answer(wire.encode_refusal(Refused(*parts)))

    assert (*parts, "", "")[:5] == no.value.args


def test_a_call_has_namekos_shape() -> None:
    assert json.loads(wire.encode_request({"a": datetime(2026, 1, 1, tzinfo=UTC)})) == {
        "args": [{"a": "2026-01-01T00:00:00Z"}],
        "kwargs": {},
    }


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="broken"),
        pytest.param(b"[]", id="not_an_object"),
        pytest.param(b'{"args":[]}', id="no_argument"),
        pytest.param(b'{"args":[1,2],"kwargs":{}}', id="two_arguments"),
        pytest.param(b'{"args":[1],"kwargs":{"a":1}}', id="a_named_argument"),
        pytest.param(b'{"args":["\xff"],"kwargs":{}}', id="not_utf8"),
        pytest.param(b'{"args":[' + b"[" * 50_000 + b"]" * 50_000 + b'],"kwargs":{}}', id="too_deep"),
    ],
)
def test_what_is_not_a_call_is_malformed(payload: bytes) -> None:
    with pytest.raises(Refused) as no:
        wire.decode_request(payload)

    assert no.value.kind == "malformed"


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"{", id="broken"),
        pytest.param(b'{"error":{"exc_type":"KeyError","exc_args":["secret"]}}', id="another_error"),
        pytest.param(b'{"error":{"exc_type":"Refused","exc_args":["only one"]}}', id="a_refusal_with_too_few_parts"),
    ],
)
def test_any_other_answer_is_an_internal_error(payload: bytes) -> None:
    with pytest.raises(Refused) as no:
        wire.decode_answer(payload)

    assert (no.value.kind, no.value.code) == ("internal", "internal-error")
    assert "secret" not in str(no.value)
