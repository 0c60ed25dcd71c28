"""Before an account is erased: whoever owns projects stays, and whoever goes starts none meanwhile."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, insert

from synergy_chassis.store import CommandContext
from synergy_projects.domain.commands import PrepareLeaving, Stay
from synergy_projects.domain.errors import ImportsRunning, ProjectsOwned
from synergy_projects.handlers.desk import Desk
from synergy_projects.queries import owners
from synergy_projects.queries.imports import unfinished_imports
from synergy_projects.tables import leaving

HELD: Final = timedelta(minutes=5)
"""Longer than anybody waits for an erasure, and than tokens of an erased account are taken for good."""
NAMED: Final = 5
"""Projects that are named to whoever owns some."""


def prepare_leaving(command: PrepareLeaving, *, context: CommandContext, desk: Desk) -> None:
    """
    The actor owns nothing and starts no project for five minutes, or until this attempt, the command's id, is taken
    back. Raises ProjectsOwned, ImportsRunning.
    """
    user_id = command.actor.user_id
    with desk.uow.writing() as rows:
        owners.hold_owner(rows, user_id, alone=True)
        owned = owners.owned(rows, user_id, at_most=NAMED + 1)
        if owned:
            raise ProjectsOwned(owned[:NAMED], more=len(owned) > NAMED)
        if unfinished_imports(rows, user_id):
            raise ImportsRunning
        mine = (leaving.c.user_id == user_id) & (leaving.c.attempt == context.command_id)
        rows.execute(delete(leaving).where(mine | (leaving.c.until < func.now())))
        until = func.now() + HELD
        rows.execute(insert(leaving).values(user_id=user_id, attempt=context.command_id, until=until))


def stay(command: Stay, *, context: CommandContext, desk: Desk) -> None:
    """This attempt to leave is taken back."""
    mine = (leaving.c.user_id == command.actor.user_id) & (leaving.c.attempt == context.command_id)
    with desk.uow.writing() as rows:
        rows.execute(delete(leaving).where(mine))
