"""What the handlers of comments, subtasks and time have in common: they hang on a task, in whose project they are."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Sequence

from synergy_chassis.store import CommandContext, Stream
from synergy_projects import tables
from synergy_projects.domain.errors import TaskNotFound
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk, stream_of
from synergy_projects.handlers.tasks import at_home
from synergy_projects.queries import loading
from synergy_projects.queries.views import View

Told = TypeVar("Told")
Again = Callable[[Connection, Project, dict[str, Any]], View]
"""The same answer again, of the state that it was made of and what was kept under the command's id."""


def on_task(
    desk: Desk, context: CommandContext, task_id: int, made: Callable[[Stream, int], Told], again: Again | None = None
) -> Told:
    """
    What is `made` on the stream of the project that the task is in, locked, and the project's id: also where the task
    moves on meanwhile. A command that is seen again is answered by `again`, if there is anything to answer.

    Raises TaskNotFound, and what is raised there.
    """

    def there(project_id: int) -> tuple[Told | None, dict[str, Any] | None]:
        with desk.locked(project_id, context, missing=TaskNotFound) as stream:
            return (made(stream, project_id), None) if stream.seen is None else (None, stream.seen)

    told, seen = at_home(desk, task_id, there)
    if seen is not None and again is not None:
        return cast(Told, _then(desk, seen, again))
    return cast(Told, told)


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


def _then(desk: Desk, seen: dict[str, Any], again: Again) -> View:
    """What was answered at that version, with the names of today. Raises TaskNotFound."""
    stream = stream_of(seen["project"])
    with desk.uow.reading() as connection, desk.histories.at(connection, stream, seen["version"]) as project:
        if project is None:
            raise TaskNotFound
        return again(connection, project, seen)
