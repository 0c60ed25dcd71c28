"""/api/tasks/ and /api/projects/{id}/tasks/."""

import msgspec
from msgspec.structs import replace

from synergy_chassis.checking import Fault
from synergy_contracts.tasks import CreateTask, DeleteTask, ListTasks, TaskChanges, TaskRef, TaskView, UpdateTask
from synergy_gateway import methods
from synergy_gateway.answers import Answer, answered, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.bodies import invalid
from synergy_gateway.operations import delete, get, patch, post, put
from synergy_gateway.pages import Listing
from synergy_gateway.replacements import PersonRef, TaskReplacement, all_of

TASKS = "/api/tasks/"
TASK = "/api/tasks/{task_id}/"
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
