"""Refusals about labels, milestones and sprints."""

from synergy_projects.domain.errors.base import DomainError


class LabelNotFound(DomainError):
    """There is no such label, or the actor may not know of it."""

    kind = "not_found"
    code = "label-not-found"

    def __init__(self) -> None:
        super().__init__("There is no label with this id that you may see.")


class LabelExists(DomainError):
    """The project has a label of this name, whatever the case of its letters."""

    kind = "conflict"
    code = "label-exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"This project has a label “{name}” already; choose another name.")


class MilestoneNotFound(DomainError):
    """There is no such milestone, or the actor may not know of it."""

    kind = "not_found"
    code = "milestone-not-found"

    def __init__(self) -> None:
        super().__init__("There is no milestone with this id that you may see.")


class SprintNotFound(DomainError):
    """There is no such sprint, or the actor may not know of it."""

    kind = "not_found"
    code = "sprint-not-found"

    def __init__(self) -> None:
        super().__init__("There is no sprint with this id that you may see.")


class SprintActive(DomainError):
    """A project has one active sprint at a time."""

    kind = "conflict"
    code = "sprint-active"

    def __init__(self, sprint_id: int, name: str) -> None:
        super().__init__(f"The sprint “{name}” ({sprint_id}) is active. Complete it first.")


class SprintState(DomainError):
    """The sprint is not where this can be done: started twice, or completed before it was started."""

    kind = "conflict"
    code = "sprint-state"

    def __init__(self, status: str, needed: str) -> None:
        super().__init__(f"This sprint is {status}; only one that is {needed} can do this.")
