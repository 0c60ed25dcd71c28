"""What a client may be told while a part is away, and from when on it may not be told that any more."""

from collections.abc import Iterator
from dataclasses import dataclass

from chaos.history import Attempt, History

RECOVERY = 10.0
"""Seconds after which everything works, from the moment the killed server accepts connections."""
MOST_TOLD = 5
"""Breaches of one kind that are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """
    When a part was away: from `struck` to `mended` (monotonic seconds).

    `door`: there was nobody to answer, so connections break and answers are late. `unnoticed`: no client may be refused
    because of it.
    """

    struck: float
    mended: float
    door: bool = False
    unnoticed: bool = False


def check_answers(history: History, outage: Outage) -> Iterator[str]:
    """
    Every request got 2xx or a 503 problem with Retry-After in time; no connection broke but while the door was down; a
    503 came only from what the outage explains, and not later than RECOVERY after the repair.
    """
    wrong = [(attempt, told) for attempt in history.attempts if (told := objection(attempt, outage))]
    for attempt, told in wrong[:MOST_TOLD]:
        yield f"{attempt.method} {attempt.path} {told}"
    if len(wrong) > MOST_TOLD:
        yield f"… and {len(wrong) - MOST_TOLD} more answers of that kind"


def objection(attempt: Attempt, outage: Outage) -> str:
    """What is wrong with an answer, given the outage; "" where nothing is."""
    if attempt.verdict == "acknowledged":
        return ""
    if attempt.verdict != "refused":
        nobody_there = outage.door and attempt.answered >= outage.struck and attempt.sent <= outage.mended
        if nobody_there and (attempt.verdict == "late" or attempt.status == 0):
            return ""
        return f"got {attempt.status or 'no answer'} after {attempt.took:.1f} s: {attempt.detail}"
    if attempt.answered < outage.struck:
        return f"was refused before anything had happened: {attempt.detail}"
    if outage.unnoticed:
        return f"was refused because of a part that nobody should miss: {attempt.detail}"
    if attempt.sent > outage.mended + RECOVERY:
        return f"was refused {attempt.sent - outage.mended:.1f} s after the repair: {attempt.detail}"
    return ""
