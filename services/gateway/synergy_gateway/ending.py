"""What a worker does as soon as it is told to end, before the server waits for the answers under way."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any, Final

SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def before_ending(act: Callable[[], None]) -> None:
    """
    Have the running loop call `act` at a signal to end, and then whatever was to be called. The server waits for open
    answers before it ends the lifespan, and those that go on would never end.
    """
    loop = asyncio.get_running_loop()
    handlers: dict[int, Any] = getattr(loop, "_signal_handlers", {})  # there is no public way to what was set
    for number in SIGNALS:
        if (before := handlers.get(number)) is not None:
            loop.add_signal_handler(number, _both, act, before)


def _both(act: Callable[[], None], before: Any) -> None:
    act()
    before._run()
