"""Whoever comes to own a project stays."""

from collections.abc import Iterable

from sqlalchemy import Connection

from synergy_projects.domain.errors import AccountLeaving
from synergy_projects.domain.events import Event, ProjectRestored, ProjectTransferred
from synergy_projects.domain.project import Project
from synergy_projects.queries import owners


def hold_owners(rows: Connection, project: Project, events: Iterable[Event]) -> None:
    """Until the transaction ends, nobody who owns a project by these events is erased. Raises AccountLeaving."""
    for event in events:
        match event:
            case ProjectTransferred(owner_id=owner_id):
                held = sorted({owner_id, project.owner_id})
            case ProjectRestored():
                owner_id, held = project.owner_id, [project.owner_id]
            case _:
                continue
        for user_id in held:
            owners.hold_owner(rows, user_id)
        if owners.is_leaving(rows, owner_id):
            raise AccountLeaving
