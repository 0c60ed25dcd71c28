"""HTTP/1.1 as bytes: no more of it than a load generator needs."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_CLOSES: Final = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_WITHOUT_BODY: Final = frozenset({204, 304})
_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; `closes`: the server ends the connection with it."""

    status: int
    body: bytes
    closes: bool

    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


def request(method: str, path: str, *, token: str | None = None, body: Any = None) -> bytes:
    """The bytes of a request for JSON; the host is a name that stands for this machine."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    content = b"" if body is None else json.dumps(body).encode()
    lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"] if body is not None else []
    return "\r\n".join([*lines, "", ""]).encode() + content


def reply(received: bytes | bytearray, *, ended: bool) -> Reply | None:
    """
    What was received, once it is whole; None before. `ended`: the server has closed the connection.

    Raises ValueError for what is no answer.
    """
    head_end = received.find(_END)
    if head_end < 0:
        if ended:
            raise ValueError("the connection was closed within the headers")
        return None
    head, start = bytes(received[:head_end]), head_end + len(_END)
    status, closes = int(head[9:12]), ended or _CLOSES.search(head) is not None
    if status in _WITHOUT_BODY:
        return Reply(status, b"", closes)
    if told := _LENGTH.search(head):
        end = start + int(told[1])
        if len(received) >= end:
            return Reply(status, bytes(received[start:end]), closes)
    elif _CHUNKED.search(head):
        if received.endswith(b"0\r\n\r\n"):
            return Reply(status, _joined(bytes(received[start:])), closes)
    elif ended:
        return Reply(status, bytes(received[start:]), True)
    if ended:
        raise ValueError("the connection was closed within the body")
    return None


def _joined(chunks: bytes) -> bytes:
    body, at = b"", 0
    while size := int(chunks[at : (line := chunks.index(b"\r\n", at))].partition(b";")[0], 16):
        body += chunks[line + 2 : line + 2 + size]
        at = line + 2 + size + 2
    return body
