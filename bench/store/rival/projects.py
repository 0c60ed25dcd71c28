"""Projects written with the library: an aggregate whose tasks are created and completed."""

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Project(Aggregate):
    """Impact in all, and how much of it is done."""

    class TaskCreated(Aggregate.Event):
        """A task was added."""

        task_id: int
        title: str
        description: str
        status: str
        priority: str
        impact: int
        created_by: int

    class TaskCompleted(Aggregate.Event):
        """A task is done."""

        task_id: int
        impact: int

    def __init__(self) -> None:
        self.impact_total = 0
        self.impact_done = 0

    @event(TaskCreated)
    def create_task(
        self, task_id: int, title: str, description: str, status: str, priority: str, impact: int, created_by: int
    ) -> None:
        """Add a task."""
        self.impact_total += impact

    @event(TaskCompleted)
    def complete_task(self, task_id: int, impact: int) -> None:
        """Finish a task."""
        self.impact_done += impact


class Projects(Application):
    """Keeps projects, without snapshots and caches, as it comes."""


def create_task(project: Project, number: int) -> None:
    """Add a task of about the size that our own measurements append."""
    project.create_task(
        task_id=number, title=f"Task number {number}", description="What is to be done, in a sentence", status="todo",
        priority="medium", impact=1000, created_by=7,
    )  # fmt: skip
