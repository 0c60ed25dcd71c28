"""Looks until nothing is missing, or what is missing does not pass by itself, or the patience is at its end."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import Engine

from synergy_chassis.follower.owner import Owner
from synergy_chassis.reconciling.consumer import look_at_consumer
from synergy_chassis.reconciling.relay import look_at_relay
from synergy_chassis.reconciling.report import Report
from synergy_chassis.store.positions import Place
from synergy_chassis.store.tally import tally

LOOK_EVERY: Final = 0.2
"""Seconds between two looks."""


def reconcile(engine: Engine, *, service: str, owners: Mapping[Place, Owner], wait: timedelta = timedelta(0)) -> Report:
    """
    Compare the relay of `service` with its store, and each of its consumers with the store of its owner.

    What is stored while we look need not be published or taken yet: the heads of the first look are the goal. For
    relays and consumers that have not come there, and whatever else passes by itself, we wait.
    """
    patience = time.monotonic() + wait.total_seconds()
    own = tally(engine, 0).head
    goals = {place: owner.tally(0).head for place, owner in owners.items()}
    while True:
        report = _look(engine, service, owners, own, goals)
        if not any(finding.passes for finding in report.findings) or time.monotonic() >= patience:
            return report
        time.sleep(LOOK_EVERY)


def _look(engine: Engine, service: str, owners: Mapping[Place, Owner], own: int, goals: Mapping[Place, int]) -> Report:
    relay, findings = look_at_relay(engine, own)
    report = Report(service=service, relay=relay, findings=findings)
    for place, owner in owners.items():
        state, found = look_at_consumer(engine, place, owner, goals[place])
        report.consumers.append(state)
        report.findings.extend(found)
    return report
