"""Calls from one service to another."""

import itertools
import threading
from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec
from amqp import Message

from synergy_chassis.bus import measures, wire
from synergy_chassis.bus.context import CURRENT, write_headers
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.bus.link import Link, LinkDown
from synergy_chassis.bus.tracing_calls import calls
from synergy_contracts.envelope import RPC_EXCHANGE, Actor

T = TypeVar("T")

CONNECTING: Final = 0.5
"""Seconds a call waits for a connection that is not there; then it is unavailable."""
SPARE: Final = 0.1
"""
The share of the time left that a call made within a call leaves unused, so that whoever waits for the outer one still
hears that the inner one was not answered.
"""


class _Waiting:
    """A call in flight."""

    __slots__ = ("done", "lost", "payload")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.payload: bytes | None = None
        self.lost = ""

    def finish(self, payload: bytes | None, lost: str = "") -> None:
        self.payload, self.lost = payload, lost
        self.done.set()


class RpcClient:
    """
    Calls other services over one connection, with answers straight back (no reply queue).

    Safe to share between greenlets, or threads. `service` names the caller in the broker's list of connections.
    The connection is made at the first call and kept up from then on.
    """

    def __init__(self, amqp_url: str, *, service: str) -> None:
        self._link = Link(amqp_url, name=f"{service}: asks", on_open=self._on_open, on_lost=self._on_lost)
        self._waiting: dict[str, _Waiting] = {}
        self._numbers = itertools.count(1)
        self._starting = threading.Lock()
        self._reader: threading.Thread | None = None

    def call(
        self,
        method: str,
        body: Any,
        *,
        result: type[T],
        deadline: timedelta = timedelta(seconds=5),
        actor: Actor | None = None,
    ) -> T:
        """
        The answer of `method` ("auth.people") to `body`, as a `result`. Within a call being answered, that call's
        request id goes along and its deadline is kept, with a tenth to spare for the answer.

        Raises Refused as the service said it, RpcTimeout after `deadline`, RpcUnavailable where nobody can answer.
        """
        parent = CURRENT.get()
        left = parent.remaining(float("inf")) if parent else float("inf")
        seconds = min(deadline.total_seconds(), left * (1 - SPARE))
        if seconds <= 0:
            raise RpcTimeout(method)
        headers = write_headers(seconds=seconds, actor=actor, parent=parent)
        with measures.Calling(method), calls(method, headers):
            raw = wire.decode_answer(self._exchange(method, wire.encode_request(body), headers, seconds)).result
        try:
            return msgspec.json.decode(raw, type=result)
        except msgspec.MsgspecError as error:
            raise wire.internal_error() from error

    def close(self) -> None:
        """End the connection."""
        self._link.stop()

    def _exchange(self, method: str, payload: bytes, headers: dict[str, Any], seconds: float) -> bytes:
        self._connect(min(CONNECTING, seconds))
        number = str(next(self._numbers))
        waiting = self._waiting[number] = _Waiting()
        try:
            self._link.publish(
                payload,
                exchange=RPC_EXCHANGE,
                routing_key=method,
                mandatory=True,
                properties={
                    "content_type": wire.CONTENT_TYPE,
                    "delivery_mode": 1,
                    "expiration": str(max(1, int(seconds * 1000))),
                    "reply_to": wire.REPLY_TO,
                    "correlation_id": number,
                    "user_id": self._link.user,
                    "application_headers": headers,
                },
            )
            if not waiting.done.wait(seconds):
                raise RpcTimeout(method)
        except LinkDown as error:
            raise RpcUnavailable(f"{method}: no connection to the broker") from error
        finally:
            self._waiting.pop(number, None)
        if waiting.payload is None:
            raise RpcUnavailable(f"{method}: {waiting.lost}")
        return waiting.payload

    def _connect(self, patience: float) -> None:
        if self._reader is None:
            with self._starting:
                if self._reader is None:
                    self._reader = threading.Thread(target=self._link.run, name=self._link.name, daemon=True)
                    self._reader.start()
        if not self._link.ready.is_set() and not self._link.ready.wait(patience):
            raise RpcUnavailable("no connection to the broker")

    def _on_open(self, _connection: Any, channel: Any) -> None:
        channel.events["basic_return"].add(self._on_return)
        channel.basic_consume(wire.REPLY_TO, no_ack=True, callback=self._on_answer)

    def _on_answer(self, message: Message) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id", ""))
        if waiting:  # else it came too late
            waiting.finish(bytes(message.body) if not isinstance(message.body, str) else message.body.encode())

    def _on_return(self, _error: Exception, _exchange: str, routing_key: str, message: Message) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id", ""))
        if waiting:
            waiting.finish(None, f"no service takes {routing_key}")

    def _on_lost(self) -> None:
        for waiting in list(self._waiting.values()):
            waiting.finish(None, "the connection was lost on the way")
