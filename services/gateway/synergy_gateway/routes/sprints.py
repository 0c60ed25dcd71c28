"""/api/sprints/."""

import msgspec

from synergy_contracts.sprints import (
    CompleteSprint,
    CreateSprint,
    ListSprints,
    SprintChanges,
    SprintEnd,
    SprintRef,
    SprintView,
    UpdateSprint,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, patch, post
from synergy_gateway.pages import Listing

SPRINTS = "/api/sprints/"
SPRINT = "/api/sprints/{sprint_id}/"


class _Sprint(msgspec.Struct, frozen=True):
    id: int


@get(SPRINTS, Listing[SprintView])
async def list_sprints(asking: Asking, query: ListSprints) -> Answer:
    """List the sprints of the projects you belong to, or of one of them."""
    return await asking.page(methods.LIST_SPRINTS, query)


@post(SPRINTS, SprintView)
async def create_sprint(asking: Asking, body: CreateSprint) -> Answer:
    """Add a sprint to a project."""
    made = await asking.ask(methods.CREATE_SPRINT, body)
    return created(made, SPRINT.format(sprint_id=identified(made, _Sprint).id))


@get(SPRINT, SprintView)
async def read_sprint(asking: Asking, sprint_id: int) -> Answer:
    """Read a sprint and the progress of its tasks."""
    return await asking.answer(methods.READ_SPRINT, SprintRef(sprint_id=sprint_id))


@patch(SPRINT, SprintView)
async def update_sprint(asking: Asking, sprint_id: int, body: SprintChanges) -> Answer:
    """Change fields of a sprint."""
    return await asking.answer(methods.UPDATE_SPRINT, UpdateSprint(sprint_id=sprint_id, changes=body))


@delete(SPRINT)
async def delete_sprint(asking: Asking, sprint_id: int) -> Answer:
    """Take a sprint out of the project; tasks that had it stay."""
    await asking.ask(methods.DELETE_SPRINT, SprintRef(sprint_id=sprint_id))
    return done()


@post(SPRINT + "start/", SprintView, status=200)
async def start_sprint(asking: Asking, sprint_id: int) -> Answer:
    """Begin a planned sprint; a project has one active sprint."""
    return await asking.answer(methods.START_SPRINT, SprintRef(sprint_id=sprint_id))


@post(SPRINT + "complete/", SprintView, status=200)
async def complete_sprint(asking: Asking, sprint_id: int, body: SprintEnd) -> Answer:
    """End the active sprint; tasks that are not done may go to another one."""
    end = CompleteSprint(sprint_id=sprint_id, unfinished_to=body.unfinished_to)
    return await asking.answer(methods.COMPLETE_SPRINT, end)
