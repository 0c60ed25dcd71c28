"""Refusals about what hangs on a task: comments, subtasks, time."""

from synergy_projects.domain.errors.base import DomainError


class CommentNotFound(DomainError):
    """The task has no such comment."""

    kind = "not_found"
    code = "comment-not-found"

    def __init__(self) -> None:
        super().__init__("This task has no comment with this id.")


class SubtaskNotFound(DomainError):
    """The task has no such subtask."""

    kind = "not_found"
    code = "subtask-not-found"

    def __init__(self) -> None:
        super().__init__("This task has no subtask with this id.")


class TimeLogNotFound(DomainError):
    """The task has no such entry."""

    kind = "not_found"
    code = "time-log-not-found"

    def __init__(self) -> None:
        super().__init__("This task has no time log with this id.")


class TimerNotRunning(DomainError):
    """The actor's timer does not run on this task."""

    kind = "conflict"
    code = "timer-not-running"

    def __init__(self) -> None:
        super().__init__("Your timer does not run on this task. GET /api/me/timer/ tells where it runs.")


class TimerStartedElsewhere(DomainError):
    """The actor started a timer in another project at the same moment."""

    kind = "conflict"
    code = "timer-running"

    def __init__(self) -> None:
        super().__init__("You started another timer at this moment. Try again, and it stops.")
