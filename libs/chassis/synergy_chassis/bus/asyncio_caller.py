"""The gateway's way to call services: pika, one channel, no confirms, answers straight back."""

import asyncio
import itertools
from contextlib import suppress
from typing import Any

import msgspec
from pika import BasicProperties
from pika.exceptions import AMQPError

from synergy_chassis.bus import measures, wire
from synergy_chassis.bus.asyncio_link import AsyncioLink
from synergy_chassis.bus.errors import RpcTimeout, RpcUnavailable
from synergy_chassis.bus.tracing_calls import calls
from synergy_chassis.clock import unix_now
from synergy_contracts.envelope import HEADER_DEADLINE, RPC_EXCHANGE


class Caller:
    """
    Calls services over one connection that keeps itself up. While it is down, or the broker takes no messages,
    calls fail at once.

    One instance belongs to one event loop.
    """

    def __init__(self, amqp_url: str, *, name: str = "gateway: asks") -> None:
        self._link = AsyncioLink(amqp_url, name=name, on_open=self._on_open, on_lost=self._on_lost)
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count(1)
        self._opened = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether a call could be sent now."""
        return self._link.channel is not None and not self._link.blocked

    async def start(self) -> None:
        """Begin to connect, and return at once."""
        await self._link.start()

    async def arrived(self, patience: float) -> None:
        """Return when it has been connected once, or after `patience` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._opened.wait()

    async def stop(self) -> None:
        """Close the connection; calls in flight become unavailable."""
        await self._link.stop()

    async def call(self, method: str, body: Any, *, headers: dict[str, str], deadline: float) -> msgspec.Raw:
        """The result that `told` tells."""
        return (await self.told(method, body, headers=headers, deadline=deadline)).result

    async def told(self, method: str, body: Any, *, headers: dict[str, str], deadline: float) -> wire.Told:
        """
        The answer of `method` ("projects.create_task"), still encoded, within `deadline` seconds.

        Raises Refused as the service said it, RpcTimeout, or RpcUnavailable: no connection, no such service,
        connection lost.
        """
        with measures.Calling(method), calls(method, headers):
            return wire.decode_answer(await self._exchange(method, body, headers, deadline))

    async def _exchange(self, method: str, body: Any, headers: dict[str, str], deadline: float) -> bytes:
        channel = self._link.channel
        if channel is None or self._link.blocked:
            raise RpcUnavailable("no connection to the broker")
        number, loop = str(next(self._numbers)), asyncio.get_running_loop()
        answer: asyncio.Future[bytes] = loop.create_future()
        self._waiting[number] = answer
        patience = loop.call_later(deadline, _expire, answer, method)
        try:
            _publish(channel, method, body, headers, deadline, number, self._link.user)
            return await answer
        finally:
            patience.cancel()
            self._waiting.pop(number, None)

    async def round_trip(self, *, deadline: float) -> None:
        """
        Return when the broker has answered on the calls' own channel: it is told again that it may hand us as many
        answers as it likes, which changes nothing and needs no permission.

        Raises RpcTimeout after `deadline` seconds, or RpcUnavailable.
        """
        channel = self._link.channel
        if channel is None or self._link.blocked:
            raise RpcUnavailable("no connection to the broker")
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            channel.basic_qos(prefetch_count=0, callback=lambda _frame: _settle(answered))
            async with asyncio.timeout(deadline):
                await answered
        except TimeoutError:
            raise RpcTimeout("the broker") from None
        except AMQPError as error:
            raise RpcUnavailable("the connection was lost on the way") from error

    def _on_open(self, channel: Any) -> None:
        channel.add_on_return_callback(self._on_return)
        channel.basic_consume(wire.REPLY_TO, self._on_answer, auto_ack=True)
        self._opened.set()

    def _on_answer(self, _channel: Any, _method: Any, properties: BasicProperties, body: bytes) -> None:
        answer = self._waiting.get(properties.correlation_id or "")
        if answer is not None and not answer.done():  # else it came too late
            answer.set_result(body)

    def _on_return(self, _channel: Any, method: Any, properties: BasicProperties, _body: bytes) -> None:
        answer = self._waiting.get(properties.correlation_id or "")
        if answer is not None and not answer.done():
            answer.set_exception(RpcUnavailable(f"no service takes {method.routing_key}"))

    def _on_lost(self, _reason: str) -> None:
        for answer in list(self._waiting.values()):
            if not answer.done():
                answer.set_exception(RpcUnavailable("the connection was lost on the way"))


def _expire(answer: asyncio.Future[bytes], method: str) -> None:
    if not answer.done():
        answer.set_exception(RpcTimeout(method))


def _settle(answered: asyncio.Future[None]) -> None:
    if not answered.done():
        answered.set_result(None)


def _publish(
    channel: Any, method: str, body: Any, headers: dict[str, str], deadline: float, number: str, user: str
) -> None:
    payload = wire.encode_request(body)
    properties = BasicProperties(
        content_type=wire.CONTENT_TYPE,
        delivery_mode=1,
        expiration=str(max(1, int(deadline * 1000))),
        reply_to=wire.REPLY_TO,
        correlation_id=number,
        user_id=user,
        headers={**headers, HEADER_DEADLINE: int((unix_now() + deadline) * 1000)},
    )
    try:
        channel.basic_publish(RPC_EXCHANGE, method, payload, properties, mandatory=True)
    except Exception as error:
        raise RpcUnavailable("the connection was lost on the way") from error
