"""Histories of projects as the service would write them."""

from collections.abc import Iterator
from itertools import islice

from synergy_projects.domain.events import Event, ProgressChanged, ProjectCreated, TaskCompleted, TaskCreated

_IMPACT = 1000
_TASKS = 1_000_000
"""How far the numbers of two projects' tasks are apart."""


def history(project: int, events: int) -> list[Event]:
    """The first `events` events of a project in which every task is created, weighs the same, and is completed."""
    return list(islice(_endless(project), events))


def _endless(project: int) -> Iterator[Event]:
    yield ProjectCreated(
        project_id=project, owner_id=7, name=f"Project {project}", description="What it is for, in a sentence",
        status="active", priority="medium", start_date=None, end_date=None, budget=None,
    )  # fmt: skip
    number, was = 0, 0
    while True:
        number += 1
        task = project * _TASKS + number
        yield _created(task, number)
        yield TaskCompleted(task_id=task, was="todo", impact=_IMPACT)
        yield ProgressChanged(
            was=was, progress=100, impact_done=number * _IMPACT, impact_total=number * _IMPACT,
            completed_task_count=number, task_count=number,
        )  # fmt: skip
        was = 100


def _created(task: int, number: int) -> TaskCreated:
    return TaskCreated(
        task_id=task, number=number, created_by=7, title=f"Task number {number}",
        description="What is to be done, in a sentence", status="todo", priority="medium",
        impact=_IMPACT, assignees=(7,), start_date=None, due_date=None, estimated_hours=800, actual_hours=None,
        story_points=None, labels=(), depends_on=(), milestone=None, sprint=None,
    )  # fmt: skip
