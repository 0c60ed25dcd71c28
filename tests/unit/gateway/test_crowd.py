"""Too many at once are told to come back, at once; who is inside is answered, and health always."""

import asyncio
from typing import Any

import pytest

from synergy_gateway.crowd import Crowd
from synergy_gateway.frame import Frame

from .given import settings


class Slow:
    """An application that answers when it may."""

    def __init__(self) -> None:
        self.may = asyncio.Event()
        self.inside = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.inside += 1
        await self.may.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


async def ask(app: Any, path: str) -> tuple[int, dict[bytes, bytes]]:
    """Status and headers of an answer."""
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"host", b"x")], "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await app(scope, receive, send)
    return told[0]["status"], dict(told[0]["headers"])


def test_who_is_one_too_many_is_told_at_once_and_what_must_be_answered_is():
    async def steps() -> None:
        slow = Slow()
        app = Frame(Crowd(slow, most=2), settings())
        waiting = [asyncio.create_task(ask(app, "/api/projects/")) for _ in range(2)]
        waiting += [asyncio.create_task(ask(app, path)) for path in ("/livez", "/api/health/", "/api/events/stream/")]
        await asyncio.sleep(0.01)
        assert len(waiting) == slow.inside

        status, headers = await ask(app, "/api/projects/")
        assert (503, b"1") == (status, headers[b"retry-after"])

        slow.may.set()
        assert {200} == {status for status, _ in await asyncio.gather(*waiting)}
        assert 200 == (await ask(app, "/api/projects/"))[0]

    asyncio.run(asyncio.wait_for(steps(), 20))


def test_who_breaks_off_or_fails_leaves_the_place_to_others():
    async def steps() -> None:
        slow = Slow()
        crowd = Crowd(slow, most=1)
        left = asyncio.create_task(ask(crowd, "/api/projects/"))
        await asyncio.sleep(0.01)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        slow.may.set()
        assert 200 == (await ask(crowd, "/api/projects/"))[0]

    asyncio.run(asyncio.wait_for(steps(), 20))
