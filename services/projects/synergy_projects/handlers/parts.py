"""What the handlers of comments, subtasks and time have in common: they hang on a task, in whose project they are."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Sequence

from synergy_chassis.store import CommandContext, Stream
from synergy_projects import tables
from synergy_projects.domain.errors import TaskNotFound
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.queries import loading
from synergy_projects.queries.tasks import project_of_task
from synergy_projects.queries.views import View


@contextmanager
def on_task(desk: Desk, context: CommandContext, task_id: int) -> Iterator[tuple[Stream, int]]:
    """The stream of the project that the task is in, locked, and the project's id. Raises TaskNotFound."""
    with desk.uow.reading() as connection:
        project_id = project_of_task(connection, task_id)
    with desk.locked(project_id, context, missing=TaskNotFound) as stream:
        yield stream, project_id


def with_task(connection: Connection, project_id: int, task_id: int, *, only: Collection[int]) -> Project:
    """The project with these of its members and the task. Raises TaskNotFound."""
    return _with_task(connection, loading.project(connection, project_id, only=only), task_id)


def with_task_and_next_id(
    connection: Connection, project_id: int, task_id: int, sequence: Sequence, *, only: Collection[int]
) -> tuple[Project, int]:
    """The same, and a fresh id of the sequence."""
    question, parameters = loading.project_and_next_id(project_id, sequence, only=only)
    project, fresh = loading.project_and_id_from(question.rows(connection, parameters))
    return _with_task(connection, project, task_id), fresh


def _with_task(connection: Connection, project: Project | None, task_id: int) -> Project:
    if project is None:
        raise TaskNotFound
    columns = tables.tasks.c
    project.tasks = loading.tasks(connection, columns.id == task_id, columns.project_id == project.id)
    return project


def again(desk: Desk, project_id: int, version: int, view: Callable[[Connection, Project], View]) -> View:
    """What was answered at that version, with the names of today. Raises TaskNotFound."""
    with desk.uow.reading() as connection, desk.histories.at(connection, stream_of(project_id), version) as project:
        if project is None:
            raise TaskNotFound
        return view(connection, project)
