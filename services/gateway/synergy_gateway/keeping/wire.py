"""Commands to Redis over one connection, sent together and answered together, with nothing else in between."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

import hiredis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

Command = tuple[Any, ...]
Answers = list[Any]
"""What was answered to each command; a ResponseError where it was refused."""
Hear = Callable[[Answers | Exception], None]
"""Told the answers, or why there are none. Raises nothing."""
_NOTHING: Final = object()
"""What the reader gives where an answer is not there whole."""


class Wire(asyncio.Protocol):
    """
    A connection that redis-py has opened (addresses, TLS, names and passwords are its trade) and that is asked here
    from then on: redis-py's own way takes ten times as long as Redis for a question that comes with every request.

    Where it is not answered within `seconds`, or lost, all who wait hear so, it is of no use any more, and `on_lost` is
    called.
    """

    def __init__(self, connection: AbstractConnection, *, seconds: float, on_lost: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._reader = hiredis.Reader(replyError=ResponseError, notEnoughData=_NOTHING)
        self._on_lost = on_lost
        self._waiting: deque[tuple[Hear, int, asyncio.TimerHandle]] = deque()
        self._told: Answers = []
        self.lost: Exception | None = None
        """Why nothing can be asked any more."""
        assert connection._writer is not None  # it is connected
        self._transport = cast(asyncio.Transport, connection._writer.transport)
        self._before = self._transport.get_protocol()
        self._transport.set_protocol(self)
        if self._transport.is_closing():
            self.give_up(RedisConnectionError("the connection is closed"))

    def send(self, commands: Sequence[Command], hear: Hear) -> None:
        """Send them at once, and let `hear` hear of them when all are answered; at once where there is none."""
        if self.lost is not None or not commands:
            hear(self.lost or [])
            return
        packed = b"".join(map(hiredis.pack_command, commands))
        late = self._loop.call_later(self._seconds, self.give_up, RedisTimeoutError("Redis does not answer"))
        self._waiting.append((hear, len(commands), late))
        self._transport.write(packed)

    async def ask(self, *commands: Command) -> Answers:
        """The answers. Raises RedisError where there are none."""
        heard: asyncio.Future[Answers] = self._loop.create_future()

        def hear(told: Answers | Exception) -> None:
            if heard.done():
                return
            if isinstance(told, Exception):
                heard.set_exception(told)
            else:
                heard.set_result(told)

        self.send(commands, hear)
        return await heard

    def data_received(self, data: bytes) -> None:
        """An answer, a part of one, or several."""
        self._reader.feed(data)
        try:
            while (told := self._reader.gets()) is not _NOTHING:
                self._tell(told)
        except hiredis.ProtocolError as error:
            self.give_up(RedisConnectionError(f"not understood: {error}"))

    def _tell(self, told: Any) -> None:
        if isinstance(told, hiredis.PushNotification) or not self._waiting:  # nobody asked
            return
        self._told.append(told)
        hear, wanted, late = self._waiting[0]
        if len(self._told) == wanted:
            self._waiting.popleft()
            late.cancel()
            told, self._told = self._told, []
            hear(told)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits hears of it; so does redis-py."""
        self.give_up(RedisConnectionError(f"the connection was closed: {exc}" if exc else "the connection was closed"))
        cast(asyncio.Protocol, self._before).connection_lost(exc)

    def give_up(self, error: Exception) -> None:
        """It is of no use any more: all who wait hear this error, and so does who asks later."""
        if self.lost is not None:
            return
        self.lost = error
        self._on_lost()
        waiting, self._waiting = self._waiting, deque()
        for hear, _, late in waiting:
            late.cancel()
            hear(error)
        self._transport.abort()
