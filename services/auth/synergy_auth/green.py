"""
Work beside the calls, of which only `serve` knows: hashing in a few native threads with a bounded queue before them,
the mails that are due, and forgetting what was kept long enough.
"""

import os
import sys
from collections.abc import Callable
from threading import Event
from typing import Any

import eventlet
import structlog
from eventlet import tpool
from eventlet.semaphore import Semaphore

from synergy_auth.domain.errors import SigningInBusy
from synergy_auth.mailing import Outbox

log = structlog.get_logger(__name__)

WAITING = 150
"""Callers in line: at 26 ms a password (two at once, 52 ms each) they wait 4 s, within the 5 s a call is given."""

PATIENCE = 4.0
"""Seconds in line after which a machine slower than that does not begin: the caller is about to give up."""

NICENESS = 15
"""
Of the threads that hash: others that want the processor get it first, and nearly all of it. With 5, a storm of logins
made others wait 3.9 times as long on two cores (p99), with 15 2.3 times, and no fewer passwords were checked
(docs/reference/benchmarks-auth.md).
"""


class BoundedThreads:
    """
    Runs work in native threads, `at_once` at a time; callers wait in green threads.

    SigningInBusy for those whose answers would come too late: at once with more than `waiting` callers in line, and
    without doing the work for who has waited `patience` seconds in it.
    """

    def __init__(self, at_once: int, *, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._slots = Semaphore(at_once)
        self._room = at_once + waiting
        self._patience = patience
        self._inside = 0

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run `function(*arguments)` and return its result; its exceptions pass through."""
        if self._inside >= self._room:
            raise SigningInBusy
        self._inside += 1
        try:
            if not self._slots.acquire(timeout=self._patience):
                raise SigningInBusy
            try:
                return tpool.execute(behind_all_else, function, *arguments)
            finally:
                self._slots.release()
        finally:
            self._inside -= 1


def behind_all_else(function: Callable[..., Any], *arguments: Any) -> Any:
    """
    Run it in this native thread, which lets others go before, so that a storm of logins slows nobody who is in. To
    Linux each thread has a priority of its own (setpriority(2)); elsewhere it would be that of the whole process.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    return function(*arguments)


SENDERS = 4
"""Mails on their way at once: a server that is slow with one holds up three others at most."""
LOOKING = 2.0
"""Seconds between two looks for mail by each of them."""
FORGETTING = 3_600.0
"""Seconds between two times of forgetting what was kept long enough."""
FORGETTING_FIRST = 60.0
"""Seconds to the first time, so that a service which is often started anew forgets, too."""


def sending(outbox: Outbox, closing: Event) -> None:
    """Send what is due until `closing`, in green threads."""
    for number in range(SENDERS):
        eventlet.spawn_after(number * LOOKING / SENDERS, _send, outbox, closing)


def forgetting(forget: Callable[[], object], closing: Event) -> None:
    """Forget soon, and then now and then, until `closing`, in a green thread."""
    eventlet.spawn(_forget, forget, closing)


def _send(outbox: Outbox, closing: Event) -> None:
    while not closing.is_set():
        try:
            if outbox.send_one():
                continue
        except Exception as error:  # the database is away, say
            log.warning("mail-not-looked-for", error=f"{type(error).__name__}: {error}"[:200])
        closing.wait(LOOKING)


def _forget(forget: Callable[[], object], closing: Event) -> None:
    pause = FORGETTING_FIRST
    while not closing.wait(pause):
        pause = FORGETTING
        try:
            forget()
        except Exception as error:
            log.warning("not-forgotten", error=f"{type(error).__name__}: {error}"[:200])
