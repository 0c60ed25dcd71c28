"""What everybody else feels while many sign in, and how many can."""

import time
from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Final

from bench.auth.clients import hash_passwords, read_profile, sign_in
from bench.auth.ground import PASSWORD, Ground
from bench.report import Hold, Section
from bench.series import Series, take_turns
from synergy_auth.settings import Settings

MOST: Final = 3.0
"""How many times as long the slowest in a hundred may take."""
RUNNING_UP: Final = 1.0
"""Seconds in which people sign in before it counts."""
IDLE, BUSY = "nobody signs in", "many sign in"
BARE, LOGINS = "bare argon2id", "logins"


def measure(place: Ground) -> Sequence[Section]:
    """GET user/ at a steady rate, alone and during logins that no remembered password spares the hash."""
    options, clients, url = place.options, place.clients, place.url
    people = place.register("signing-in-", options.at_once + 1)
    names = [one["user"]["username"] for one in people[1:]]
    place.tell_auth(PASSWORD_MEMORY="0")
    place.rest()
    hashes_at_once = Settings.from_env(place.stack.env("auth")).hashes_at_once
    logins: list[float] = []
    refusals: list[int] = []
    medians: dict[str, list[float]] = {IDLE: [], BUSY: []}
    unanswered: dict[str, Counter[str]] = {IDLE: Counter(), BUSY: Counter()}

    def asking(name: str) -> float:
        took, said = clients.submit(
            read_profile, url, people[0]["access"], rate=options.rate, seconds=options.seconds
        ).result()  # fmt: skip
        unanswered[name].update(said)
        medians[name].append(1000 * sorted(took)[len(took) // 2])
        return 1000 * slowest_in_a_hundred(took)

    def during() -> float:
        lasting = options.seconds + 2 * RUNNING_UP
        began = time.monotonic()
        crowd = clients.submit(sign_in, url, names, PASSWORD, seconds=lasting)
        time.sleep(RUNNING_UP)
        p99 = asking(BUSY)
        came, refused = crowd.result()
        counted = [at for at in came if RUNNING_UP < at - began <= lasting]
        logins.append(len(counted) / (lasting - RUNNING_UP))
        refusals.append(refused)
        return p99

    def bare() -> float:
        return clients.submit(hash_passwords, PASSWORD, at_once=hashes_at_once, seconds=options.seconds / 2).result()

    turns = take_turns(
        {IDLE: lambda: asking(IDLE), BUSY: during, BARE: bare}, rounds=options.rounds, told=place.told
    )  # fmt: skip
    place.tell_auth(PASSWORD_MEMORY="10")
    waits = Section(
        title=f"GET /api/auth/user/, p99 at {options.rate} a second, {options.at_once} people signing in",
        unit="ms", series={IDLE: turns[IDLE], BUSY: turns[BUSY]}, floor=IDLE,
    )  # fmt: skip
    for name, found in medians.items():
        waits.notes.append(f"median, {name}: {Series(tuple(found)).median:.1f} ms")
        waits.notes.extend(f"{count} refused, {name}: {said}" for said, count in unanswered[name].items())
    waits.holds.append(Hold("p99 while many sign in, of that at rest", waits.ratio(BUSY), MOST, at_most=True))
    refused = sum(unanswered[BUSY].values())
    waits.holds.append(Hold("requests refused while many sign in", refused, 0, at_most=True))
    rates = Section(
        title=f"Passwords checked, {hashes_at_once} at once", unit="1/s",
        series={BARE: turns[BARE], LOGINS: Series(tuple(logins))}, floor=BARE,
    )  # fmt: skip
    rates.notes.append(f"logins refused: {sum(refusals)}")
    return [waits, rates]


def slowest_in_a_hundred(took: Sequence[float]) -> float:
    """The 99th percentile."""
    return sorted(took)[ceil(len(took) * 0.99) - 1]
