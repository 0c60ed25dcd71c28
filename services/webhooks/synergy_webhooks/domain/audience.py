"""
Who hears an event: the people of its project, folded from the project's own events.

An event is heard by whoever belongs to the project right before *or* right after it. So the one who joins hears
`member.added`, the one who is removed still hears `member.removed` (and nothing later), and everybody hears
`project.deleted`. A project in the trash keeps its people, who hear that it is restored or purged; purging ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Project:
    """People of one project: user id → role. `trashed` while it is in the trash."""

    project_id: int
    roles: dict[int, str] = field(default_factory=dict)
    trashed: bool = False

    def audience(self, event_type: str, data: Mapping[str, Any]) -> frozenset[int]:
        """Applies the event, and tells who hears it."""
        before = frozenset(self.roles)
        self._apply(event_type, data)
        return before | frozenset(self.roles)

    def _apply(self, event_type: str, data: Mapping[str, Any]) -> None:
        match event_type:
            case "project.created":
                self.roles[int(data["owner_id"])] = "owner"
            case "project.transferred":
                self.roles |= {int(data["was"]): "manager", int(data["owner_id"]): "owner"}
            case "member.added" | "member.role_changed":
                self.roles[int(data["user_id"])] = str(data["role"])
            case "member.removed":
                self.roles.pop(int(data["user_id"]), None)
            case "project.deleted":
                self.trashed = True
            case "project.restored":
                self.trashed = False
            case "project.purged":
                self.roles.clear()
                self.trashed = False
