"""The requests that are measured, for SynergyOS and for the twin alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.http.driving.plan import Ask
from bench.http.driving.wire import request
from synergy_projects.filling import Data

FIRST: Final = 10
"""The first user's projects, as the load script expects them: 1 to 10."""
ENOUGH: Final = 64
"""Different bodies of one kind of request, sent in turns."""


def task_body(project: int, number: int) -> dict[str, Any]:
    """A task as the load script makes them."""
    return {
        "project": project, "title": f"Test Task {1000 + number}", "description": "Load test task", "status": "todo",
        "priority": "medium",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Requests:
    """What the owner of `token` asks, the first user."""

    token: str

    def get(self, path: str, *, name: str | None = None, weight: int = 1) -> Ask:
        """The same read again and again."""
        asked = request("GET", path, token=self.token)
        return Ask(name=name or f"GET {path}", requests=(asked,), weight=weight)

    def projects(self, weight: int = 1) -> Ask:
        """The list of projects."""
        return self.get("/api/projects/", weight=weight)

    def tasks(self, weight: int = 1) -> Ask:
        """The list of all tasks."""
        return self.get("/api/tasks/", weight=weight)

    def project(self, weight: int = 1) -> Ask:
        """One of the first projects."""
        asked = (request("GET", f"/api/projects/{number}/", token=self.token) for number in range(1, FIRST + 1))
        return Ask(name="GET /api/projects/{id}/", requests=tuple(asked), weight=weight)

    def create_task(self, weight: int = 1, *, projects: int = FIRST) -> Ask:
        """A new task in one of the first `projects` projects."""
        made = (
            request("POST", "/api/tasks/", token=self.token, body=task_body(number % projects + 1, number))
            for number in range(ENOUGH - ENOUGH % projects)
        )
        return Ask(name="POST /api/tasks/", requests=tuple(made), weight=weight)

    def replace_project(self) -> Ask:
        """One of the first projects under another name."""
        made = (
            request("PUT", f"/api/projects/{number % FIRST + 1}/", token=self.token, body={
                "name": f"Project {number % FIRST + 1}, turn {number}", "description": "What it is for.",
                "status": "active", "priority": "high",
            })
            for number in range(ENOUGH - ENOUGH % FIRST)
        )  # fmt: skip
        return Ask(name="PUT /api/projects/{id}/", requests=tuple(made))

    def replace_task(self, tasks_each: int) -> Ask:
        """The first task of one of the first projects, with another status."""
        made = (
            request("PUT", f"/api/tasks/{number % FIRST * tasks_each + 1}/", token=self.token, body={
                "project": number % FIRST + 1, "title": f"Turn {number}", "priority": "high", "impact": 10,
                "status": ("todo", "in_progress")[number // FIRST % 2],
            })
            for number in range(ENOUGH - ENOUGH % (2 * FIRST))
        )  # fmt: skip
        return Ask(name="PUT /api/tasks/{id}/", requests=tuple(made))

    def change_status(self) -> Ask:
        """A task of the first project with another status."""
        made = (
            request("PATCH", f"/api/tasks/{number // 2 % FIRST + 1}/", token=self.token,
                    body={"status": ("in_progress", "todo")[number % 2]})
            for number in range(ENOUGH - ENOUGH % (2 * FIRST))
        )  # fmt: skip
        return Ask(name="PATCH /api/tasks/{id}/", requests=tuple(made))

    def create_project(self) -> Ask:
        """A new project."""
        made = (
            request("POST", "/api/projects/", token=self.token, body={
                "name": f"New project {number}", "description": "What it is for.", "status": "active",
                "priority": "high",
            })
            for number in range(ENOUGH)
        )  # fmt: skip
        return Ask(name="POST /api/projects/", requests=tuple(made))

    def script(self, *, writes: int = 1, reads: int = 1) -> tuple[Ask, ...]:
        """
        The load script: three lists of projects, two details, one list of tasks, one new task in project 1. `reads` of
        those go to each `writes`.
        """
        return (
            self.projects(3 * reads), self.project(2 * reads), self.tasks(reads), self.create_task(writes, projects=1)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Everybody:
    """
    What different users ask, each for what is theirs: equal reads at the same time share a call, and these are not
    equal. `tokens` in the order of the users, each of whom owns `owned` projects.
    """

    tokens: tuple[str, ...]
    owned: int

    def project(self) -> Ask:
        """Everybody's own projects in turns."""
        asked = (
            request("GET", f"/api/projects/{place * self.owned + number}/", token=token)
            for number in range(1, min(self.owned, FIRST) + 1)
            for place, token in enumerate(self.tokens)
        )
        return Ask(name="GET /api/projects/{id}/", requests=tuple(asked))

    def get(self, path: str) -> Ask:
        """The same list of everybody's."""
        return Ask(name=f"GET {path}", requests=tuple(request("GET", path, token=token) for token in self.tokens))


def everybody(people: Sequence[Mapping[str, Any]], data: Data) -> Everybody:
    """The requests of all accounts there are."""
    return Everybody(tuple(str(one["access"]) for one in people), data.projects // len(data.users))
