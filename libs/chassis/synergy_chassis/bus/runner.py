"""Run a service until it is told to stop. The `nameko` command is not used: it needs pkg_resources, which is gone."""

import logging
import signal
import sys
import time
from typing import Any, Final

import eventlet
import structlog

from synergy_chassis.bus.answering import AMQP_URL, DEFAULT_RPC_WORKERS, RPC_WORKERS
from synergy_chassis.bus.container import Container
from synergy_chassis.metrics import Address, green, introduce

log = structlog.get_logger(__name__)

SPARE_WORKERS: Final = 16
"""Workers beside those that answer calls: one for each source that is followed, some for unordered work."""
GRACE: Final = 8.0
"""Seconds that calls in flight are given after SIGTERM."""


def serve(service_class: type, *, amqp_url: str, config: dict[str, Any], metrics: Address | None = None) -> None:
    """
    Serve until SIGTERM or SIGINT, then finish what is in flight and return. What is counted is served at `metrics`.

    The process must have been patched (`bus.patching.patch`). It waits for the broker as long as it takes.
    Exits 1 if the container dies, for a supervisor to start it again.
    """
    container = build_container(service_class, amqp_url=amqp_url, config=config)
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    introduce(container.service_name, "serve")
    green.start(metrics)
    container.start()
    log.info("service-started", service=container.service_name)
    while not stopping:
        if container._died.ready():
            log.critical("service-died", service=container.service_name)
            sys.exit(1)
        time.sleep(0.2)
    log.info("service-stopping", service=container.service_name)
    stop_within(container, GRACE)
    log.info("service-stopped", service=container.service_name)


def build_container(service_class: type, *, amqp_url: str, config: dict[str, Any]) -> Container:
    """The container of `service_class`, not yet started."""
    logging.getLogger("nameko").setLevel(logging.CRITICAL)  # the chassis logs, with request ids
    workers = int(config.get(RPC_WORKERS, DEFAULT_RPC_WORKERS))
    return Container(
        service_class, config | {AMQP_URL: amqp_url, RPC_WORKERS: workers, "max_workers": workers + SPARE_WORKERS}
    )


def stop_within(container: Container, seconds: float) -> None:
    """Stop gracefully; whatever is left after `seconds` is killed."""
    timeout = eventlet.Timeout(seconds)
    try:
        container.stop()
    except eventlet.Timeout:
        log.warning("killed-after-grace", service=container.service_name)
        container.kill()
    finally:
        timeout.cancel()
