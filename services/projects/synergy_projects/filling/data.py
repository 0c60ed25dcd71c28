"""Which projects there are, who is in them, and what is to be done there: the same at every call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from synergy_projects.domain.events import (
    Event,
    MemberAdded,
    ProgressChanged,
    ProjectCreated,
    TaskCompleted,
    TaskCreated,
)

TEAM: Final = 2
"""Members of a project beside its owner."""
IMPACT: Final = 1_000
"""Of every task, in hundredths."""
DONE_OF: Final = 4
"""One task in so many is done."""
_STATUSES: Final = ("active", "active", "planning", "on_hold")
_PRIORITIES: Final = ("medium", "high", "low", "urgent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """
    `users` are ids; each owns as many projects as any other, from number 1 on, and is a member in the next ones.
    Project 1 has the id `first_project`, and its first task `first_task`; the others follow.
    """

    users: tuple[int, ...]
    projects: int
    tasks: int
    first_project: int = 1
    first_task: int = 1

    @property
    def tasks_each(self) -> int:
        """Of every project."""
        return max(1, self.tasks // self.projects)

    @property
    def tasks_in_all(self) -> int:
        """Of all projects: each has as many as any other."""
        return self.projects * self.tasks_each

    def id_of(self, project: int) -> int:
        """The id of the project with this number."""
        return self.first_project + project - 1

    def owner(self, project: int) -> int:
        """Whose it is: the first user has the first ones."""
        return self.users[self._place(project)]

    def team(self, project: int) -> Sequence[int]:
        """Who else is in it."""
        place = self._place(project)
        others = [self.users[(place + step) % len(self.users)] for step in range(1, TEAM + 1)]
        return [user for user in dict.fromkeys(others) if user != self.users[place]]

    def _place(self, project: int) -> int:
        return (project - 1) * len(self.users) // self.projects

    def history(self, project: int) -> Iterator[Event]:
        """What happened in a project, from its beginning."""
        owner, team = self.owner(project), self.team(project)
        yield ProjectCreated(
            project_id=self.id_of(project), owner_id=owner, name=f"Project {project}",
            description="What it is for, told in a sentence of a usual length.",
            status=_STATUSES[project % 4], priority=_PRIORITIES[project % 4],
            start_date=None, end_date=None, budget=None,
        )  # fmt: skip
        for user in team:
            yield MemberAdded(user_id=user, role="contributor")
        people = (owner, *team)
        total, was = self.tasks_each, 0
        first = self.first_task + (project - 1) * total - 1
        for number in range(1, total + 1):
            yield TaskCreated(
                task_id=first + number, number=number, created_by=owner, title=f"Task {number} of project {project}",
                description="What is to be done, told in a sentence.", status="todo" if number % 2 else "in_progress",
                priority=_PRIORITIES[number % 4],
                impact=IMPACT, assignees=(people[number % len(people)],), start_date=None, due_date=None,
                estimated_hours=800, actual_hours=None, story_points=None,
                labels=(), depends_on=(), milestone=None, sprint=None,
            )  # fmt: skip
        for done, number in enumerate(range(DONE_OF, total + 1, DONE_OF), start=1):
            yield TaskCompleted(task_id=first + number, was="todo" if number % 2 else "in_progress", impact=IMPACT)
            progress = 100 * done // total
            if progress != was:
                yield ProgressChanged(
                    was=was, progress=progress, impact_done=done * IMPACT, impact_total=total * IMPACT,
                    completed_task_count=done, task_count=total,
                )  # fmt: skip
            was = progress
