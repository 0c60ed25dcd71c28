"""The events that make the project: one command after the other, each decided on what the ones before made."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from synergy_projects.domain import decide
from synergy_projects.domain.commands import (
    Actor,
    AddMember,
    CompleteSprint,
    CreateComment,
    CreateLabel,
    CreateMilestone,
    CreateProject,
    CreateSprint,
    CreateSubtask,
    CreateTask,
    LogTime,
    StartSprint,
    UpdateMilestone,
    UpdateTask,
)
from synergy_projects.domain.decide.checks import progress_news
from synergy_projects.domain.errors import InvalidValue
from synergy_projects.domain.events import (
    Event,
    ProgressChanged,
    ProjectArchived,
    ProjectCreated,
    ProjectImported,
    TaskUpdated,
)
from synergy_projects.domain.importing.document import ImportedComment, ImportedProject, ImportedTask
from synergy_projects.domain.importing.ids import Ids
from synergy_projects.domain.importing.survey import Faults, Survey
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project, Task, evolve, folded
from synergy_projects.domain.ranking import placed

_MENTION: Final = re.compile(r"<@([\w.@+-]{1,150})>")


class Making:
    """
    Makes the project `project_id` of what was surveyed, in the name of the importer, who owns it.

    `people` are the ids of those user names that are known here. Of them the document's members become members; what
    anybody else made counts as the importer's, and nothing is assigned to them. `now` stands for today: it is the same
    however often the events are made.
    """

    def __init__(
        self,
        imported: ImportedProject,
        survey: Survey,
        *,
        importer: int,
        project_id: int,
        people: Mapping[str, int],
        ids: Ids,
        now: datetime,
        faults: Faults,
    ) -> None:
        self._imported = imported
        self._survey = survey
        self._importer = Actor(user_id=importer, superuser=True)
        self._project_id = project_id
        self._people = people
        self._ids = ids
        self._now = now
        self._faults = faults
        self._project: Project | None = None
        self._named: dict[str, int] = {}
        self._tasks: dict[int, int] = {}
        self._milestones: list[int] = []
        self._sprints: list[int] = []
        self._waiting: list[tuple[ImportedTask, int]] = []

    def events(self, tasks: Iterable[ImportedTask]) -> Iterator[Event]:
        """All events, in order. What cannot be is left out, and among the faults."""
        yield from self._beginning()
        if self._project is None:
            return
        for index, task in enumerate(tasks):
            yield from self._task(task, index)
        for waiting, task_id in self._waiting:
            yield from self._wait(waiting, task_id)
        yield from progress_news(Counters(), self._made.counters)
        if self._imported.archived:
            yield ProjectArchived()
        yield ProjectImported()

    @property
    def _made(self) -> Project:
        if self._project is None:
            raise LookupError("The project is not made yet.")
        return self._project

    def _evolved(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if not isinstance(event, ProgressChanged):  # the number is told once, as it is in the end
                self._project = evolve(self._project, event, version=self._version + 1, at=self._now)
                yield event

    @property
    def _version(self) -> int:
        return 0 if self._project is None else self._project.version

    def _beginning(self) -> Iterator[Event]:
        imported, actor = self._imported, self._importer
        with self._faults.on(imported.line):
            command = CreateProject(
                actor=actor, name=imported.name, description=imported.description, status=imported.status,
                priority=imported.priority, start_date=imported.start_date, end_date=imported.end_date,
                budget=imported.budget,
            )  # fmt: skip
            created = decide.create_project(command, project_id=self._project_id)
            for event in self._evolved(created):
                yield replace(event, importing=True) if isinstance(event, ProjectCreated) else event
        if self._project is None:
            return
        yield from self._members()
        yield from self._labels()
        yield from self._planned()

    def _members(self) -> Iterator[Event]:
        for member in self._imported.members:
            user_id = self._people.get(member.username)
            if user_id is None or user_id in self._made.members:
                continue
            role = "manager" if member.role == "owner" else member.role
            command = AddMember(actor=self._importer, project_id=self._project_id, user_id=user_id, role=role)
            yield from self._evolved(decide.add_member(self._made, command, user_id=user_id))
        members = self._made.members
        self._named = {name.lower(): user_id for name, user_id in self._people.items() if user_id in members}

    def _labels(self) -> Iterator[Event]:
        for label in self._imported.labels:
            with self._faults.on(label.line):
                command = CreateLabel(
                    actor=self._importer, project_id=self._project_id, name=label.name, color=label.color
                )
                yield from self._evolved(decide.create_label(self._made, command, label_id=self._ids.next("labels")))

    def _planned(self) -> Iterator[Event]:
        project_id, actor = self._project_id, self._importer
        for milestone in self._imported.milestones:
            milestone_id = self._ids.next("milestones")
            self._milestones.append(milestone_id)
            with self._faults.on(milestone.line):
                setting = CreateMilestone(
                    actor=actor, project_id=project_id, name=milestone.name, description=milestone.description,
                    due_date=milestone.due_date,
                )  # fmt: skip
                yield from self._evolved(decide.create_milestone(self._made, setting, milestone_id=milestone_id))
                status = UpdateMilestone(actor=actor, milestone_id=milestone_id, changes={"status": milestone.status})
                yield from self._evolved(decide.update_milestone(self._made, status))
        for sprint in self._imported.sprints:
            sprint_id = self._ids.next("sprints")
            self._sprints.append(sprint_id)
            with self._faults.on(sprint.line):
                planning = CreateSprint(
                    actor=actor, project_id=project_id, name=sprint.name, goal=sprint.goal,
                    start_date=sprint.start_date, end_date=sprint.end_date,
                )  # fmt: skip
                yield from self._evolved(decide.create_sprint(self._made, planning, sprint_id=sprint_id))
        yield from self._ran()

    def _ran(self) -> Iterator[Event]:
        """The sprints that are over, and then the one that runs: there is one at a time."""
        sprints = list(zip(self._imported.sprints, self._sprints, strict=True))
        for sprint, sprint_id in sorted(sprints, key=lambda one: one[0].status == "active"):
            if sprint.status == "planned" or sprint_id not in self._made.sprints:
                continue
            with self._faults.on(sprint.line):
                starting = StartSprint(actor=self._importer, sprint_id=sprint_id)
                yield from self._evolved(decide.start_sprint(self._made, starting))
                if sprint.status == "completed":
                    ending = CompleteSprint(actor=self._importer, sprint_id=sprint_id)
                    yield from self._evolved(decide.complete_sprint(self._made, ending))

    def _task(self, imported: ImportedTask, index: int) -> Iterator[Event]:
        with self._faults.on(imported.line):
            task_id, number = self._ids.next("tasks"), self._survey.numbers[index]
            there = [self._tasks[one] for one in imported.depends_on if one in self._tasks]
            self._made.next_number = number
            command = self._creation(imported, tuple(there))
            missing = {folded(name) for name in imported.labels} - {one.folded for one in self._made.labels.values()}
            label_ids = [self._ids.next("labels") for _ in missing]
            created = decide.create_task(self._made, command, task_id=task_id, label_ids=label_ids)
            yield from self._evolved(created)
            self._tasks[number] = task_id
            task = self._made.tasks[task_id]
            yield from self._evolved(self._ranked(task, self._survey.places[index]))
            yield from self._hanging(imported, task_id)
            if len(there) < len(imported.depends_on):
                self._waiting.append((imported, task_id))
            self._forget(task)

    def _creation(self, imported: ImportedTask, depends_on: tuple[int, ...]) -> CreateTask:
        assigned = [self._people[name] for name in imported.assignees if name in self._people]
        return CreateTask(
            actor=self._by(imported.created_by),
            project_id=self._project_id,
            title=imported.title,
            description=imported.description,
            status=imported.status,
            priority=imported.priority,
            impact=imported.impact,
            assignees=tuple(user_id for user_id in assigned if user_id in self._made.members),
            start_date=imported.start_date,
            due_date=imported.due_date,
            estimated_hours=imported.estimated_hours,
            actual_hours=imported.actual_hours,
            story_points=imported.story_points,
            labels=imported.labels,
            depends_on=depends_on,
            milestone=_placed(self._milestones, imported.milestone, "milestone"),
            sprint=_placed(self._sprints, imported.sprint, "sprint"),
        )

    def _ranked(self, task: Task, place: int) -> list[Event]:
        rank = placed(place)
        if task.rank == rank:
            return []
        return [TaskUpdated(task_id=task.id, changes={"rank": rank}, before={"rank": task.rank})]

    def _hanging(self, imported: ImportedTask, task_id: int) -> Iterator[Event]:
        for step in imported.subtasks:
            adding = CreateSubtask(
                actor=self._importer, task_id=task_id, title=step.title, is_completed=step.is_completed
            )
            subtask_id = self._ids.next("subtasks")
            yield from self._evolved(decide.create_subtask(self._made, adding, subtask_id=subtask_id))
        for comment in imported.comments:
            yield from self._evolved(self._commented(comment, task_id))
        for spent in imported.time_logs:
            logging = LogTime(
                actor=self._by(spent.user), task_id=task_id, minutes=spent.minutes, spent_on=spent.spent_on,
                note=spent.note,
            )  # fmt: skip
            log_id = self._ids.next("time_logs")
            yield from self._evolved(decide.log_time(self._made, logging, time_log_id=log_id, now=self._now))

    def _commented(self, comment: ImportedComment, task_id: int) -> list[Event]:
        comment_id, author = self._ids.next("comments"), self._by(comment.author)
        if comment.mentions is None:
            command = CreateComment(actor=author, task_id=task_id, content=comment.content)
            return decide.create_comment(self._made, command, comment_id=comment_id, named=self._named)
        named = frozenset(comment.mentions)
        mentioned = {name: self._people[name] for name in named if name in self._people}

        def told(match: re.Match[str]) -> str:
            name = match[1]
            if name in mentioned:
                return f"<@{mentioned[name]}>"
            return f"@{name}" if name in named else match[0]

        command = CreateComment(actor=author, task_id=task_id, content=_MENTION.sub(told, comment.content))
        return decide.create_comment(
            self._made, command, comment_id=comment_id, named={}, counted=frozenset(mentioned.values())
        )

    def _wait(self, imported: ImportedTask, task_id: int) -> Iterator[Event]:
        with self._faults.on(imported.line):
            awaited = tuple(self._tasks[number] for number in imported.depends_on if number in self._tasks)
            command = UpdateTask(actor=self._importer, task_id=task_id, changes={"depends_on": awaited})
            yield from self._evolved(decide.update_task(self._made, command))

    def _forget(self, task: Task) -> None:
        """Keep no more of a task than later ones are decided on: a project may be large."""
        task.description = ""
        task.subtasks = {}
        self._made.comments.clear()
        self._made.time_logs.clear()

    def _by(self, name: str | None) -> Actor:
        """The member of this name, or else the importer; with the right to all that a project can hold."""
        user_id = self._people.get(name) if name is not None else None
        return Actor(user_id=user_id, superuser=True) if user_id in self._made.members else self._importer


def _placed(ids: list[int], place: int | None, name: str) -> int | None:
    if place is None:
        return None
    if place > len(ids):
        raise InvalidValue(f"/{name}", f"There is no {name} {place} in the document.")
    return ids[place - 1]
