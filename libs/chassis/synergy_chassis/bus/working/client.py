"""Handing work over."""

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from synergy_chassis.bus.confirming import PATIENCE, Confirming
from synergy_chassis.bus.context import CURRENT
from synergy_chassis.bus.working import messages
from synergy_chassis.bus.working.queues import WorkQueues
from synergy_chassis.clock import new_id, unix_now


class WorkClient:
    """
    Hands work to a service's own `work` entrypoints: `WorkClient(url, service="auth", names=["mail"])`.

    Safe to share between greenlets, or threads. The connection is made at the first use and kept up from then on; the
    queues of `names` are declared at every connect, so work is kept also before anybody has ever consumed it.
    """

    def __init__(self, amqp_url: str, *, service: str, names: Sequence[str]) -> None:
        self._queues = {name: WorkQueues(service, name) for name in names}
        self._sender = Confirming(amqp_url, name=f"{service}: hands work over", on_open=self._declare)
        self._starting = threading.Lock()
        self._reader: threading.Thread | None = None

    def send(self, name: str, body: Any, *, id: UUID | None = None, patience: float = PATIENCE) -> UUID:
        """
        Hand over `body` (JSON builtins) under `id`, or a new one, which is returned: the broker has it on disk then.
        Raises NotConfirmed after `patience` seconds; it may have it all the same, so send it again under the same id.
        """
        queues, job_id = self._queues[name], id or new_id()
        self._start()
        self._sender.send(
            msgspec.json.encode(body),
            exchange=queues.exchange,
            routing_key=name,
            properties=messages.properties(job_id, messages.first_headers(unix_now(), CURRENT.get())),
            patience=patience,
        )
        return job_id

    def close(self) -> None:
        """End the connection."""
        self._sender.stop()

    def _start(self) -> None:
        with self._starting:
            if self._reader is None:
                self._reader = threading.Thread(target=self._sender.run, name="hands work over", daemon=True)
                self._reader.start()

    def _declare(self, connection: Any) -> None:
        for queues in self._queues.values():
            queues.declare(connection)
