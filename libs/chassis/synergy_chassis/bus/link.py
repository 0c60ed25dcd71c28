"""
One connection to RabbitMQ that keeps itself up.

Written on `threading`, so it is green where eventlet has patched the process and plain threads elsewhere. One
greenlet (or thread) runs `Link.run`: it alone reads. Anyone may write; py-amqp writes each frame under a lock.
"""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import structlog
from amqp import Message, spec
from kombu.connection import Connection

log = structlog.get_logger(__name__)

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 1.0
"""Seconds between two attempts to connect; kombu's own waits grow to 30."""
TELL_EVERY: Final = 10
"""Of so many failed attempts the first is logged."""
HEARTBEAT: Final = 10
"""Seconds; a broker that is silent for two of them counts as gone."""
OPENING: Final = 15.0
"""Seconds that everything which is declared and consumed after a connect may take."""
TICK: Final = 0.5
"""Seconds a reader waits for a frame before it looks at the heartbeat and at whether to stop."""


class LinkDown(Exception):
    """There is no connection to write to now."""


class Link:
    """
    A connection with one channel. `on_open(connection, channel)` declares and consumes, after every connect;
    `on_lost()` hears that the channel is gone; `on_tick(connection)` may ask the broker something now and then, after
    each frame and at least twice a second. None is called by anyone but the reader.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        on_open: Callable[[Any, Any], None] | None = None,
        on_lost: Callable[[], None] | None = None,
        on_tick: Callable[[Any], None] | None = None,
    ) -> None:
        self._address: Any = Connection(url, heartbeat=HEARTBEAT, connect_timeout=5)  # type: ignore[no-untyped-call]
        self._address.transport_options = {
            "client_properties": {"connection_name": name},
            "on_blocked": self._on_blocked,
            "on_unblocked": self._on_unblocked,
            "read_timeout": 10,
            "write_timeout": 10,
        }
        self.user: str = self._address.userid or "guest"
        self.name = name
        self.blocked = False
        self.ready = threading.Event()
        self.channel: Any = None
        self._on_open = on_open
        self._on_lost = on_lost
        self._on_tick = on_tick
        self._stopping = threading.Event()

    def run(self) -> None:
        """Connect, read, reconnect, until `stop`. Raises nothing."""
        wait, attempts = FIRST_WAIT, 0
        while not self._stopping.is_set():
            try:
                connection = self._address.transport.establish_connection()
            except Exception as error:
                if attempts % TELL_EVERY == 0:
                    log.warning("broker-unreachable", link=self.name, error=_text(error), attempts=attempts + 1)
                attempts += 1
                self._address.maybe_switch_next()
            else:
                attempts = 0
                if self._serve(connection):
                    wait = FIRST_WAIT
            self._stopping.wait(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    def stop(self) -> None:
        """Let `run` end within a tick."""
        self._stopping.set()

    def publish(
        self,
        body: bytes,
        *,
        exchange: str,
        routing_key: str,
        properties: Mapping[str, Any],
        mandatory: bool = False,
    ) -> None:
        """
        Send without a confirm. Raises LinkDown when there is no connection, or it breaks, or the broker takes
        nothing.
        """
        channel = self.channel
        if channel is None or self.blocked:
            raise LinkDown(self.name)
        message = Message(body, **properties)
        try:
            # not basic_publish: that reads from the socket first, and only the reader may read
            channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, routing_key, mandatory, False), message)
        except Exception as error:
            raise LinkDown(self.name) from error

    def _serve(self, connection: Any) -> bool:
        """Read until the connection is lost or `stop`; tells whether it had been opened in full."""
        opened = False
        try:
            with within(connection, OPENING):
                channel = connection.channel()
                if self._on_open:
                    self._on_open(connection, channel)
            self.channel, self.blocked, opened = channel, False, True
            self.ready.set()
            log.info("broker-connected", link=self.name)
            while not self._stopping.is_set():
                _read(connection)
                if self._on_tick:
                    self._on_tick(connection)
        except Exception as error:
            if not self._stopping.is_set():
                log.warning("broker-connection-lost", link=self.name, error=_text(error))
            _drop(connection)
        else:
            _close(connection)
        finally:
            self.ready.clear()
            self.channel = None
            if opened and self._on_lost:
                self._on_lost()
        return opened

    def _on_blocked(self, reason: str) -> None:
        self.blocked = True
        log.warning("broker-blocks-publishers", link=self.name, reason=reason)

    def _on_unblocked(self) -> None:
        self.blocked = False
        log.info("broker-unblocks-publishers", link=self.name)


@contextmanager
def within(connection: Any, seconds: float) -> Iterator[None]:
    """
    Cut the connection if the block takes longer, for py-amqp waits as long as heartbeats come. Raises
    TimeoutError.
    """
    expired = threading.Event()

    def cut() -> None:
        expired.set()
        with suppress(OSError):
            connection.transport.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if expired.is_set():
            raise TimeoutError(f"the broker took longer than {seconds:.0f} s") from error
        raise
    finally:
        timer.cancel()


def _read(connection: Any) -> None:
    try:
        connection.drain_events(timeout=TICK)
    except TimeoutError:
        connection.heartbeat_tick()


def _close(connection: Any) -> None:
    """Say goodbye, but do not wait long for the answer."""
    try:
        connection.transport.sock.settimeout(1)
        connection.close()
    except Exception:
        _drop(connection)


def _drop(connection: Any) -> None:
    try:
        connection.collect()
    except Exception as error:
        log.debug("broker-connection-dropped", error=_text(error))


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
