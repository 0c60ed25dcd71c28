"""The one page that a metrics address has, as whole HTTP answers."""

from typing import Final

from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from synergy_chassis.metrics import REGISTRY

LONGEST_REQUEST: Final = 16_384
"""Bytes of a request that are read."""
PATIENCE: Final = 5.0
"""Seconds a client has to send its request, and to take the answer."""
END: Final = b"\r\n\r\n"


def answer(request: bytes) -> bytes:
    """The answer to a request, which is complete as far as its empty line; the connection is closed after it."""
    words = request.partition(b"\r\n")[0].split(b" ")
    if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
        return _response(b"400 Bad Request", b"This is not an HTTP request.\n")
    method, path = words[0], words[1].partition(b"?")[0]
    if path != b"/metrics":
        return _response(b"404 Not Found", b"Here is /metrics alone.\n", head=method == b"HEAD")
    if method not in (b"GET", b"HEAD"):
        return _response(b"405 Method Not Allowed", b"GET it.\n", extra=b"Allow: GET, HEAD\r\n")
    kind = CONTENT_TYPE_PLAIN_0_0_4.encode()
    return _response(b"200 OK", generate_latest(REGISTRY), kind=kind, head=method == b"HEAD")


def _response(
    status: bytes, body: bytes, *, kind: bytes = b"text/plain; charset=utf-8", extra: bytes = b"", head: bool = False
) -> bytes:
    fields = b"Content-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n%s" % (kind, len(body), extra)
    return b"HTTP/1.1 %s\r\n%s\r\n%s" % (status, fields, b"" if head else body)
