"""What an outcome means for its delivery and its endpoint. Pure: rows in, verdict out."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from synergy_webhooks.delivery.parcel import Outcome
from synergy_webhooks.domain.backoff import Schedule, failing_too_long, given_up

Status: TypeAlias = Literal["success", "retrying", "failed"]

GONE: Final = "Its endpoint answered 410 Gone."
TOO_LONG: Final = "Its endpoint has failed for five days."


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    An endpoint's back-off clock: `failures` in a row, since when, when they last ended, when it may be tried again.
    """

    failures: int
    failing_since: datetime | None
    recovered_at: datetime | None
    resume_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a delivery has been through before this attempt, since it was asked for."""

    refusals: int
    first_refused_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    The delivery's status, the endpoint's clock after it, how long its lane rests, whatever others reach meanwhile, and
    why the subscription is to be switched off, if it is.
    """

    status: Status
    endpoint: Endpoint
    rest: timedelta | None = None
    disable: str | None = None


def judge(
    outcome: Outcome,
    *,
    issued_at: datetime,
    now: datetime,
    endpoint: Endpoint,
    tried: Tried,
    once: bool = False,
    schedule: Schedule,
    chance: float,
) -> Verdict:
    """
    The verdict over an attempt that was issued at `issued_at`.

    Attempts that were under way together are one failure of the endpoint: only one issued after its last rest steps its
    clock on. `chance` in [0, 1) picks the jitter. What is tried but `once` is not tried again.
    """
    if outcome.success:
        return Verdict(status="success", endpoint=endpoint)
    accepted = (
        tried.first_refused_at is not None
        and endpoint.recovered_at is not None
        and endpoint.recovered_at > tried.first_refused_at
    )
    over = once or (outcome.refused and given_up(tried.refusals + 1, accepted_others_since=accepted))
    status: Status = "failed" if over else "retrying"
    rested = endpoint.resume_at is None or endpoint.resume_at <= issued_at
    failures = max(1, endpoint.failures + 1 if rested else endpoint.failures)
    wait = schedule.wait(failures, chance=chance, retry_after=outcome.retry_after, slow=outcome.slow_down)
    until = now + wait
    after = replace(
        endpoint,
        failures=failures,
        failing_since=endpoint.failing_since or now,
        resume_at=until if endpoint.resume_at is None else max(until, endpoint.resume_at),
    )
    if outcome.gone:
        return Verdict(status="failed" if once else "retrying", endpoint=after, disable=GONE)
    return Verdict(
        status=status,
        endpoint=after,
        rest=wait if status == "retrying" else None,
        disable=TOO_LONG if failing_too_long(after.failing_since, now) else None,
    )
