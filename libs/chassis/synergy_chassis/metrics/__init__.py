"""
What a process counts, for Prometheus: one registry a process, served on an address of its own.

Label values come from what we have written ourselves (methods, routes, outcomes), never from what was sent to us.
"""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client import CollectorRegistry, Info
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from synergy_chassis.environment import integer, text

REGISTRY: Final = CollectorRegistry(auto_describe=True)
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Buckets of what is answered within a deadline."""
LOOPBACK: Final = "127.0.0.1"

_build: Final = Info(
    "synergyos_build", "Which program this is, of which version.", ["service", "part"], registry=REGISTRY
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where /metrics is served."""

    host: str
    port: int


def address(env: Mapping[str, str]) -> Address | None:
    """METRICS_HOST and METRICS_PORT; None, and nothing is served, without a port. Raises MissingSetting."""
    port = integer(env, "METRICS_PORT", default=0, minimum=0)
    return Address(text(env, "METRICS_HOST", default=LOOPBACK), port) if port else None


def introduce(service: str, part: str) -> None:
    """Name this process: `part` is serve, relay, send."""
    try:
        told = version(f"synergy-{service}")
    except PackageNotFoundError:
        told = "unknown"
    _build.labels(service, part).info({"version": told, "python": platform.python_version()})
