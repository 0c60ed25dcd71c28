"""How many deliveries a second one sender makes, each attempt on record."""

from collections.abc import Sequence
from typing import Final

from bench.report import Hold, Section
from bench.series import Series
from bench.webhooks.ground import Ground
from synergy_local.processes import wait_until

RATE, CEILING = "one sender", "what so many lanes allow"
AT_LEAST: Final = 500
HOOKS: Final = 10
_SPAN: Final = """
    WITH ended AS (
        SELECT d.delivery_id, d.completed_at AS at FROM deliveries d JOIN webhooks w USING (webhook_id)
         WHERE w.name LIKE %s AND d.status = 'success'
    ), inner_part AS (
        SELECT percentile_disc(0.1) WITHIN GROUP (ORDER BY at) AS first,
               percentile_disc(0.9) WITHIN GROUP (ORDER BY at) AS last
          FROM ended
    )
    SELECT count(*) FILTER (WHERE at > first AND at <= last) / extract(epoch FROM max(last) - min(first))::float,
           count(*), (SELECT count(*) FROM attempts a JOIN ended USING (delivery_id))
      FROM ended, inner_part
"""


def measure(place: Ground) -> Sequence[Section]:
    """A backlog in many lanes is made while the sender is stopped; then it works it off."""
    options = place.options
    rates: list[float] = []
    unrecorded = 0
    for number in range(1, options.rounds + 1):
        place.told(f"round {number} of {options.rounds}: a backlog in {options.lanes} lanes")
        place.stack.stop("sender")
        owner = place.somebody()
        projects = place.projects(owner, options.lanes // HOOKS)
        name = f"/sustained/{number}/"
        place.webhooks(owner, [f"{name}{n}" for n in range(HOOKS)], "task.created")
        tasks = [project for _ in range(options.events) for project in projects]
        place.tasks(owner, tasks)
        expected = len(tasks) * HOOKS
        with place.database() as rows:
            _until_derived(place, expected, name)
            place.receiver.taken()
            place.stack.start("sender")
            place.wait_for(expected)
            place.settled()
            rate, ended, attempts = rows.execute(_SPAN, [f"{name}%"]).fetchone() or (0, 0, 0)
        rates.append(rate)
        unrecorded += abs(expected - ended) + abs(expected - attempts)
        place.receiver.taken()
    lanes = len(projects) * HOOKS
    ceiling = Series((lanes / options.latency,) * options.rounds)
    section = Section(
        title=f"{expected:,} deliveries in {lanes} lanes, a receiver of {1000 * options.latency:.0f} ms", unit="1/s",
        series={RATE: Series(tuple(rates)), CEILING: ceiling}, floor=CEILING,
    )  # fmt: skip
    section.notes.append("between the first and the last tenth; every delivery and its attempt on record")
    section.holds.append(Hold("deliveries a second", section.series[RATE].median, AT_LEAST, unit="/s"))
    section.holds.append(Hold("deliveries or attempts that are not on record", unrecorded, 0, at_most=True))
    return [section]


def _until_derived(place: Ground, expected: int, name: str) -> None:
    wanted = "SELECT count(*) FROM deliveries JOIN webhooks w USING (webhook_id) WHERE w.name LIKE %s"
    with place.database() as rows:
        wait_until(
            lambda: rows.execute(wanted, [f"{name}%"]).fetchone() == (expected,), seconds=120, what="the backlog"
        )
