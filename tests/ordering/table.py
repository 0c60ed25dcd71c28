"""The outcomes as people and programs read them."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from ordering.outcome import Outcome
from ordering.techniques import TECHNIQUES, Event

HEAD = (
    "| technique | committed | rolled back | missed | twice | inverted | beside strangers | beside 100 queued "
    "| lag p50 | p99 | reader killed |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)


def line(outcome: Outcome) -> str:
    """One row. `beside strangers`: events delivered of those committed while strangers had open writes."""
    delivered, committed = outcome.beside_strangers
    return (
        f"| {outcome.technique} | {outcome.committed:,} | {outcome.rolled_back} | {outcome.missed} | {outcome.twice} "
        f"| {outcome.inverted} | {delivered:,} of {committed:,} "
        f"| {'goes on' if outcome.beside_queue else 'stands still'} | {outcome.lag_p50 * 1000:.0f} ms "
        f"| {outcome.lag_p99 * 1000:.0f} ms | {outcome.kills}× |"
    )


def scenes(played: dict[str, dict[str, list[Event]]]) -> str:
    """What each technique delivers in each scene, in its order."""
    names = [TECHNIQUES[name].name for name in next(iter(played.values()))]
    lines = [f"| scene | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for scene, got in played.items():
        told = (", ".join(f"{stream} {version}" for stream, version in events) or "nothing" for events in got.values())
        lines.append(f"| {scene} | {' | '.join(told)} |")
    return "\n".join(lines)


def as_json(outcomes: Sequence[Outcome], played: dict[str, dict[str, list[Event]]]) -> str:
    """Both tables in one object."""
    return json.dumps({"under_load": [asdict(outcome) for outcome in outcomes], "scenes": played}, indent=2)
