"""Has a follower taken what its source holds?"""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Engine

from synergy_chassis.follower.owner import Owner
from synergy_chassis.health import parked_events
from synergy_chassis.reconciling.report import ConsumerState, Damage, Finding
from synergy_chassis.store import parking, positions
from synergy_chassis.store.engine import translated
from synergy_chassis.store.positions import Held, Place
from synergy_contracts.envelope import Tally

SHOWN: Final = 5
"""Streams that are named."""


def look_at_consumer(engine: Engine, place: Place, owner: Owner, goal: int) -> tuple[ConsumerState, list[Finding]]:
    """
    Where the consumer is, and what is wrong with that; it is behind when it has not taken everything up to `goal`.

    Raises what the owner raises when it does not answer.
    """
    with translated(), engine.connect() as connection:
        held = positions.read(connection, place)
        parked = parking.by_stream(connection, place)
    told = owner.tally(held.position)
    state = ConsumerState(
        **place.fields(),
        position=held.position,
        head=told.head,
        epoch=held.epoch,
        taken=held.taken,
        parked=sum(parked.values()),
    )
    findings = [*_position(place.source, held, told, goal), *_parked(place.source, parked)]
    return state, findings


def _position(source: str, held: Held, told: Tally, goal: int) -> Iterator[Finding]:
    def contradiction(detail: str, *, passes: bool = False) -> Finding:
        return Finding(damage=Damage.CONTRADICTION, part=source, detail=detail, passes=passes)

    if held.epoch is None:
        yield Finding(damage=Damage.BEHIND, part=source, detail="It has not begun to follow.", passes=True)
        return
    if held.epoch != told.epoch:
        detail = f"It follows epoch {held.epoch}, but the store of {source} is in epoch {told.epoch}."
        yield contradiction(detail, passes=True)
        return
    if held.position > told.head:
        detail = f"Its position {held.position} lies ahead of the log, which ends at {told.head}."
        yield contradiction(detail, passes=True)
        return
    if held.position < goal:
        detail = f"It is at position {held.position}, and {source} was at {goal}."
        yield Finding(damage=Damage.BEHIND, part=source, detail=detail, passes=True)
    if told.last != held.position:
        yield contradiction(f"There is no event at its position {held.position}; the one before is at {told.last}.")
    if held.taken < told.events:
        lacking = told.events - held.taken
        yield contradiction(f"{lacking} of {told.events} events up to position {held.position} were passed over.")
    if held.taken > told.events:
        again = held.taken - told.events
        yield contradiction(f"{again} of {told.events} events up to position {held.position} were taken again.")


def _parked(source: str, streams: Mapping[str, int]) -> Iterator[Finding]:
    if streams:
        names, more = ", ".join(list(streams)[:SHOWN]), ", …" if len(streams) > SHOWN else ""
        detail = f"{parked_events(sum(streams.values()))[:-1]}, of {names}{more}."
        yield Finding(damage=Damage.PARKED, part=source, detail=detail)
