"""Compares what a service's relay and followers say they have done with the stores, and says what is missing."""

from synergy_chassis.reconciling.reconcile import reconcile
from synergy_chassis.reconciling.report import ConsumerState, Damage, Finding, RelayState, Report

__all__ = ["ConsumerState", "Damage", "Finding", "RelayState", "Report", "reconcile"]
