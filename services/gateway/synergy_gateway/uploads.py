"""Files that are sent as a body, in parts as they come: memory holds one of them."""

import asyncio
from collections.abc import AsyncIterator, Collection
from typing import Any, Final

from litestar.connection import Request
from litestar.exceptions import InternalServerException
from multipart import parse_options_header  # type: ignore[import-untyped]

from synergy_gateway.bodies import MOST_DRAINED
from synergy_gateway.problems import Problem

READING: Final = 30.0
"""Seconds within which something of the file must arrive."""
WHOLE: Final = 600.0
"""Seconds within which all of it must: 50 MB come at 0.7 Mbit/s. Whoever trickles gives his place back."""


class Upload:
    """The body of a request as a file of one of these media types. Raises Problem 415 for another one."""

    def __init__(self, request: Request[Any, Any, Any], media_types: Collection[str]) -> None:
        self._request = request
        media_type, _ = parse_options_header(request.headers.get("content-type") or "")
        if media_type.lower() not in media_types:
            raise Problem(
                415, "unsupported-media-type", f"Send the file as the body, and say in Content-Type what it is: "
                f"{', '.join(media_types)}."
            )  # fmt: skip
        if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise Problem(415, "unsupported-media-type", "Send the file without Content-Encoding.")

    async def parts(self, size: int, *, most: int) -> AsyncIterator[bytes]:
        """
        The file, in parts of `size` bytes, the last one aside.

        Raises Problem: cut off (400), too slow (408), more than `most` bytes (413).
        """
        part, total = bytearray(), 0
        async for chunk in self._chunks():
            total += len(chunk)
            if total > most + MOST_DRAINED:
                break
            if total > most:
                continue
            part += chunk
            while len(part) >= size:
                yield bytes(part[:size])
                del part[:size]
        if total > most:
            raise Problem(413, "body-too-large", f"The file has more than {most:,} bytes.")
        if part:
            yield bytes(part)

    async def _chunks(self) -> AsyncIterator[bytes]:
        coming = aiter(self._request.stream())
        now = asyncio.get_running_loop().time
        until = now() + WHOLE
        try:
            while True:
                async with asyncio.timeout_at(min(until, now() + READING)):
                    chunk = await anext(coming, None)
                if chunk is None:
                    return
                yield chunk
        except TimeoutError:
            late = f"The file did not arrive within {WHOLE:g} seconds."
            still = f"Nothing of the file arrived for {READING:g} seconds."
            raise Problem(408, "body-timeout", late if now() >= until else still) from None
        except InternalServerException:  # the framework's word for it
            raise Problem(400, "malformed-body", "The file ended before it was complete.") from None
