"""Forget sessions that are over."""

from datetime import timedelta
from typing import Final

from synergy_auth import projections
from synergy_auth.handlers.needs import Needs

KEPT: Final = timedelta(days=7)
"""How long a session that ended or expired is remembered, with its refresh tokens."""


def forget_sessions(needs: Needs) -> int:
    """
    Forget sessions that were over long ago, with their refresh tokens; how many. What was spent in a session that is
    open stays, for it tells of reuse; a token of one that is forgotten is as unknown as any other. The security log
    stays whole.
    """
    before, forgotten = needs.clock.now() - KEPT, 0
    while True:
        with needs.uow.writing() as rows:
            some = rows.execute(projections.sessions_forgotten(before=before)).rowcount
        forgotten += some
        if some < projections.FORGOTTEN_AT_ONCE:
            return forgotten
