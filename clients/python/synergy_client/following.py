"""Live events: every event of the caller's projects, in order, each once, over Server-Sent Events."""

import json
import random
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Final

import requests

from synergy_client.errors import ApiError
from synergy_client.transport import Transport

PATH: Final = "/api/events/stream/"
FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 10.0
"""Seconds between two tries while the server is away."""
SILENCE: Final = 45.0
"""Seconds without a word after which a line is dead: the server says something every 15."""
PASSING: Final = frozenset({408, 429})
"""Beside 5xx what passes by itself."""

_chance: Final = random.SystemRandom().random


class Following:
    """
    Events after the position `after` (without it: from now on), of these types (`task.*` too), of one project.

    Iterating has no end: a server that is away, or a line that breaks, is tried again until it answers, and nothing is
    missed or told twice meanwhile. `position` is up to where everything was told: where to go on another time.

    Raises ApiError for what asking again does not change: a position that is no more, an ended session.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        after: int | None = None,
        types: Sequence[str] | None = None,
        project: int | None = None,
    ) -> None:
        self._transport = transport
        self._asked: dict[str, Any] = {"types": ",".join(types) if types else None, "project": project}
        self._response: requests.Response | None = None
        self._closed = threading.Event()
        self.position = after

    def __iter__(self) -> Iterator[dict[str, Any]]:
        pause = FIRST_PAUSE
        while not self._closed.is_set():
            try:
                for event in self._told():
                    pause = FIRST_PAUSE
                    yield event
            except requests.RequestException:
                if self._closed.is_set():
                    return
            except ApiError as no:
                if no.status < 500 and no.status not in PASSING:
                    raise
                pause = max(pause, no.retry_after or 0)
            finally:
                self._hang_up()
            if not self._closed.is_set():
                self._closed.wait(pause * (0.5 + _chance()))
                pause = min(LONGEST_PAUSE, pause * 2)

    def close(self) -> None:
        """End the iteration, from another thread too: it returns once it hears of it."""
        self._closed.set()
        self._hang_up()

    def _told(self) -> Iterator[dict[str, Any]]:
        resuming = {} if self.position is None else {"Last-Event-ID": str(self.position)}
        self._response = self._transport.stream(PATH, query=self._asked, headers=resuming, silence=SILENCE)
        data: list[str] = []
        position = self.position
        for line in _lines(self._response):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "id" and value.isdecimal():
                position = int(value)
            elif name == "data":
                data.append(value)
            elif not line:  # all of it has come
                self.position = position
                if data:
                    event: dict[str, Any] = json.loads("\n".join(data))
                    data.clear()
                    yield event

    def _hang_up(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            response.close()


def _lines(response: requests.Response) -> Iterator[str]:
    """The lines of a stream as they come. Raises RequestException when it breaks."""
    waiting = b""
    for piece in response.iter_content(chunk_size=None):
        *lines, waiting = (waiting + piece).split(b"\n")
        yield from (line.decode() for line in lines)
