"""One attempt: judge the address, sign, POST, read a little of the answer."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, partial
from time import monotonic
from typing import Final

import aiohttp

from synergy_chassis.clock import Clock
from synergy_chassis.observing import tracing
from synergy_chassis.sealing import Sealer
from synergy_webhooks.addresses import AddressPolicy, Target, Vetted, read
from synergy_webhooks.addresses.names import AsyncResolver
from synergy_webhooks.delivery import envelope, retry_after
from synergy_webhooks.delivery.connections import STALE, Connection, Connections, ConnectionTooSlow, NoConnection, Peer
from synergy_webhooks.delivery.faults import sentence
from synergy_webhooks.delivery.parcel import Outcome, Parcel

KNOWN: Final = 4_096
"""Answers of the resolver and secrets that are remembered: each is judged or opened alike, however often it comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, bytes and characters that one attempt may take."""

    connect: float = 5.0
    total: float = 15.0
    read: int = 16 * 1024
    kept: int = 1_000
    idle: float = 75.0


class Poster:
    """
    Makes attempts. The name is resolved and judged for each one, and exactly the judged address is dialled, with the
    name
    in SNI and Host. No redirects, no proxies from the environment, no cookies, no decompression; TLS 1.2 at least.
    """

    def __init__(
        self,
        *,
        policy: AddressPolicy,
        resolve: AsyncResolver,
        sealer: Sealer,
        clock: Clock,
        limits: Limits = Limits(),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._resolve = resolve
        self._judge = lru_cache(KNOWN)(policy.vet)
        self._open = lru_cache(KNOWN)(partial(_opened, sealer))
        self._clock = clock
        self._limits = limits
        self._connections = Connections(tls=tls or verified_tls(), idle=limits.idle)

    async def close(self) -> None:
        """Close the idle connections."""
        await self._connections.close()

    async def __call__(self, parcel: Parcel) -> Outcome:
        """The outcome of one attempt. Raises nothing but CancelledError: whatever goes wrong is an outcome."""
        draft = _Draft(parcel)
        at, started = self._clock.now(), monotonic()
        span = tracing.begin(f"deliver {parcel.event_type}", "client", parent=parcel.traceparent)
        draft.traceparent = span.traceparent
        try:
            async with asyncio.timeout(self._limits.total):
                await self._send(draft)
        except Exception as error:
            if not draft.answered:
                draft.error = sentence(error, self._limits.connect, self._limits.total)
        finally:
            span.note(http__request__method="POST", http__response__status_code=draft.status)
            span.note(synergyos__delivery_id=str(parcel.delivery_id), server__address=draft.address)
            span.end(None if draft.delivered else "not delivered")
        return Outcome(
            at=at,
            duration_ms=round((monotonic() - started) * 1000),
            status_code=draft.status,
            error=draft.error,
            response_body=_text(draft.body, self._limits.kept) if draft.answered else None,
            address=draft.address,
            key_id=parcel.keys[0].key_id if parcel.keys else None,
            retry_after=draft.retry_after,
        )

    async def _send(self, draft: "_Draft") -> None:
        vetted = await self._vet(read(draft.parcel.url))
        secrets = [self._open(key.sealed, str(draft.parcel.webhook_id)) for key in draft.parcel.keys]
        await self._post(draft, vetted, secrets)

    async def _vet(self, target: Target) -> Vetted:
        if target.literal is not None:
            return self._judge(target, (str(target.literal),))
        return self._judge(target, tuple(await self._resolve(target.host, target.port)))

    async def _post(self, draft: "_Draft", vetted: Vetted, secrets: list[str]) -> None:
        """
        On a kept connection to one of the addresses, if there is one; on a new one otherwise, and if the kept one turns
        out to be dead before a byte of the answer.
        """
        target = vetted.target
        peers = [_peer(target, address) for address in vetted.addresses]
        for peer in peers:
            connection = self._connections.kept(peer)
            if connection is None:
                continue
            draft.address = peer.address
            try:
                await self._exchange(connection, draft, target, secrets)
            except STALE:
                if draft.answered:
                    raise
                break
            return
        await self._exchange(await self._connected(draft, peers), draft, target, secrets)

    async def _connected(self, draft: "_Draft", peers: list[Peer]) -> Connection:
        """
        To the first that takes a connection. They share the time to connect, what one leaves being for those after it,
        and each has a tenth of it at least: where one address is a black hole, the next is reached in time.
        """
        left = self._limits.connect
        for to_come, peer in zip(range(len(peers), 0, -1), peers, strict=True):
            draft.address, begun = peer.address, monotonic()
            try:
                return await self._connections.open(peer, connect=max(left / to_come, self._limits.connect / 10))
            except (NoConnection, ConnectionTooSlow):
                left -= monotonic() - begun
                if to_come == 1 or left <= 0:
                    raise
        raise AssertionError("a vetted target has an address")

    async def _exchange(self, connection: Connection, draft: "_Draft", target: Target, secrets: list[str]) -> None:
        timestamp = int(self._clock.now().timestamp())
        named = envelope.headers(
            draft.parcel, secrets, timestamp=timestamp, host=target.authority, traceparent=draft.traceparent
        )
        try:
            request = envelope.request(target.path, named, draft.parcel.body)
            answer, body = await connection.ask(request, buffer=self._limits.read)
            draft.status = answer.code
            draft.retry_after = retry_after.read(answer.headers.get("Retry-After"), now=self._clock.now())
            if 300 <= answer.code < 400:
                draft.error = "Redirects are not followed; give the webhook its final URL."
            whole = await self._read(body, draft.body)
        except BaseException:
            connection.end()
            raise
        if whole and not answer.should_close:
            self._connections.keep(connection)
        else:
            connection.end()

    async def _read(self, content: aiohttp.StreamReader, body: bytearray) -> bool:
        """At most 16 KiB; what comes beyond is not waited for. Whether that was all."""
        while len(body) < self._limits.read:
            chunk = await content.read(self._limits.read - len(body))
            if not chunk:
                return True
            body += chunk
        return False


class _Draft:
    """An attempt in the making: what is known when it ends, however it ends."""

    __slots__ = ("address", "body", "error", "parcel", "retry_after", "status", "traceparent")

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.traceparent = parcel.traceparent
        self.address: str | None = None
        self.status: int | None = None
        self.error: str | None = None
        self.retry_after: timedelta | None = None
        self.body = bytearray()

    @property
    def delivered(self) -> bool:
        """Whether the answer says so."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def answered(self) -> bool:
        """Whether the status line came: it alone decides, whatever happens to the rest of the answer."""
        return self.status is not None


def _peer(target: Target, address: str) -> Peer:
    host = target.host if target.literal is None else address
    return Peer(address, target.port, host if target.scheme == "https" else None)


def verified_tls() -> ssl.SSLContext:
    """Certificates and names are checked, against the system's authorities; TLS 1.2 at least."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _opened(sealer: Sealer, sealed: bytes, webhook_id: str) -> str:
    return sealer.open(sealed, context=webhook_id).decode()


def _text(body: bytes | bytearray, kept: int) -> str:
    """The beginning of the answer as text that a database can hold."""
    return bytes(body).decode("utf-8", "replace").replace("\x00", "\ufffd")[:kept]
