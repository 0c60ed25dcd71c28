"""
Smaller answers for whoever takes them: zstd, br or gzip above 1 KB.

Compressing what holds a secret beside what an attacker chose gives it away by its length (BREACH). It takes a page that
makes a victim's browser ask with the victim's rights; none can here, for rights come in a header that pages cannot set
and never in cookies. Answers that hold secrets (`no-store`) are not compressed all the same.
"""

import asyncio
import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import brotli
import zstandard
from litestar.types import ASGIApp, Receive, Send

Headers = tuple[tuple[bytes, bytes], ...]

LEAST: Final = 1_024
"""Bytes below which an answer goes as it is."""
LARGE: Final = 131_072
"""Bytes above which compressing is a thread's work: it holds up nobody."""
KEPT_BYTES: Final = 4 * 2**20
"""How much is kept of compressed answers that are served from memory again and again."""
KINDS: Final = frozenset({b"application/json", b"application/problem+json", b"text/html", b"text/csv", b"text/plain"})
ACCEPTED: Final = re.compile(r"\s*(?P<name>[\w*-]+)\s*(?:;\s*q\s*=\s*(?P<weight>[01](?:\.\d{0,3})?)\s*)?")
ACCEPTS: Final = b"accept-encoding"
KNOWN: Final = b"if-none-match"
TAGS: Final = (KNOWN, b"if-match")
OURS: Final = re.compile(rb'-(?:zstd|br|gzip)"')


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(level=4, wbits=zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=3).compress(body),
    "br": lambda body: brotli.compress(body, quality=3),
    "gzip": _gzip,
}
"""The best one first."""


class Compressed:
    """
    An ASGI application whose whole answers are compressed as the client takes them; streams are not touched.

    A compressed answer is another representation, with an ETag of its own (RFC 9110 §8.8.3.3): the coding is put at its
    end, and taken away where a client sends it back.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: OrderedDict[tuple[str, bytes], bytes] = OrderedDict()
        self._kept_bytes = 0

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = {name.lower() for name, _ in scope["headers"]}
        coding = chosen(_value(scope["headers"], ACCEPTS).decode("latin-1")) if ACCEPTS in given else None
        known = _value(scope["headers"], KNOWN) if KNOWN in given else b""
        if not given.isdisjoint(TAGS):
            scope["headers"] = [_plain(header) for header in scope["headers"]]
        await self._app(scope, receive, _Answer(self, send, coding, known).send)

    async def pack(self, coding: str, body: bytes) -> bytes:
        """The body in this coding. What is asked for again as the very same bytes is packed once."""
        key = (coding, body)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        packed = CODINGS[coding](body) if len(body) < LARGE else await asyncio.to_thread(CODINGS[coding], body)
        self._keep(key, packed)
        return packed

    def _keep(self, key: tuple[str, bytes], packed: bytes) -> None:
        self._kept[key] = packed
        self._kept_bytes += len(key[1]) + len(packed)
        while self._kept_bytes > KEPT_BYTES:
            (_, body), old = self._kept.popitem(last=False)
            self._kept_bytes -= len(body) + len(old)


class _Answer:
    """One answer on its way out; its beginning waits for its body, for both change together."""

    def __init__(self, owner: Compressed, send: Send, coding: str | None, known: bytes) -> None:
        self._owner = owner
        self._send = send
        self._coding = coding
        self._known = known
        self._start: Any = None

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            if message["status"] == 304:
                message = {**message, "headers": known_as(headers, self._coding, self._known)}
            elif (varied := compressible(tuple(headers))) is not None:
                self._start = {**message, "headers": list(varied)}
                return
        elif self._start is not None:
            start, self._start = self._start, None
            body = message.get("body", b"")
            if self._coding is not None and len(body) >= LEAST and not message.get("more_body"):
                body = await self._owner.pack(self._coding, bytes(body))
                start["headers"] = packed(start["headers"], self._coding, len(body))
                message = {**message, "body": body}
            await self._send(start)
        await self._send(message)


def known_as(headers: Iterable[tuple[bytes, bytes]], coding: str | None, known: bytes) -> list[tuple[bytes, bytes]]:
    """With the ETag of what the client has (`known`), which may be a compressed one."""
    return [
        (name, mine) if name.lower() == b"etag" and coding and (mine := _tag(tag, coding)) in known else (name, tag)
        for name, tag in headers
    ]


@lru_cache(maxsize=256)
def chosen(accepted: str) -> str | None:
    """The coding of an Accept-Encoding (RFC 9110 §12.5.3), ours where several are as welcome; None for none."""
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        if found := ACCEPTED.fullmatch(part):
            weights[found["name"].lower()] = float(found["weight"] or 1)
    any_other = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda coding: weights.get(coding, any_other))  # the first of equals
    weight = weights.get(best, any_other)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def _is_compressible(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    named = {name.lower(): value for name, value in headers}
    return (
        named.get(b"content-type", b"").partition(b";")[0].strip() in KINDS
        and b"content-encoding" not in named
        and b"no-store" not in named.get(b"cache-control", b"")
    )


def packed(headers: Iterable[tuple[bytes, bytes]], coding: str, size: int) -> list[tuple[bytes, bytes]]:
    """The headers of a compressed answer of `size` bytes."""
    kept = [
        (name, _tag(value, coding) if name.lower() == b"etag" else value)
        for name, value in headers
        if name.lower() != b"content-length"
    ]
    return [*kept, (b"content-encoding", coding.encode()), (b"content-length", str(size).encode())]


@lru_cache(maxsize=1_024)
def compressible(headers: Headers) -> Headers | None:
    """
    With Accept-Encoding among what the answer depends on; None where it is not to be compressed. Remembered, for what
    is served from memory has the same headers again and again.
    """
    if not _is_compressible(headers):
        return None
    if any(name.lower() == b"vary" and b"accept-encoding" in value.lower() for name, value in headers):
        return headers
    old = b", ".join(value for name, value in headers if name.lower() == b"vary")
    rest = [header for header in headers if header[0].lower() != b"vary"]
    return (*rest, (b"vary", b", ".join(filter(None, (old, b"Accept-Encoding")))))


def _tag(tag: bytes, coding: str) -> bytes:
    return tag[:-1] + b"-" + coding.encode() + b'"' if tag.endswith(b'"') else tag


def _plain(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """An ETag that a client sends back, without the coding."""
    name, value = header
    return (name, plain(value)) if name.lower() in TAGS else header


def plain(tags: bytes) -> bytes:
    """ETags as they are without codings."""
    return OURS.sub(b'"', tags)


def _value(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> bytes:
    return b",".join(value for name, value in headers if name.lower() == wanted)
