"""Who asks: a personal access token, or a session that renews its access token by itself."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Credentials:
    """Tokens that several threads may use: whoever comes while they are renewed waits and has the new ones."""

    access: str | None = None
    refresh: str | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def renewed(self, refused: str | None, renew: Callable[[str], tuple[str, str]]) -> bool:
        """
        Whether there is another access token than the `refused` one now; `renew` trades the refresh token for a pair.
        """
        with self._lock:
            if self.access != refused:
                return True
            if self.refresh is None:
                return False
            self.access, self.refresh = renew(self.refresh)
            return True
