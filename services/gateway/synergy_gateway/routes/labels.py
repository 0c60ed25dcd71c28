"""/api/labels/."""

import msgspec

from synergy_contracts.labels import CreateLabel, LabelChanges, LabelRef, LabelView, ListLabels, UpdateLabel
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, patch, post
from synergy_gateway.pages import Listing

LABELS = "/api/labels/"
LABEL = "/api/labels/{label_id}/"


class _Label(msgspec.Struct, frozen=True):
    id: int


@get(LABELS, Listing[LabelView])
async def list_labels(asking: Asking, query: ListLabels) -> Answer:
    """List the labels of the projects you belong to, or of one of them."""
    return await asking.page(methods.LIST_LABELS, query)


@post(LABELS, LabelView)
async def create_label(asking: Asking, body: CreateLabel) -> Answer:
    """Add a label to a project."""
    made = await asking.ask(methods.CREATE_LABEL, body)
    return created(made, LABEL.format(label_id=identified(made, _Label).id))


@get(LABEL, LabelView)
async def read_label(asking: Asking, label_id: int) -> Answer:
    """Read a label and the progress of its tasks."""
    return await asking.answer(methods.READ_LABEL, LabelRef(label_id=label_id))


@patch(LABEL, LabelView)
async def update_label(asking: Asking, label_id: int, body: LabelChanges) -> Answer:
    """Change fields of a label."""
    return await asking.answer(methods.UPDATE_LABEL, UpdateLabel(label_id=label_id, changes=body))


@delete(LABEL)
async def delete_label(asking: Asking, label_id: int) -> Answer:
    """Take a label out of the project; tasks that had it stay."""
    await asking.ask(methods.DELETE_LABEL, LabelRef(label_id=label_id))
    return done()
