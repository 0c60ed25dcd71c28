"""What happened to a sprint."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from synergy_projects.domain.fields import SprintPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class SprintCreated:
    """A sprint was planned."""

    sprint_id: int
    name: str
    goal: str
    start_date: date | None
    end_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SprintUpdated:
    """Fields of a sprint changed; never its status, which has events of its own."""

    sprint_id: int
    changes: SprintPatch
    before: SprintPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class SprintStarted:
    """A sprint began; it is the project's active one."""

    sprint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SprintCompleted:
    """The active sprint ended."""

    sprint_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SprintDeleted:
    """A sprint is gone. It was called `name`; tasks left it before, by events of their own."""

    sprint_id: int
    name: str


SprintEvent = SprintCreated | SprintUpdated | SprintStarted | SprintCompleted | SprintDeleted

STORED_AS: Final[dict[str, type]] = {
    "sprint.created": SprintCreated,
    "sprint.updated": SprintUpdated,
    "sprint.started": SprintStarted,
    "sprint.completed": SprintCompleted,
    "sprint.deleted": SprintDeleted,
}


def entity(event: SprintEvent) -> str:
    """`sprint-<sprint id>`."""
    return f"sprint-{event.sprint_id}"
