"""
Tells whoever listens that events were stored.

After the commit and on another connection: a NOTIFY within an append would make all writers commit one after the other.
Many commits make one notification. It only makes readers faster; they look by themselves as well, now and then.
"""

import threading
import time
from typing import Final
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Engine
from sqlalchemy.pool import Pool

from synergy_chassis.store.engine import sessions
from synergy_chassis.store.sessions import Sessions

_log = structlog.get_logger(__name__)

CHANNEL: Final = "store_events"
"""What readers LISTEN to, in the store's database."""
SPACING: Final = 0.02
"""Seconds between the first two notifications of a process; twice as long between the next two, and so on."""
LONGEST_SPACING: Final = 0.08
"""Who writes all the time keeps readers awake anyway, and each notification costs as much as a third of an append."""
_NOTIFY: Final = f"SELECT set_config('synchronous_commit', 'off', true), pg_notify('{CHANNEL}', '')"
"""Nothing is lost with a notification, so nobody waits for the disk."""


class Notifier:
    """Notifies at once when nothing was to tell for a while; then after 20, 40, 80 ms, while there is something."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._lock = threading.Lock()
        self._due = False
        self._sending = False

    def ring(self) -> None:
        """Events were committed. Returns at once and never raises."""
        with self._lock:
            self._due = True
            if self._sending:
                return
            self._sending = True
        try:
            threading.Thread(target=self._send, name="notifier", daemon=True).start()
        except RuntimeError as error:  # the process has no thread left, or ends
            self._sending = False
            _log.debug("not-notified", error=repr(error))

    def _send(self) -> None:
        spacing = SPACING
        while self._take():
            try:
                self._sessions.execute(_NOTIFY)
            except Exception as error:
                _log.debug("not-notified", error=repr(error)[:300])
            time.sleep(spacing)
            spacing = min(2 * spacing, LONGEST_SPACING)

    def _take(self) -> bool:
        """Whether there is something to tell; if not, the sending has ended."""
        with self._lock:
            due, self._due = self._due, False
            self._sending = due
            return due


_notifiers: WeakKeyDictionary[Pool, Notifier] = WeakKeyDictionary()
_making: Final = threading.Lock()


def announce(engine: Engine) -> None:
    """Tell that events were committed through `engine`. Call it after the commit; returns at once, never raises."""
    with _making:
        notifier = _notifiers.get(engine.pool)
        if notifier is None:
            notifier = _notifiers[engine.pool] = Notifier(sessions(engine))
    notifier.ring()
