"""Comments on tasks."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from synergy_contracts.envelope import AsOf, PageRequest, PositiveId
from synergy_contracts.people import Person

CommentText = Annotated[
    str, Meta(min_length=1, max_length=50_000, description="`@username` of a member of the project mentions them.")
]


class NewComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to say."""

    content: CommentText


class CreateComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say something about a task."""

    task_id: PositiveId
    content: CommentText


class CommentChanges(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new text; left out, the comment stays as it is."""

    content: CommentText | UnsetType = UNSET


class UpdateComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change one's own comment."""

    task_id: PositiveId
    comment_id: PositiveId
    changes: CommentChanges


class CommentRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One comment of a task."""

    task_id: PositiveId
    comment_id: PositiveId


class ListComments(PageRequest, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The comments of a task, the oldest first unless otherwise asked, as they are or as of a moment of its project."""

    task_id: PositiveId
    ordering: Literal["created_at", "-created_at"] = "created_at"
    as_of: AsOf | None = None


class CommentView(msgspec.Struct, frozen=True, kw_only=True):
    """A comment. `content` names whom it mentions as they are called today; `updated_at` tells that it was edited."""

    id: int
    project: int
    task: int
    author: Person
    content: str
    mentions: list[Person]
    created_at: datetime
    updated_at: datetime
