"""What people said about a task. Texts hold `<@id>` where they mention somebody, never a name."""

from dataclasses import dataclass
from typing import Final

from synergy_projects.domain.fields import CommentPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentCreated:
    """Somebody commented on a task, and mentioned these members."""

    comment_id: int
    task_id: int
    author_id: int
    content: str
    mentions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentUpdated:
    """The author changed a comment."""

    comment_id: int
    task_id: int
    changes: CommentPatch
    before: CommentPatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentDeleted:
    """A comment was taken away; it was this."""

    comment_id: int
    task_id: int
    author_id: int
    content: str
    mentions: tuple[int, ...]


CommentEvent = CommentCreated | CommentUpdated | CommentDeleted

STORED_AS: Final[dict[str, type]] = {
    "comment.created": CommentCreated,
    "comment.updated": CommentUpdated,
    "comment.deleted": CommentDeleted,
}


def entity(event: CommentEvent) -> str:
    """`comment-<id>`."""
    return f"comment-{event.comment_id}"
