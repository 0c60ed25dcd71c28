"""Tasks."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import refusing, rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.envelope import Page
from synergy_contracts.projects import PastEvent
from synergy_contracts.tasks import (
    CreateTask,
    DeleteTask,
    ListTasks,
    MoveTask,
    RankTask,
    ReadTaskHistory,
    TaskRef,
    TaskView,
    Updated,
    UpdateTask,
    UpdateTasks,
)
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.domain.amounts import hundredths
from synergy_projects.domain.errors import DomainError, InvalidParameter, InvalidValue
from synergy_projects.entrypoints.doors import Doors, matched, sent

IN_HUNDREDTHS = ("impact", "estimated_hours", "actual_hours")


class TaskDoors(Doors):
    """Tasks."""

    @rpc
    def create_task(self, body: object) -> Any:
        """CreateTask → TaskView."""
        fields = structs.asdict(decode(CreateTask, body))
        with refusing(DomainError):
            fields["project_id"] = one_project(fields.pop("project"), fields["project_id"])
            exact(fields)
        return self.handle(TaskView, handlers.create_task, commands.CreateTask, fields)

    @rpc
    def list_tasks(self, body: object) -> Any:
        """ListTasks → Page of TaskView."""
        asked, actor = structs.asdict(decode(ListTasks, body)), self.actor()
        as_of = asked.pop("as_of")
        with refusing(DomainError):
            if asked["cursor"] is not None and (as_of is not None or asked["page"] != 1):
                raise InvalidParameter("cursor", "goes with neither page nor as_of")
        if as_of is None:
            with self.glancing() as connection:
                found, versions = queries.list_tasks(connection, actor, **asked)
            self.call.versions.update(versions)
            return encode(Page[TaskView], found)
        with self.reading() as connection:
            if asked.pop("cursor") or (project_id := asked.pop("project")) is None:
                raise InvalidParameter("as_of", "is for the tasks of one project: name it as project")
            return encode(Page[TaskView], self.app.past.tasks(connection, actor, project_id, as_of, **asked))

    @rpc
    def read_task(self, body: object) -> Any:
        """TaskRef → TaskView."""
        wanted, actor = decode(TaskRef, body), self.actor()
        with self.glancing() as connection:
            found, versions = queries.read_task(connection, actor, wanted.task_id)
        self.call.versions.update(versions)
        return encode(TaskView, found)

    @rpc
    def update_task(self, body: object) -> Any:
        """UpdateTask → TaskView."""
        wanted = decode(UpdateTask, body)
        changes = sent(wanted.changes)
        with refusing(DomainError):
            exact(changes)
        fields = {"task_id": wanted.task_id, "changes": changes} | matched(wanted.if_match)
        return self.handle(TaskView, handlers.update_task, commands.UpdateTask, fields)

    @rpc
    def delete_task(self, body: object) -> None:
        """DeleteTask → nothing."""
        wanted = decode(DeleteTask, body)
        fields = {"task_id": wanted.task_id} | matched(wanted.if_match)
        self.handle(None, handlers.delete_task, commands.DeleteTask, fields)

    @rpc
    def restore_task(self, body: object) -> Any:
        """TaskRef → TaskView."""
        wanted = decode(TaskRef, body)
        return self.handle(TaskView, handlers.restore_task, commands.RestoreTask, structs.asdict(wanted))

    @rpc
    def rank_task(self, body: object) -> Any:
        """RankTask → TaskView."""
        wanted = decode(RankTask, body)
        return self.handle(TaskView, handlers.rank_task, commands.RankTask, structs.asdict(wanted))

    @rpc
    def move_task(self, body: object) -> Any:
        """MoveTask → TaskView."""
        wanted = decode(MoveTask, body)
        fields = {"task_id": wanted.task_id, "project_id": wanted.project}
        return self.handle(TaskView, handlers.move_task, commands.MoveTask, fields)

    @rpc
    def update_tasks(self, body: object) -> Any:
        """UpdateTasks → list of Updated, one a task."""
        wanted = decode(UpdateTasks, body)
        changes = sent(wanted.changes)
        with refusing(DomainError):
            exact(changes)
        fields = {"task_ids": tuple(wanted.ids), "changes": changes}
        return self.handle(list[Updated], handlers.update_tasks, commands.UpdateTasks, fields)

    @rpc
    def read_task_history(self, body: object) -> Any:
        """ReadTaskHistory → Page of PastEvent."""
        wanted = decode(ReadTaskHistory, body)
        with self.reading() as connection:
            found = queries.read_task_history(connection, self.actor(), **structs.asdict(wanted))
            return encode(Page[PastEvent], found)


def exact(fields: dict[str, Any]) -> None:
    """Turn numbers into hundredths and lists into tuples, as the domain has them. Raises InvalidValue."""
    for name in IN_HUNDREDTHS:
        if fields.get(name) is not None:
            fields[name] = hundredths(fields[name], f"/{name}")
    for name in ("assignees", "labels", "depends_on"):
        if name in fields:
            fields[name] = tuple(fields[name])


def one_project(project: int | None, project_id: int | None) -> int:
    if (project is None) == (project_id is None):
        raise InvalidValue("/project", "Name the project once, as project or project_id.")
    return project or project_id or 0
