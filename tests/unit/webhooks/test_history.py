"""What the attempts on record tell of a delivery whose row is lost."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from synergy_webhooks.policies.rederiving.history import became

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def tried(*codes: int | None, verdict: str = "retrying") -> Any:
    """Attempts a minute apart that were answered so; the last with this verdict."""
    verdicts = ["retrying"] * (len(codes) - 1) + [verdict]
    return [
        SimpleNamespace(at=NOW + timedelta(minutes=minute), status_code=code, verdict=said)
        for minute, (code, said) in enumerate(zip(codes, verdicts, strict=True))
    ]


@pytest.mark.parametrize(
    ("codes", "refusals", "first"),
    [
        pytest.param((400, 500, 302), 3, 0, id="refusals"),
        pytest.param((None, 503, 429, 400), 1, 3, id="down_and_then_a_refusal"),
        pytest.param((None, 502, 503, 504, 429), 0, None, id="down"),
    ],
)
def test_only_refusals_count(codes, refusals, first):
    row = became(tried(*codes), asked_at=None, gone=False)

    since = None if first is None else NOW + timedelta(minutes=first)
    assert (len(codes), refusals, since) == (row["attempts"], row["refusals"], row["first_failed_at"])


def test_a_success_is_none():
    row = became(tried(400, 200, verdict="success"), asked_at=None, gone=False)

    assert ("success", 1, NOW) == (row["status"], row["refusals"], row["first_failed_at"])


def test_what_was_before_it_was_asked_for_again_does_not_count():
    row = became(tried(400, 400, 503), asked_at=NOW + timedelta(minutes=2), gone=False)

    assert (3, 2, 0, None) == tuple(row[name] for name in ("attempts", "tried_before", "refusals", "first_failed_at"))
