"""
Connections to receivers: HTTP/1.1, one attempt at a time on each, kept for the next one.

aiohttp reads the answers. Its client is left out: an attempt through it takes more than twice the processor time.
"""

import asyncio
import socket
import ssl
from asyncio import sslproto
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic
from typing import Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage

STALE: Final = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
"""How a kept connection that the other side has closed meanwhile shows."""
SWITCHING: Final = 101
MOST_INTERIM: Final = 10
"""Answers before the answer (1xx) that one request may get."""
MOST_KEPT: Final = 1_000
"""Connections that wait for their next attempt, to all receivers together."""


TLS_BUFFER: Final = 16 * 1024
"""Bytes that one connection reads into: a record of TLS. asyncio would take, and blank, 256 KiB for each."""


def read_less() -> None:
    """Has the TLS connections of this process read into less, from now on."""
    sslproto.SSLProtocol.max_size = TLS_BUFFER


class NoConnection(Exception):
    """Nobody took the connection; `os_error` says why."""

    def __init__(self, os_error: OSError) -> None:
        super().__init__(str(os_error))
        self.os_error = os_error


class ConnectionTooSlow(Exception):
    """Nobody took the connection in time."""


class OnlyInterim(Exception):
    """One 1xx after the other, and no answer."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An address that was judged. `name` is whom its certificate is to be for; None: without TLS."""

    address: str
    port: int
    name: str | None


class Answers(ResponseHandler):
    """Reads answers; hangs up on whoever says anything while nothing is `asked`. Who was just dialled will be."""

    asked = True

    def data_received(self, data: bytes) -> None:
        """What was asked for is read; nobody would read the rest, and nothing hold it back."""
        if self.asked:
            super().data_received(data)
        else:
            self.abort()


@dataclass(slots=True, eq=False)
class Connection:
    """One connection, which is `reused` or just made."""

    peer: Peer
    reused: bool
    protocol: Answers
    kept_at: float = 0.0

    async def ask(self, request: bytes, *, buffer: int) -> tuple[RawResponseMessage, aiohttp.StreamReader]:
        """
        The head of the answer, and its body to be read as it came, never unpacked; about `buffer` bytes of it are held.

        Raises OnlyInterim beside what aiohttp does.
        """
        transport = self.protocol.transport
        if transport is None:
            raise aiohttp.ServerDisconnectedError
        self.protocol.asked = True
        self.protocol.set_response_params(read_until_eof=True, auto_decompress=False, read_bufsize=buffer)
        transport.write(request)
        for _ in range(MOST_INTERIM + 1):
            message, body = await self.protocol.read()
            if not 100 <= message.code < 200 or message.code == SWITCHING:
                return message, body
        raise OnlyInterim

    @property
    def alive(self) -> bool:
        """Whether it is open, and nothing came that nobody asked for."""
        return self.protocol.is_connected() and not self.protocol.should_close

    def end(self) -> None:
        """Hang up, whatever the other side still says."""
        self.protocol.abort()


class Connections:
    """Those that are kept: `most`, for `idle` seconds at most."""

    def __init__(self, *, tls: ssl.SSLContext, idle: float, most: int = MOST_KEPT) -> None:
        self._tls = tls
        self._idle = idle
        self._most = most
        self._kept: dict[Peer, dict[Connection, None]] = {}
        self._oldest_first: OrderedDict[Connection, None] = OrderedDict()
        self._sweeping: asyncio.TimerHandle | None = None

    def kept(self, peer: Peer) -> Connection | None:
        """The one to the peer that was used last, if one is there: its own from now on."""
        while waiting := self._kept.get(peer):
            connection = next(reversed(waiting))
            self._take(connection)
            if self._usable(connection):
                return connection
            connection.end()
        return None

    async def open(self, peer: Peer, *, connect: float) -> Connection:
        """
        A new one, within `connect` seconds; the TLS handshake takes as long as the caller waits.

        Raises NoConnection, ConnectionTooSlow, ssl.SSLError.
        """
        loop = asyncio.get_running_loop()
        tls = None if peer.name is None else self._tls
        try:
            raw = await _connected(peer, connect)
            _, protocol = await loop.create_connection(
                lambda: Answers(loop), sock=raw, ssl=tls, server_hostname=peer.name
            )
        except ssl.SSLError:
            raise
        except OSError as error:
            raise NoConnection(error) from error
        return Connection(peer, False, protocol)

    def keep(self, connection: Connection) -> None:
        """For the next attempt, unless one of the two sides is to close it. One too many: the oldest is ended."""
        if not connection.alive:
            connection.end()
            return
        connection.reused, connection.kept_at, connection.protocol.asked = True, monotonic(), False
        self._kept.setdefault(connection.peer, {})[connection] = self._oldest_first[connection] = None
        if len(self._oldest_first) > self._most:
            self._end(next(iter(self._oldest_first)))
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(self._idle, self._sweep)

    async def close(self) -> None:
        """Hang up all that are kept."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in list(self._oldest_first):
            self._end(connection)
        await asyncio.sleep(0)  # for the loop to close them

    def _usable(self, connection: Connection) -> bool:
        return connection.alive and monotonic() - connection.kept_at < self._idle

    def _take(self, connection: Connection) -> None:
        """Out of those that are kept."""
        del self._oldest_first[connection]
        waiting = self._kept[connection.peer]
        del waiting[connection]
        if not waiting:
            del self._kept[connection.peer]

    def _end(self, connection: Connection) -> None:
        self._take(connection)
        connection.end()

    def _sweep(self) -> None:
        """Ends those that nobody used for long; looks again while there are any."""
        self._sweeping = None
        for connection in [one for one in self._oldest_first if not self._usable(one)]:
            self._end(connection)
        if self._oldest_first:
            self._sweeping = asyncio.get_running_loop().call_later(self._idle, self._sweep)


async def _connected(peer: Peer, within: float) -> socket.socket:
    raw = socket.socket(socket.AF_INET6 if ":" in peer.address else socket.AF_INET, socket.SOCK_STREAM)
    raw.setblocking(False)
    try:
        async with asyncio.timeout(within) as budget:
            await asyncio.get_running_loop().sock_connect(raw, (peer.address, peer.port))
    except BaseException as error:
        raw.close()
        if isinstance(error, TimeoutError) and budget.expired():
            raise ConnectionTooSlow from error
        raise
    return raw
