"""One attempt: judge the address, sign, POST, read a little of the answer."""

import asyncio
import ssl
from dataclasses import dataclass
from functools import lru_cache, partial
from time import monotonic
from types import SimpleNamespace
from typing import Final

import aiohttp
from yarl import URL

from synergy_chassis.clock import Clock
from synergy_chassis.observing import tracing
from synergy_chassis.sealing import Sealer
from synergy_webhooks.addresses import AddressPolicy, Target, Vetted, read
from synergy_webhooks.addresses.names import AsyncResolver
from synergy_webhooks.delivery import envelope, retry_after
from synergy_webhooks.delivery.faults import sentence
from synergy_webhooks.delivery.parcel import Outcome, Parcel

KNOWN: Final = 4_096
"""URLs, answers of the resolver and secrets whose reading is remembered: each is read alike, however often it comes."""
STALE: Final = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
"""How a kept connection that the other side has closed meanwhile shows."""


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
        self._target = lru_cache(KNOWN)(read)
        self._judge = lru_cache(KNOWN)(policy.vet)
        self._open = lru_cache(KNOWN)(partial(_opened, sealer))
        self._clock = clock
        self._limits = limits
        tls = tls or verified_tls()
        kept = aiohttp.TCPConnector(limit=0, ssl=tls, use_dns_cache=False, keepalive_timeout=limits.idle)
        fresh = aiohttp.TCPConnector(limit=0, ssl=tls, use_dns_cache=False, force_close=True)
        self._kept = self._session(kept)
        self._fresh = self._session(fresh)

    async def close(self) -> None:
        """Close the idle connections."""
        await self._kept.close()
        await self._fresh.close()

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
            retry_after=retry_after.read(draft.retry_after, now=self._clock.now()),
        )

    async def _send(self, draft: "_Draft") -> None:
        vetted = await self._vet(self._target(draft.parcel.url))
        secrets = [self._open(key.sealed, str(draft.parcel.webhook_id)) for key in draft.parcel.keys]
        for address in vetted.addresses:
            draft.address = address
            try:
                await self._post(draft, vetted.target, secrets)
            except aiohttp.ClientConnectorError as error:
                if address == vetted.addresses[-1] or isinstance(error, aiohttp.ClientSSLError):
                    raise
            else:
                return

    async def _vet(self, target: Target) -> Vetted:
        if target.literal is not None:
            return self._judge(target, (str(target.literal),))
        return self._judge(target, tuple(await self._resolve(target.host, target.port)))

    async def _post(self, draft: "_Draft", target: Target, secrets: list[str]) -> None:
        """Once more on a new connection if a kept one turns out to be dead before a byte of the answer."""
        note = SimpleNamespace(reused=False)
        try:
            await self._exchange(self._kept, draft, target, secrets, note)
        except STALE:
            if draft.answered or not note.reused:
                raise
            await self._exchange(self._fresh, draft, target, secrets, note)

    async def _exchange(
        self, session: aiohttp.ClientSession, draft: "_Draft", target: Target, secrets: list[str], note: SimpleNamespace
    ) -> None:
        path, _, query = target.path.partition("?")
        url = URL.build(
            scheme=target.scheme,
            host=draft.address or "",
            port=target.port,
            path=path,
            query_string=query,
            encoded=True,
        )
        timestamp = int(self._clock.now().timestamp())
        async with session.post(
            url,
            data=draft.parcel.body,
            headers=envelope.headers(
                draft.parcel, secrets, timestamp=timestamp, host=target.authority, traceparent=draft.traceparent
            ),
            allow_redirects=False,
            server_hostname=target.host if target.scheme == "https" and target.literal is None else None,
            trace_request_ctx=note,
        ) as response:
            draft.status = response.status
            draft.retry_after = response.headers.get("Retry-After")
            if 300 <= response.status < 400:
                draft.error = "Redirects are not followed; give the webhook its final URL."
            await self._read(response, draft.body)

    async def _read(self, response: aiohttp.ClientResponse, body: bytearray) -> None:
        """At most 16 KiB; what comes beyond is not waited for."""
        while len(body) < self._limits.read:
            chunk = await response.content.read(self._limits.read - len(body))
            if not chunk:
                return
            body += chunk
        response.close()

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect),
            auto_decompress=False,
            trust_env=False,
            read_bufsize=self._limits.read,
            trace_configs=[trace],
        )


class _Draft:
    """An attempt in the making: what is known when it ends, however it ends."""

    __slots__ = ("address", "body", "error", "parcel", "retry_after", "status", "traceparent")

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.traceparent = parcel.traceparent
        self.address: str | None = None
        self.status: int | None = None
        self.error: str | None = None
        self.retry_after: str | None = None
        self.body = bytearray()

    @property
    def delivered(self) -> bool:
        """Whether the answer says so."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def answered(self) -> bool:
        """Whether the status line came: it alone decides, whatever happens to the rest of the answer."""
        return self.status is not None


def verified_tls() -> ssl.SSLContext:
    """Certificates and names are checked, against the system's authorities; TLS 1.2 at least."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _opened(sealer: Sealer, sealed: bytes, webhook_id: str) -> str:
    return sealer.open(sealed, context=webhook_id).decode()


async def _note_reuse(_session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
    context.trace_request_ctx.reused = True


def _text(body: bytes | bytearray, kept: int) -> str:
    """The beginning of the answer as text that a database can hold."""
    return bytes(body).decode("utf-8", "replace").replace("\x00", "\ufffd")[:kept]
