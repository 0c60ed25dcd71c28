"""A project as text: our own format, or its tasks as CSV."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from synergy_contracts.documents import (
    FORMAT,
    CommentDocument,
    LabelDocument,
    MemberDocument,
    MilestoneDocument,
    ProjectFields,
    SprintDocument,
    SubtaskDocument,
    TaskDocument,
    TimeLogDocument,
)
from synergy_projects.documents import spreadsheet
from synergy_projects.documents.native import VERSION
from synergy_projects.domain import mentions
from synergy_projects.domain.project import Comment, Project, Task, TimeLog

Written = Literal["json", "csv"]
Names = Mapping[int, str]
"""User names by ids; who is not in it has no account any more."""


class Writer:
    """Writes the project in one of the formats: a beginning, a text for each of the `tasks`, an end."""

    def __init__(self, project: Project, names: Names, format: Written) -> None:
        self._project = project
        self._names = names
        self._format = format
        live = [task for task in project.tasks.values() if task.trashed_at is None]
        self.tasks = sorted(live, key=lambda task: task.number)
        self._numbers = {task.id: task.number for task in live}
        self._ranks = {task.id: n for n, task in enumerate(sorted(live, key=lambda task: (task.rank, task.id)), 1)}
        self._milestones = {one: n for n, one in enumerate(sorted(project.milestones), 1)}
        self._sprints = {one: n for n, one in enumerate(sorted(project.sprints), 1)}
        self._comments: dict[int, list[Comment]] = defaultdict(list)
        self._time_logs: dict[int, list[TimeLog]] = defaultdict(list)
        for _, comment in sorted(project.comments.items()):
            self._comments[comment.task_id].append(comment)
        for _, log in sorted(project.time_logs.items()):
            self._time_logs[log.task_id].append(log)

    def beginning(self) -> str:
        """What comes before the tasks."""
        if self._format == "csv":
            return spreadsheet.row(spreadsheet.COLUMNS)
        parts = {"format": FORMAT, "version": VERSION, "project": self._fields(), **self._lists()}
        written = ",\n".join(f"{_json(name)}:{_json(part)}" for name, part in parts.items())
        return f'{{{written},\n"tasks":['

    def task(self, index: int) -> str:
        """What is written of one of the tasks."""
        task = self.tasks[index]
        if self._format == "csv":
            return spreadsheet.row([spreadsheet.safe(cell) for cell in self._cells(task)])
        return f"{',' if index else ''}\n{_json(self._document(task))}"

    def end(self) -> str:
        """What comes after the tasks."""
        return "" if self._format == "csv" else "\n]}\n"

    def _fields(self) -> ProjectFields:
        project = self._project
        return ProjectFields(
            name=project.name,
            description=project.description,
            status=project.status,
            priority=project.priority,
            start_date=project.start_date,
            end_date=project.end_date,
            budget=project.budget,
            archived=project.archived_at is not None,
            created_at=project.created_at,
        )

    def _lists(self) -> dict[str, Any]:
        project, names = self._project, self._names
        members = [(names[user_id], role) for user_id, role in project.members.items() if user_id in names]
        return {
            "members": [MemberDocument(username=name, role=role) for name, role in sorted(members)],
            "labels": [LabelDocument(name=one.name, color=one.color) for _, one in sorted(project.labels.items())],
            "milestones": [
                MilestoneDocument(name=one.name, description=one.description, due_date=one.due_date, status=one.status)
                for _, one in sorted(project.milestones.items())
            ],
            "sprints": [
                SprintDocument(
                    name=one.name, goal=one.goal, start_date=one.start_date, end_date=one.end_date, status=one.status
                )
                for _, one in sorted(project.sprints.items())
            ],
        }

    def _document(self, task: Task) -> TaskDocument:
        names = self._names
        return TaskDocument(
            title=task.title,
            number=task.number,
            rank=self._ranks[task.id],
            description=task.description,
            status=task.status,
            priority=task.priority,
            impact=task.impact / 100,
            assignees=[names[user_id] for user_id in task.assignees if user_id in names],
            created_by=names.get(task.created_by),
            start_date=task.start_date,
            due_date=task.due_date,
            estimated_hours=_decimal(task.estimated_hours),
            actual_hours=_decimal(task.actual_hours),
            story_points=task.story_points,
            labels=list(task.labels),
            depends_on=[self._numbers[one] for one in task.depends_on if one in self._numbers],
            milestone=self._milestones.get(task.milestone or 0),
            sprint=self._sprints.get(task.sprint or 0),
            subtasks=[
                SubtaskDocument(title=one.title, is_completed=one.is_completed)
                for _, one in sorted(task.subtasks.items())
            ],
            comments=[self._comment(one) for one in self._comments[task.id]],
            time_logs=[
                TimeLogDocument(minutes=one.minutes, spent_on=one.spent_on, note=one.note, user=names.get(one.user_id))
                for one in self._time_logs[task.id]
            ],
            created_at=task.created_at,
            completed_at=task.completed_at,
        )

    def _comment(self, comment: Comment) -> CommentDocument:
        known = [user_id for user_id in comment.mentions if user_id in self._names]
        return CommentDocument(
            content=mentions.tokens(comment.content, known, self._names.__getitem__),
            author=self._names.get(comment.author_id),
            mentions=[self._names[user_id] for user_id in known],
            created_at=comment.created_at,
        )

    def _cells(self, task: Task) -> Iterator[str]:
        document, project = self._document(task), self._project
        milestone = project.milestones.get(task.milestone or 0)
        sprint = project.sprints.get(task.sprint or 0)
        for name in spreadsheet.COLUMNS:
            match name:
                case "milestone":
                    yield milestone.name if milestone else ""
                case "sprint":
                    yield sprint.name if sprint else ""
                case "assignees" | "labels" | "depends_on":
                    yield spreadsheet.joined([str(one) for one in getattr(document, name)])
                case _:
                    value = getattr(document, name)
                    yield "" if value is None else str(value)


def people_in(project: Project) -> set[int]:
    """Everybody whose name an export tells."""
    found = {*project.members, *(comment.author_id for comment in project.comments.values())}
    found |= {user_id for comment in project.comments.values() for user_id in comment.mentions}
    found |= {log.user_id for log in project.time_logs.values()}
    for task in project.tasks.values():
        found |= {task.created_by, *task.assignees}
    return found


def _decimal(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
