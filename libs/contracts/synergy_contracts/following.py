"""Following along: the events of all projects somebody may see, in the order of the store."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from synergy_contracts.envelope import PositiveId
from synergy_contracts.projects import PastEvent

AfterPosition = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""A position of the store; what comes after it is asked for."""
MOST_EVENTS: Final = 200


class FeedEvent(PastEvent, frozen=True, kw_only=True):
    """An event and the project it is of; `position` orders all projects' events."""

    project: int


class EventFeed(msgspec.Struct, frozen=True, kw_only=True):
    """Events in order, and the position up to which nothing is missing: ask for what comes after it next."""

    events: list[FeedEvent]
    next: int


class FollowedEvents(EventFeed, frozen=True, kw_only=True):
    """Everybody's events; `more` says that there are others already."""

    more: bool


class ListEvents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The events after `after` of the projects the caller is in today, those in the trash too, or of one `project`; of
    all types, or of these.
    """

    after: AfterPosition = 0
    types: list[str] | None = None
    project: PositiveId | None = None
    page_size: Annotated[int, Meta(ge=1, le=MOST_EVENTS)] = 50


class FollowEvents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everybody's events after `after`, for a gateway that tells each to whom it concerns; None: where the log ends."""

    after: AfterPosition | None = None


class Memberships(msgspec.Struct, frozen=True, kw_only=True):
    """
    The projects somebody is in, those in the trash too, when all events up to `position` had happened, and perhaps
    some later ones.
    """

    projects: list[int]
    position: int
