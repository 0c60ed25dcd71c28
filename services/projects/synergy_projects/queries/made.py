"""The events that one command made."""

from itertools import takewhile
from typing import Final

from sqlalchemy import Connection, text

from synergy_chassis.store import RecordedEvent
from synergy_chassis.store.rows import SELECT, recorded
from synergy_projects.domain.errors import CannotUndo, VersionNotFound

MOST: Final = 1_000
"""Events of a command that can be told together."""
_AROUND: Final = text(
    SELECT + "WHERE stream = :stream AND version BETWEEN :version - :most AND :version + :most ORDER BY version"
)


def made_with(connection: Connection, project_id: int, version: int) -> list[RecordedEvent]:
    """
    All events of the command that made this version of a project, in order.

    Raises VersionNotFound where there is none; CannotUndo for more than 1,000.
    """
    parameters = {"stream": f"project-{project_id}", "version": version, "most": MOST}
    found = [recorded(row) for row in connection.execute(_AROUND, parameters)]
    before = [event for event in reversed(found) if event.version < version]
    after = [event for event in found if event.version >= version]
    if not after or after[0].version != version:
        raise VersionNotFound
    command = after[0].meta.get("command_id")

    def same(event: RecordedEvent) -> bool:
        return command is not None and event.meta.get("command_id") == command

    made = [*reversed(list(takewhile(same, before))), *(takewhile(same, after) if command else after[:1])]
    if len(made) > MOST:
        raise CannotUndo(f"That changed more than {MOST} things at once.")
    return made
