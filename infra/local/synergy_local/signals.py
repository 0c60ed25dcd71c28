"""The signals that end `run`: the first one is an orderly end, later ones change nothing."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """We were told to stop."""


class Ending:
    """Raises Ended in the main thread at the first signal, where the code is ready for it."""

    def __init__(self) -> None:
        self._busy = False
        self._told = False

    def tell(self, _: int, __: FrameType | None) -> None:
        """The handler of all of them."""
        self.hear_no_more()
        self._told = True
        if not self._busy:
            raise Ended

    def hear_no_more(self) -> None:
        """From now on signals change nothing: what has begun to end is not interrupted."""
        for number in NUMBERS:
            signal.signal(number, signal.SIG_IGN)

    @contextmanager
    def later(self) -> Iterator[None]:
        """A signal within the block raises Ended at its end, so that what it starts is known before."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
        if self._told:
            raise Ended


@contextmanager
def ending_on_signals() -> Iterator[Ending]:
    """Turn the first SIGINT, SIGTERM or SIGHUP within the block into its orderly end."""
    ending = Ending()
    for number in NUMBERS:
        signal.signal(number, ending.tell)
    try:
        yield ending
    except Ended:
        return
