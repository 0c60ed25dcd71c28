"""A reconciliation in words or as JSON."""

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import Engine

from synergy_chassis.follower import Follower, Owner
from synergy_chassis.reconciling.reconcile import reconcile
from synergy_chassis.reconciling.report import ConsumerState, Report
from synergy_chassis.store.positions import Place


def run_reconcile(
    engine: Engine, *, service: str, owners: Mapping[Place, Owner], wait: float = 0, json: bool = False
) -> int:
    """Reconcile, and wait so many seconds for what passes; exit code 0, or the sum of the classes of damage."""
    report = reconcile(engine, service=service, owners=owners, wait=timedelta(seconds=wait))
    _say(_json(report) if json else _text(report))
    return report.exit_code


def run_follow_anew(followers: Sequence[Follower], *, json: bool = False) -> int:
    """Let them begin at the first event again; exit code 0. Whoever runs the consumers takes them within 5 s."""
    for follower in followers:
        follower.follow_anew()
    told = [one.place.fields() for one in followers]
    said = "\n".join(f"{one.consumer} follows {one.source} anew." for one in followers)
    _say(msgspec.json.encode({"anew": told}).decode() if json else said)
    return 0


def _json(report: Report) -> str:
    told = msgspec.to_builtins(report) | {"ok": report.ok, "exit_code": report.exit_code}
    for shown, finding in zip(told["findings"], report.findings, strict=True):
        shown["damage"] = _lower(finding.damage.name)
    return msgspec.json.encode(told).decode()


def _text(report: Report) -> str:
    relay = report.relay
    lines = [f"relay: published to {relay.position} of {relay.head}, {relay.published} events."]
    lines += map(_consumer, report.consumers)
    lines += [f"{_lower(found.damage.name)}: {found.part}: {found.detail}" for found in report.findings]
    return "\n".join([*lines, *(["OK: nothing is missing."] if report.ok else [])])


def _consumer(state: ConsumerState) -> str:
    return (
        f"{state.consumer} ← {state.source}: followed to {state.position} of {state.head}, {state.taken} events, "
        f"{state.parked} of them parked, epoch {state.epoch or 'none yet'}."
    )


def _lower(name: str | None) -> str:
    return (name or "damage").lower()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
