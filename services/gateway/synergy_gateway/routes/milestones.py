"""/api/milestones/."""

import msgspec

from synergy_contracts.milestones import (
    CreateMilestone,
    ListMilestones,
    MilestoneChanges,
    MilestoneRef,
    MilestoneView,
    UpdateMilestone,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, patch, post
from synergy_gateway.pages import Listing

MILESTONES = "/api/milestones/"
MILESTONE = "/api/milestones/{milestone_id}/"


class _Milestone(msgspec.Struct, frozen=True):
    id: int


@get(MILESTONES, Listing[MilestoneView])
async def list_milestones(asking: Asking, query: ListMilestones) -> Answer:
    """List the milestones of the projects you belong to, or of one of them."""
    return await asking.page(methods.LIST_MILESTONES, query)


@post(MILESTONES, MilestoneView)
async def create_milestone(asking: Asking, body: CreateMilestone) -> Answer:
    """Add a milestone to a project."""
    made = await asking.ask(methods.CREATE_MILESTONE, body)
    return created(made, MILESTONE.format(milestone_id=identified(made, _Milestone).id))


@get(MILESTONE, MilestoneView)
async def read_milestone(asking: Asking, milestone_id: int) -> Answer:
    """Read a milestone and the progress of its tasks."""
    return await asking.answer(methods.READ_MILESTONE, MilestoneRef(milestone_id=milestone_id))


@patch(MILESTONE, MilestoneView)
async def update_milestone(asking: Asking, milestone_id: int, body: MilestoneChanges) -> Answer:
    """Change fields of a milestone."""
    return await asking.answer(methods.UPDATE_MILESTONE, UpdateMilestone(milestone_id=milestone_id, changes=body))


@delete(MILESTONE)
async def delete_milestone(asking: Asking, milestone_id: int) -> Answer:
    """Take a milestone out of the project; tasks that had it stay."""
    await asking.ask(methods.DELETE_MILESTONE, MilestoneRef(milestone_id=milestone_id))
    return done()
