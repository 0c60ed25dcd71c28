"""What came of each item of a change of many."""

import msgspec
from msgspec import UNSET, UnsetType

from synergy_contracts.tasks import Updated
from synergy_gateway.problem_types import title
from synergy_gateway.problems import STATUS, FieldError


class ItemProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item was not changed, in the words of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | UnsetType = UNSET


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """One item: the `status` that a request for it alone would have had, and the `problem` if it was refused."""

    id: int
    status: int
    problem: ItemProblem | UnsetType = UNSET


class BulkResults(msgspec.Struct, frozen=True, kw_only=True):
    """One entry an item, in the order they were named."""

    results: list[BulkResult]


def result(updated: Updated) -> BulkResult:
    """The item as clients see it."""
    no = updated.problem
    if no is None:
        return BulkResult(id=updated.id, status=200)
    status = STATUS[no.kind]
    errors = [FieldError(pointer=f"/changes{no.pointer}", detail=no.detail)] if no.pointer else UNSET
    problem = ItemProblem(
        type=f"/problems/{no.code}", title=title(no.code), status=status, detail=no.detail, errors=errors
    )
    return BulkResult(id=updated.id, status=status, problem=problem)
