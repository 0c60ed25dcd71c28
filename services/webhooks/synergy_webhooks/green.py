"""Looking names up beside the event loop: in a native thread, and not for ever. Only `serve` uses this room."""

from typing import Final

import eventlet
from eventlet import tpool

from synergy_webhooks.addresses import names

PATIENCE: Final = 3.0
"""Seconds that saving a webhook waits for its name; one that has no address by then is judged at its attempts."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises OSError, TimeoutError among them."""
    try:
        with eventlet.Timeout(PATIENCE):
            found: list[str] = tpool.execute(names.resolve, host, port)
            return found
    except eventlet.Timeout:
        raise TimeoutError(f"{host} was not found in time") from None
