"""The entrypoint `rpc`: take a call, run the method, answer directly."""

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import structlog
from amqp import Message
from nameko.containers import WorkerContext
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension

from synergy_chassis.bus import measures, wire
from synergy_chassis.bus.container import CALL_KEY
from synergy_chassis.bus.context import CallContext, read_headers
from synergy_chassis.bus.depth import Depth
from synergy_chassis.bus.failures import refusal_for
from synergy_chassis.bus.link import Link, LinkDown
from synergy_chassis.bus.topology import bind_queue, declare_queue
from synergy_chassis.observing import tracing
from synergy_contracts.envelope import RPC_EXCHANGE
from synergy_contracts.refusals import Refused

log = structlog.get_logger(__name__)

AMQP_URL: Final = "AMQP_URI"
RPC_WORKERS: Final = "rpc_workers"
"""Config keys; `rpc_workers` is how many calls a process answers at once, and its prefetch."""
DEFAULT_RPC_WORKERS: Final = 20
REPLY_PATIENCE: Final = 2.0
"""Seconds an answer waits for a connection before it is dropped; its caller has a deadline."""


class Responder(SharedExtension):
    """
    Sends answers, transient and unconfirmed, on a connection of its own: an alarm that blocks publishers must not
    block acks.
    """

    def setup(self) -> None:
        self._link = Link(self.container.config[AMQP_URL], name=f"{self.container.service_name}: answers")

    def start(self) -> None:
        self.container.spawn_managed_thread(self._link.run)

    def stop(self) -> None:
        self._link.stop()

    kill = stop

    def send(self, request: Message, payload: bytes, patience: float = REPLY_PATIENCE) -> None:
        """Answer `request`. Retries for `patience` seconds; then the answer is dropped and logged, never raised."""
        reply_to = request.properties.get("reply_to")
        if not reply_to:
            return
        properties = {
            "correlation_id": request.properties.get("correlation_id", ""),
            "content_type": wire.CONTENT_TYPE,
            "delivery_mode": 1,
        }
        give_up = time.monotonic() + patience
        while True:
            try:
                self._link.publish(payload, exchange="", routing_key=reply_to, properties=properties)
                return
            except LinkDown:
                left = give_up - time.monotonic()
                if left <= 0:
                    log.warning("answer-dropped", reason="no connection to the broker")
                    return
                time.sleep(0.02)
                self._link.ready.wait(left)


class RpcConsumer(SharedExtension, ProviderCollector):
    """Takes the calls of one service from its queue and hands each to the method it names."""

    responder = Responder()

    def setup(self) -> None:
        self._consumer_tag = f"rpc-{self.container.service_name}"
        self._cancelled = False
        config: Mapping[str, Any] = self.container.config
        self._at_once = int(config.get(RPC_WORKERS, DEFAULT_RPC_WORKERS))
        self._link = Link(
            config[AMQP_URL],
            name=f"{self.container.service_name}: calls",
            on_open=self._consume,
            on_tick=Depth(wire.queue_name(self.container.service_name)).look,
        )

    def start(self) -> None:
        self.container.spawn_managed_thread(self._link.run)

    def cancel(self) -> None:
        """Take no more calls; those being answered go on."""
        if self._cancelled:
            return
        self._cancelled = True
        channel = self._link.channel
        if channel is not None:
            try:
                channel.basic_cancel(self._consumer_tag, nowait=True)
            except Exception as error:
                log.debug("cancel-failed", error=str(error))

    def stop(self) -> None:
        self._link.stop()

    kill = stop

    def settle(self, message: Message) -> None:
        """Tell the broker that this call is done with. On a dead connection it has taken it back already."""
        try:
            message.channel.basic_ack(message.delivery_tag)
        except Exception as error:
            log.debug("ack-not-sent", error=str(error))

    def _consume(self, connection: Any, channel: Any) -> None:
        service = self.container.service_name
        queue = wire.queue_name(service)
        declare_queue(connection, queue)
        bind_queue(connection, queue, exchange=RPC_EXCHANGE, routing_key=f"{service}.*")
        if not self._cancelled:
            channel.basic_qos(0, self._at_once, False)
            channel.basic_consume(queue, consumer_tag=self._consumer_tag, callback=self._on_message)

    def _on_message(self, message: Message) -> None:
        if self._cancelled:  # it was on its way: for another process, or for the next one here
            message.channel.basic_reject(message.delivery_tag, requeue=True)
            return
        try:
            self._dispatch(message)
        except ContainerBeingKilled:
            message.channel.basic_reject(message.delivery_tag, requeue=True)
        except Refused as no:
            self._refuse(message, no)
        except Exception:
            log.exception("call-not-dispatched")
            self._refuse(message, wire.internal_error())

    def _dispatch(self, message: Message) -> None:
        if (
            message.delivery_info["exchange"] != RPC_EXCHANGE
        ):  # the only one on which the broker checks who may call whom
            raise Refused("forbidden", "wrong-exchange", f"Calls come through the exchange {RPC_EXCHANGE}.")
        verb = _verb(message)
        call = read_headers(message.headers, sender=message.properties.get("user_id"))
        if call.late:
            raise Refused("too_late", "deadline-exceeded", "The call reached the service after its deadline.", "", "1")
        for provider in self._providers:
            if provider.method_name == verb:
                provider.spawn(message, wire.decode_request(message.body), call)
                return
        raise Refused("not_found", "unknown-method", f"The service has no method {verb[:100]}.")

    def _refuse(self, message: Message, no: Refused) -> None:
        verb = _verb(message)
        known = any(provider.method_name == verb for provider in self._providers)
        measures.refused_at_the_door(self.container.service_name, verb if known else measures.UNKNOWN, no.kind)
        self.container.spawn_managed_thread(partial(self.answer, message, wire.encode_refusal(no)))

    def answer(self, message: Message, payload: bytes, patience: float = REPLY_PATIENCE) -> None:
        """Send the answer and settle the call."""
        self.responder.send(message, payload, patience)
        self.settle(message)


