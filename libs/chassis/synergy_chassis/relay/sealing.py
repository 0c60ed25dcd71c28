"""The relay's second duty: seals the log it publishes, and keeps a copy of the seals in a file outside the database."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Self

import structlog

from synergy_chassis import environment
from synergy_chassis.clock import SystemClock
from synergy_chassis.relay.again import Duty, connected
from synergy_chassis.relay.counters import Counters
from synergy_chassis.seals import SealFile, SealsDiffer, place, seal_what_is_new

log = structlog.get_logger(__name__)

USUALLY: Final = 60
"""Seconds between two seals, while events are stored."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """How often to seal (seconds; 0: never), and the folder or file for the copy of the seals, if there is one."""

    every: int = USUALLY
    to: Path | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """SEAL_EVERY and SEALS_FOLDER. Raises MissingSetting."""
        folder = environment.text(env, "SEALS_FOLDER", "")
        every = environment.integer(env, "SEAL_EVERY", USUALLY, minimum=0)
        return cls(every=every, to=Path(folder) if folder else None)


def sealed(sealing: Sealing, *, database_url: str, source: str, counters: Counters) -> list[Duty]:
    """
    To seal, whoever leads: each relay keeps a file of its own, and no event comes under two seals.

    What fails is logged, counted and tried again; a file that differs from the database is left as it is.
    """
    if not sealing.every:
        return []
    return [Duty("seals", sealing.every, partial(_once, sealing, database_url, source, counters))]


def _once(sealing: Sealing, database_url: str, source: str, counters: Counters, stopping: threading.Event) -> None:
    try:
        with connected(database_url, f"{source} relay seals") as connection:
            for seal in seal_what_is_new(connection, store=source, clock=SystemClock()):
                counters.seals += 1
                log.debug("sealed", seal=seal.number, upto=seal.upto, events=seal.events)
                if stopping.is_set():
                    return
            if sealing.to is not None:
                SealFile(place(sealing.to, source)).catch_up(connection)
        counters.unsealed = 0
    except (SealsDiffer, ValueError) as error:
        counters.unsealed = 1
        log.error("seals-differ", error=str(error), hint="run verify; after a restore put the file aside")
    except Exception as error:  # whatever it is: nothing else would say that sealing has ended
        counters.unsealed = 1
        log.warning("not-sealed", error=f"{type(error).__name__}: {error}"[:300], retry_in=sealing.every)
