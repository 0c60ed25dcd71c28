"""What the tests of unordered work look at: the journal of the echo service, and the queues."""

import contextlib
from typing import Any

import pika

from synergy_chassis.bus.errors import NotConfirmed
from synergy_chassis.bus.working.client import WorkClient

from .conftest import Process

COMPANIONS = ("mail", "mail.alone", "mail.parked", "mail.delay.100", "mail.delay.200")
SOON = [0.1, 0.2]
"""The delays that make these queues."""


def noted(service: Process, what: str, name: str | None = None) -> list[dict[str, Any]]:
    """The entries of the journal that say that a job (of this name) `begins` or is `done`."""
    entries = (entry for entry in service.journalled() if isinstance(entry, dict) and what in entry)
    return [entry for entry in entries if name in (None, entry[what])]


def done(service: Process, name: str | None = None) -> list[dict[str, Any]]:
    return noted(service, "done", name)


def attempts(service: Process, name: str) -> list[int]:
    return [entry["attempt"] for entry in noted(service, "begins", name)]


def depths(url: str, *queues: str) -> dict[str, int]:
    """Messages that wait in these queues, by the part of their names after `projects.work.`; none counts as 0."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        return {
            queue: channel.queue_declare(f"projects.work.{queue}", passive=True).method.message_count
            for queue in queues
        }


def accepted(client: WorkClient, name: str, **body: Any) -> bool:
    """Whether the broker has taken it."""
    with contextlib.suppress(NotConfirmed):
        client.send("mail", {"name": name, **body}, patience=1)
        return True
    return False
