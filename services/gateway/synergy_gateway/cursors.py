"""Places in lists that services know by a number, as `next` tells them: what is in a cursor is nobody's business."""

import base64
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from synergy_contracts.activity import TypePattern
from synergy_contracts.envelope import Cursor, PositiveId
from synergy_gateway.parameters import refused
from synergy_gateway.problems import FieldError

START: Final = "start"
"""The cursor of the beginning of a list."""
ACTIVITY: Final = "activity"
HISTORY: Final = "history"

Place = Annotated[int, Meta(ge=0, le=2**53 - 1)]
PageSize = Annotated[int, Meta(ge=1, le=200)]
_told = msgspec.json.Decoder(tuple[str, Place])


class HistoryQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events in order, from the beginning, after a version of the project, or from where `next` led."""

    after: Place = 0
    cursor: Cursor | None = None
    page_size: PageSize = 50


class ActivityQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What happened, newest first: in all projects the caller is in, or in one; by one person; of these types (`task.*`
    and the like for all of a kind); older than where `next` led.
    """

    project: PositiveId | None = None
    actor: PositiveId | None = None
    types: Annotated[list[TypePattern], Meta(min_length=1, max_length=20)] | None = None
    cursor: Cursor | None = None
    page_size: PageSize = 50


def cursor_of(kind: str, place: int) -> str:
    """The cursor of what comes after this place in a list of this kind."""
    return base64.urlsafe_b64encode(msgspec.json.encode((kind, place))).rstrip(b"=").decode()


def place_of(kind: str, cursor: str | None) -> int | None:
    """The place that a cursor tells, None for the beginning. Raises Problem 400 for one of another list."""
    if cursor is None or cursor == START:
        return None
    try:
        told, place = _told.decode(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, msgspec.MsgspecError):
        told, place = "", 0
    if told != kind:
        detail = "is not one of this list: take it from next, or begin with start"
        raise refused([FieldError(parameter="cursor", detail=detail)])
    return place


def version_after(query: HistoryQuery) -> int:
    """The version after which a history is asked for. Raises Problem 400."""
    if query.cursor is not None and query.after:
        raise refused([FieldError(parameter="cursor", detail="goes with no after")])
    return place_of(HISTORY, query.cursor) or query.after
