"""The relay's third duty: forgets the outcomes of commands that nobody repeats any more."""

import threading
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Final

import structlog

from synergy_chassis.pruning import prune_commands
from synergy_chassis.relay.again import Duty, connected
from synergy_chassis.relay.counters import Counters

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(days=7)
"""A repeat is promised its outcome for a day; `verify` learns from the rest of the week what a stream had reached."""
EVERY: Final = 600
"""Seconds between two looks."""
MOST: Final = 1_000
"""Portions of a look: what is left after a million outcomes has time until the next one."""


def pruning(*, database_url: str, source: str, counters: Counters, every: float = EVERY, most: int = MOST) -> Duty:
    """Prune, whoever leads: two at once take different commands. What fails is counted, logged and tried again."""
    return Duty("prunes", every, partial(_once, database_url, source, counters, every, most))


def _once(
    database_url: str, source: str, counters: Counters, every: float, most: int, stopping: threading.Event
) -> None:
    try:
        with connected(database_url, f"{source} relay prunes") as connection:
            for pruned in islice(prune_commands(connection, keep=KEPT), most):
                counters.pruned += pruned
                if stopping.is_set():
                    return
        counters.unpruned = 0
    except Exception as error:  # whatever it is: nothing else would say that pruning has ended
        counters.unpruned = 1
        log.warning("not-pruned", error=f"{type(error).__name__}: {error}"[:300], retry_in=every)
