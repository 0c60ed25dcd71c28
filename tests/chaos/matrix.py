"""Which rounds there are."""

from collections.abc import Collection, Iterator
from itertools import combinations

from chaos.faults import PARTS, SERVERS, Away, Fault, Flush, Freeze, Kill, KillYoung, Terminate, Wipe
from chaos.starting import ServicesFirst, Start, backwards, shuffled

SERVICES = ("auth", "projects", "webhooks")
FREEZING = (*SERVICES, "sender", "gateway", "relay-auth", "relay-projects")
LONG = 60.0
"""Seconds a part is frozen."""
LONGER_THAN_ANY_REQUEST = 12.0
"""Seconds a service or server is away once: more than the gateway waits for any answer."""
STARTS = "start"
"""The word that asks for the rounds in which everything starts."""
SHUFFLES = 2


def rounds(only: Collection[str] = (), *, seed: int) -> Iterator[tuple[Fault, ...]]:
    """Every round; with `only`, those that harm nothing but these parts."""
    for faults in everything(seed):
        starts = any(isinstance(fault, Start) for fault in faults)
        parts = {STARTS} if starts else {fault.part for fault in faults}
        if not only or parts <= set(only):
            yield faults


def everything(seed: int) -> Iterator[tuple[Fault, ...]]:
    """
    Each part alone, each stopped politely, each service and server away for long, each kind of process frozen, and each
    pair killed at once; every part killed also when the broker loses its data or Redis is emptied; everything started
    in orders that nobody would choose, two of them drawn by `seed`.
    """
    for part in (*SERVERS, *PARTS):
        yield (Kill(part),)
    yield (Wipe("rabbitmq"),)
    yield (KillYoung("rabbitmq"),)
    yield (Flush("redis"),)
    for part in PARTS:
        yield (Terminate(part),)
    for part in (*SERVERS, *SERVICES):
        yield (Away(part, LONGER_THAN_ANY_REQUEST),)
    for part in FREEZING:
        yield (Freeze(part, LONG),)
    for first, second in combinations((*SERVERS, *PARTS), 2):
        yield (Kill(first), Kill(second))
    for part in (*SERVERS, *PARTS):
        if part != "rabbitmq":
            yield (Wipe("rabbitmq"), Kill(part))
        if part != "redis":
            yield (Flush("redis"), Kill(part))
    yield (Wipe("rabbitmq"), Flush("redis"))
    yield (ServicesFirst(),)
    yield (backwards(),)
    for number in range(SHUFFLES):
        yield (shuffled(seed + number),)
