"""What an operation answers: a service's bytes as they are, with the right status and headers."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

import msgspec
from litestar.types import Receive, Send

JSON: Final = "application/json"
NO_STORE: Final = "no-store"
MOST_TAGS: Final = 100
_TAG: Final = re.compile(r'(?:W/)?"(\d{1,9})-[^"]*"')
REVALIDATE: Final = "private, no-cache"
"""May be kept by the client itself, and is asked for again (with its ETag) before each use."""


@dataclass(slots=True, kw_only=True)
class Answer:
    """
    An answer on its way out; `body` is complete and encoded. With a `stream` that writes it instead: it is given the
    message that begins an answer.
    """

    status: int = 200
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[[Receive, Send, Any], Awaitable[None]] | None = None
    _encoded: tuple[tuple[bytes, bytes], ...] | None = field(default=None, init=False, repr=False, compare=False)

    def encoded(self) -> tuple[tuple[bytes, bytes], ...]:
        """Every header as it is sent, of a finished answer: made once, for what is kept is sent again and again."""
        if self._encoded is None:
            own = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
            length = str(len(self.body)).encode()
            self._encoded = (*own, (b"content-type", self.media_type.encode()), (b"content-length", length))
        return self._encoded


class _Own(msgspec.Struct, frozen=True):
    revision: int | None = None


def answered(raw: msgspec.Raw | bytes, headers: Mapping[str, str] | None = None) -> Answer:
    """200 with these bytes."""
    return Answer(body=bytes(raw), headers=dict(headers or {}))


def created(raw: msgspec.Raw, location: str) -> Answer:
    """201 with these bytes; `location` is the new resource's path."""
    return Answer(status=201, body=bytes(raw), headers={"Location": location})


def done() -> Answer:
    """204: it is done, and there is nothing to tell."""
    return Answer(status=204)


def told(value: Any, headers: Mapping[str, str] | None = None, *, status: int = 200) -> Answer:
    """An answer of the gateway's own."""
    return Answer(status=status, body=msgspec.json.encode(value), headers=dict(headers or {}))


def tag(body: bytes, *, whole: bytes | None = None) -> str:
    """
    The ETag of a body: `"<revision>-<digest>"`, or the digest alone for what has no revision. `whole` is what the body
    is a part of, where it is.
    """
    digest = blake2b(body, digest_size=8).hexdigest()
    try:
        revision = msgspec.json.decode(body if whole is None else whole, type=_Own).revision
    except msgspec.MsgspecError:
        revision = None
    return f'"{digest}"' if revision is None else f'"{revision}-{digest}"'


def revisions(if_match: Collection[str]) -> list[int] | None:
    """
    The revisions that these If-Match headers name (RFC 9110 §13.1.1): what was changed by others beside, as a comment
    on a task is, does not matter. None where any will do: there is no header, or it is `*`. A tag that is none of ours
    matches nothing.
    """
    tags = [tag.strip() for line in if_match for tag in line.split(",")]
    if not tags or "*" in tags:
        return None
    found = [int(ours[1]) for tag in tags if (ours := _TAG.fullmatch(tag))]
    return sorted(set(found))[:MOST_TAGS]


def tagged(answer: Answer, *, whole: bytes | None = None) -> Answer:
    """The answer to a GET with its ETag; `whole` as in `tag`."""
    answer.headers["ETag"] = tag(answer.body, whole=whole)
    return answer


def unless_known(answer: Answer, if_none_match: Collection[str]) -> Answer:
    """A tagged answer; 304 without a body if the client has it already (RFC 9110 §13.1.2)."""
    known = {candidate.strip().removeprefix("W/") for line in if_none_match for candidate in line.split(",")}
    if "*" in known or answer.headers["ETag"] in known:
        return Answer(status=304, headers=answer.headers)
    return answer


def identified(raw: msgspec.Raw, kind: type[msgspec.Struct]) -> Any:
    """The fields of an answer that its address is made of."""
    return msgspec.json.decode(raw, type=kind)
