"""/api/tasks/{id}/subtasks/: the steps of a task."""

import msgspec

from synergy_contracts.subtasks import (
    CreateSubtask,
    ListSubtasks,
    NewSubtask,
    SubtaskChanges,
    SubtaskRef,
    SubtaskView,
    UpdateSubtask,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, patch, post
from synergy_gateway.pages import Listing

SUBTASKS = "/api/tasks/{task_id}/subtasks/"
SUBTASK = "/api/tasks/{task_id}/subtasks/{subtask_id}/"


class _Subtask(msgspec.Struct, frozen=True):
    id: int


@get(SUBTASKS, Listing[SubtaskView], fixed={"task_id": "task_id"})
async def list_subtasks(asking: Asking, task_id: int, query: ListSubtasks) -> Answer:
    """List the subtasks of a task, in order; the task itself shows all of them, too."""
    return await asking.page(methods.LIST_SUBTASKS, query)


@post(SUBTASKS, SubtaskView)
async def create_subtask(asking: Asking, task_id: int, body: NewSubtask) -> Answer:
    """Add a subtask after the others."""
    subtask = CreateSubtask(task_id=task_id, title=body.title, is_completed=body.is_completed)
    made = await asking.ask(methods.CREATE_SUBTASK, subtask)
    return created(made, SUBTASK.format(task_id=task_id, subtask_id=identified(made, _Subtask).id))


@patch(SUBTASK, SubtaskView)
async def update_subtask(asking: Asking, task_id: int, subtask_id: int, body: SubtaskChanges) -> Answer:
    """Rename a subtask, complete it, take it up again."""
    change = UpdateSubtask(task_id=task_id, subtask_id=subtask_id, changes=body)
    return await asking.answer(methods.UPDATE_SUBTASK, change)


@delete(SUBTASK)
async def delete_subtask(asking: Asking, task_id: int, subtask_id: int) -> Answer:
    """Take a subtask away."""
    await asking.ask(methods.DELETE_SUBTASK, SubtaskRef(task_id=task_id, subtask_id=subtask_id))
    return done()
