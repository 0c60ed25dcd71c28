"""The readable feed of what happened in the caller's projects."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from synergy_contracts.envelope import PositiveId
from synergy_contracts.people import Person
from synergy_contracts.search import ProjectNamed, TaskNamed

TypePattern = Annotated[str, Meta(pattern=r"^[a-z]+\.(\*|[a-z_]+)$", max_length=60)]


class ListActivity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What happened, newest first: in all projects the caller is in, or in one; by one person; of these types (`task.*`
    and the like for all of a kind). `cursor`: what is older than this position.
    """

    project: PositiveId | None = None
    actor: PositiveId | None = None
    types: Annotated[list[TypePattern], Meta(min_length=1, max_length=20)] | None = None
    cursor: Annotated[int, Meta(ge=1, le=2**53 - 1, description="From `next`: what is older.")] | None = None
    page_size: Annotated[int, Meta(ge=1, le=200)] = 50


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """
    One event in a sentence, with the names of today, and what it is about. `task` is null where it is about none, or
    one that is no more. `changes` maps a changed field to `{"from": …, "to": …}`, people as ids.
    """

    position: int
    version: int
    time: datetime
    type: str
    project: ProjectNamed
    actor: Person | None
    task: TaskNamed | None
    text: str
    changes: dict[str, Any]