class Rpc(Entrypoint):
    """
    `@rpc`: the method takes one body (JSON builtins) and returns JSON builtins. Refused crosses; all else is
    logged and hidden.
    """

    rpc_consumer = RpcConsumer()

    def setup(self) -> None:
        self.rpc_consumer.register_provider(self)

    def stop(self) -> None:
        self.rpc_consumer.cancel()
        self.rpc_consumer.unregister_provider(self)

    def spawn(self, message: Message, body: Any, call: CallContext) -> None:
        """Run the method in a worker of its own."""
        measured = measures.Answering(self.container.service_name, self.method_name)
        name = f"{self.container.service_name}.{self.method_name}"
        span = tracing.begin(name, "server", parent=call.traceparent, rpc__system="nameko", rpc__method=name)
        call = replace(call, traceparent=span.traceparent) if tracing.recording() else call
        handle_result = partial(self._handle_result, message, call, measured, span)
        try:
            self.container.spawn_worker(self, (body,), {}, context_data={CALL_KEY: call}, handle_result=handle_result)
        except BaseException:
            measured.withdrawn()
            span.end("withdrawn")
            raise

    def _handle_result(
        self,
        message: Message,
        call: CallContext,
        measured: measures.Answering,
        span: tracing.Span,
        worker_ctx: WorkerContext,
        result: Any,
        exc_info: Any,
    ) -> tuple[Any, Any]:
        payload, outcome = _encode(result, call) if exc_info is None else _encode_failure(exc_info)
        measured.ended(outcome)
        span.note(rpc__outcome=outcome)
        span.end(outcome if outcome == wire.INTERNAL else None)
        self.rpc_consumer.answer(message, payload, call.remaining(REPLY_PATIENCE))
        return result, exc_info


def _verb(message: Message) -> str:
    return str(message.delivery_info["routing_key"]).partition(".")[2]


def _encode(result: Any, call: CallContext) -> tuple[bytes, str]:
    """The answer, and the outcome as it is counted."""
    try:
        return wire.encode_result(result, call.versions), measures.OK
    except (TypeError, ValueError, RecursionError):
        log.exception("result-is-not-json")
        return wire.encode_refusal(wire.internal_error()), wire.INTERNAL


def _encode_failure(exc_info: Any) -> tuple[bytes, str]:
    error: BaseException = exc_info[1]
    no = refusal_for(error)
    if no.kind == wire.INTERNAL:
        log.error("call-failed", exc_info=exc_info)
    elif no is not error:
        away = no.kind == "unavailable"
        tell = log.warning if away else log.info
        tell(
            "call-unavailable" if away else "call-refused", code=no.code, error=f"{type(error).__name__}: {error}"[:500]
        )
    return wire.encode_refusal(no), measures.outcome_of(no.kind)


rpc = Rpc.decorator
