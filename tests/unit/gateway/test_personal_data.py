"""One's own data is put together from parts."""

from typing import Any

import pytest

from synergy_gateway.routes import people

PLACE = {"kind": "sessions", "at": "2026-11-23T12:00:00Z", "id": "00000000-0000-0000-0000-000000000007"}


def in_parts(*parts: dict[str, Any]) -> Any:
    """Answers with one part after the other, each of which says that there is more but the last."""
    left = list(parts)

    def answer(_: Any) -> dict[str, Any]:
        part = left.pop(0)
        return {"profile": {"id": 7}, "tokens": [], "sessions": [], "security_events": [], **part} | (
            {"more": PLACE} if left else {"more": None}
        )

    return answer


def test_all_parts_are_told_in_one_answer(ann, neighbours):
    neighbours.answers["auth.read_personal_data"] = in_parts(
        {"sessions": [{"id": 1}]}, {"sessions": [{"id": 2}], "security_events": [{"id": 3}]}, {"security_events": [4]}
    )

    told = ann.get("/api/auth/user/export/").json()

    whole = {"profile": {"id": 7}, "tokens": [], "sessions": [{"id": 1}, {"id": 2}], "security_events": [{"id": 3}, 4]}
    assert whole | {"complete": True} == told
    assert [{}, {"after": PLACE}, {"after": PLACE}] == neighbours.sent("auth.read_personal_data")


def test_more_than_fits_is_said_to_be_incomplete(ann, neighbours, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(people, "MOST_PARTS", 2)
    neighbours.answers["auth.read_personal_data"] = in_parts(*({"security_events": [n]} for n in range(3)))

    told = ann.get("/api/auth/user/export/").json()

    assert ([0, 1], False) == (told["security_events"], told["complete"])
