"""Signing keys follow each other without a gap."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from synergy_auth.domain.signing import RotationPlan, SigningKey, signer, trusted

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOKEN_LIFE = timedelta(minutes=60)
PLAN = RotationPlan(every=timedelta(days=90), notice=timedelta(minutes=10), overlap=TOKEN_LIFE + timedelta(minutes=5))


def looked_at(keys: list[SigningKey], now: datetime) -> list[SigningKey]:
    """What a replica leaves behind that looks at the keys."""
    begins = PLAN.due(keys, now)
    if begins is None:
        return keys
    retired = [
        key if key.retires_at else SigningKey(kid=key.kid, not_before=key.not_before, retires_at=PLAN.retires(begins))
        for key in keys
    ]
    return [*retired, SigningKey(kid=str(len(keys)), not_before=begins)]


def test_the_first_key_signs_at_once():
    keys = looked_at([], NOW)

    assert signer(keys, NOW) == keys[0]
    assert trusted(keys, NOW) == keys


def test_the_next_key_is_published_before_it_signs():
    keys = looked_at(looked_at([], NOW), NOW + PLAN.every)
    then = NOW + PLAN.every

    assert [key.kid for key in trusted(keys, then)] == ["1", "0"]
    assert signer(keys, then).kid == "0"
    assert signer(keys, then + PLAN.notice).kid == "1"


@given(st.lists(st.integers(0, 200 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)), max_size=12))
def test_every_token_can_be_verified_for_its_whole_life(pauses):
    keys, now, signed = looked_at([], NOW), NOW, []
    for pause in pauses:
        now += pause
        keys = looked_at(keys, now)
        key = signer(keys, now)

        assert key is not None
        signed.append((key.kid, now))
        known = {key.kid for key in trusted(keys, now)}
        assert all(kid in known for kid, at in signed if now < at + TOKEN_LIFE)
