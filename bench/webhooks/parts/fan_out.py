"""One event, heard by many webhooks: from its record to the last answer."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from bench.report import Hold, Section
from bench.series import Series
from bench.webhooks.ground import Ground
from bench.webhooks.handshakes import a_handshake
from synergy_local.visitor import Visitor

COLD, WARM, FLOOR = "cold", "warm", "the receiver's own time"
_STAGES: Final = """
    SELECT extract(epoch FROM min(d.created_at))::float, extract(epoch FROM min(a.at))::float,
           extract(epoch FROM max(a.at))::float
      FROM deliveries d JOIN attempts a USING (delivery_id) WHERE d.event_id = %s
"""
COLD_AT_MOST: Final = 0.35
WARM_AT_MOST: Final = 0.20


def measure(place: Ground) -> Sequence[Section]:
    """New webhooks each round: their first event opens every connection, the next ones find them open."""
    options = place.options
    cold: list[float] = []
    warm: list[float] = []
    first, later = list[str](), list[str]()
    for number in range(1, options.rounds + 1):
        place.told(f"round {number} of {options.rounds}: {options.fan_out} new webhooks")
        owner = place.somebody()
        (project,) = place.projects(owner, 1)
        paths = [f"/fan-out/{number}/{n}" for n in range(options.fan_out)]
        place.webhooks(owner, paths, "task.created")
        place.stack.restart("sender")
        place.stack.wait_healthy()
        place.receiver.taken()
        cold.append(one_event(place, owner, project, first))
        warm.append(median(one_event(place, owner, project, later) for _ in range(options.repeats)))
    series = {
        COLD: Series(tuple(cold)),
        WARM: Series(tuple(warm)),
        FLOOR: Series((options.latency,) * options.rounds),
    }
    section = Section(
        title=f"One event to {options.fan_out} webhooks, from its record to the last answer, one sender", unit="s",
        series=series, floor=FLOOR,
    )  # fmt: skip
    section.notes.append(
        f"warm: the median of {options.repeats} events each round; cold: with {options.fan_out} TLS handshakes"
    )
    section.notes += [f"cold: {first[-1]}", f"warm: {later[-1]}"]
    one = a_handshake(place.certificate)
    section.notes.append(
        f"the floor of cold: OpenSSL alone takes {1000 * one.sender:.2f} ms of the sender's processor for a handshake "
        f"and {1000 * one.receiver:.2f} ms of the receiver's, so {options.fan_out} of them and the receiver's own time "
        f"are {options.fan_out * one.sender + options.latency:.2f} s without anything else"
    )
    section.holds.append(Hold("cold", series[COLD].median, COLD_AT_MOST, at_most=True, unit=" s"))
    section.holds.append(Hold("warm", series[WARM].median, WARM_AT_MOST, at_most=True, unit=" s"))
    return [section]


def one_event(place: Ground, owner: Visitor, project: int, stages: list[str]) -> float:
    """Seconds from an event's record to the last answer; `stages` gets when what was done."""
    owner.ask("POST", "/api/tasks/", {"project": project, "title": "Build"}, expect=201)
    place.wait_for(place.options.fan_out)
    place.settled()
    arrived = place.receiver.taken()
    begun = min(one.recorded_at for one in arrived)
    took = max(one.answered_at for one in arrived) - begun
    with place.database() as rows:
        done = rows.execute(_STAGES, [arrived[0].event_id]).fetchone()
    assert done is not None
    planned, first, last = (1000 * (at - begun) for at in done)
    stages.append(
        f"deliveries made after {planned:.0f} ms, the first attempt begun after {first:.0f}, the last after "
        f"{last:.0f}, the last answer after {1000 * took:.0f}"
    )
    return took
