"""/api/tasks/, /api/projects/{id}/tasks/ and /api/me/tasks/."""

import msgspec
from msgspec.structs import replace

from synergy_chassis.checking import Fault
from synergy_contracts.projects import PastEvent
from synergy_contracts.tasks import (
    CreateTask,
    DeleteTask,
    ListMyTasks,
    ListTasks,
    MoveTask,
    RankTask,
    ReadTaskHistory,
    TaskChanges,
    TaskPlace,
    TaskRef,
    TaskTarget,
    TaskView,
    Updated,
    UpdateTask,
    UpdateTasks,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, answered, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.bodies import invalid
from synergy_gateway.bulk import BulkResults, result
from synergy_gateway.cursors import HistoryQuery, version_after
from synergy_gateway.operations import delete, get, patch, post, put
from synergy_gateway.pages import Listing
from synergy_gateway.replacements import PersonRef, TaskReplacement, all_of

TASKS = "/api/tasks/"
TASK = "/api/tasks/{task_id}/"
BULK = "/api/tasks/bulk/"
MY_TASKS = "/api/me/tasks/"
PROJECT_TASKS = "/api/projects/{project_id}/tasks/"


class _Task(msgspec.Struct, frozen=True):
    id: int


@get(TASKS, Listing[TaskView])
async def list_tasks(asking: Asking, query: ListTasks) -> Answer:
    """List the tasks of the projects you belong to."""
    return await asking.page(methods.LIST_TASKS, query)


@post(TASKS, TaskView)
async def create_task(asking: Asking, body: CreateTask) -> Answer:
    """Add a task to a project."""
    return await _create(asking, body)


@get(PROJECT_TASKS, Listing[TaskView], fixed={"project": "project_id"})
async def list_project_tasks(asking: Asking, project_id: int, query: ListTasks) -> Answer:
    """List the tasks of a project."""
    return await asking.page(methods.LIST_TASKS, query)


@post(PROJECT_TASKS, TaskView)
async def create_project_task(asking: Asking, project_id: int, body: CreateTask) -> Answer:
    """Add a task to this project."""
    return await _create(asking, body, project_id)


@get(TASK, TaskView)
async def read_task(asking: Asking, task_id: int) -> Answer:
    """Read a task."""
    return await asking.answer(methods.READ_TASK, TaskRef(task_id=task_id))


@patch(TASK, TaskView, conditional=True)
async def update_task(asking: Asking, task_id: int, body: TaskChanges) -> Answer:
    """Change fields of a task."""
    return await _update(asking, task_id, body)


@put(TASK, TaskView, conditional=True)
async def replace_task(asking: Asking, task_id: int, body: TaskReplacement) -> Answer:
    """Replace a task; its project stays."""
    ids = [person.id if isinstance(person, PersonRef) else person for person in body.assignees]
    changes = all_of(replace(body, assignees=ids), TaskChanges)
    return await _update(asking, task_id, changes)


@delete(TASK, conditional=True)
async def delete_task(asking: Asking, task_id: int) -> Answer:
    """Put a task into the trash."""
    gone = DeleteTask(task_id=task_id, if_match=asking.if_match)
    await asking.ask_if_matched(methods.DELETE_TASK, gone, reading=(methods.READ_TASK, TaskRef(task_id=task_id)))
    return done()


@post(TASK + "restore/", TaskView, status=200)
async def restore_task(asking: Asking, task_id: int) -> Answer:
    """Take a task out of the trash."""
    return await asking.answer(methods.RESTORE_TASK, TaskRef(task_id=task_id))


@post(TASK + "rank/", TaskView, status=200)
async def rank_task(asking: Asking, task_id: int, body: TaskPlace) -> Answer:
    """Put a task right before or after another one of its project."""
    place = RankTask(task_id=task_id, before=body.before, after=body.after)
    return await asking.answer(methods.RANK_TASK, place)


@post(TASK + "move/", TaskView, status=200)
async def move_task(asking: Asking, task_id: int, body: TaskTarget) -> Answer:
    """Move a task to another project, under a number of its own there."""
    return await asking.answer(methods.MOVE_TASK, MoveTask(task_id=task_id, project=body.project))


@get(TASK + "history/", Listing[PastEvent])
async def read_task_history(asking: Asking, task_id: int, query: HistoryQuery) -> Answer:
    """Read what happened to a task in its project, event by event."""
    wanted = ReadTaskHistory(task_id=task_id, after=version_after(query), page_size=query.page_size)
    return await asking.page_after(methods.READ_TASK_HISTORY, wanted, shown=query)


@post(BULK, BulkResults, status=200)
async def update_tasks(asking: Asking, body: UpdateTasks) -> Answer:
    """Make the same changes to several tasks; each is judged by itself."""
    told = msgspec.json.decode(await asking.ask(methods.UPDATE_TASKS, body), type=list[Updated])
    return answered(msgspec.json.encode(BulkResults(results=[result(one) for one in told])))


@get(MY_TASKS, Listing[TaskView])
async def list_my_tasks(asking: Asking, query: ListMyTasks) -> Answer:
    """List the tasks that are assigned to you."""
    assert asking.actor is not None  # nobody else comes here
    asked = ListTasks(assignee=[asking.actor.user_id], **msgspec.structs.asdict(query))
    return await asking.page(methods.LIST_TASKS, asked, shown=query)


async def _update(asking: Asking, task_id: int, changes: TaskChanges) -> Answer:
    changed = UpdateTask(task_id=task_id, changes=changes, if_match=asking.if_match)
    reading = (methods.READ_TASK, TaskRef(task_id=task_id))
    return answered(await asking.ask_if_matched(methods.UPDATE_TASK, changed, reading=reading))


async def _create(asking: Asking, body: CreateTask, of_path: int | None = None) -> Answer:
    """The task in its project, which is named once, or twice alike. Raises Problem 422."""
    named = {project for project in (body.project, body.project_id, of_path) if project is not None}
    if not named:
        raise invalid([Fault("/project", "is required")])
    if len(named) > 1:
        name = "project" if body.project is not None else "project_id"
        raise invalid([Fault(f"/{name}", "names another project than the rest of the request")])
    task = replace(body, project=named.pop(), project_id=None)
    made = await asking.ask(methods.CREATE_TASK, task)
    return created(made, TASK.format(task_id=identified(made, _Task).id))
