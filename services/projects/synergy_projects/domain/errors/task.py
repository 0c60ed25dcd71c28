"""Refusals about tasks."""

from synergy_projects.domain.errors.base import DomainError


class TaskNotFound(DomainError):
    """There is no such task, or the actor may not know of it."""

    kind = "not_found"
    code = "task-not-found"

    def __init__(self) -> None:
        super().__init__("There is no task with this id that you may see.")
