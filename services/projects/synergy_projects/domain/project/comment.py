"""How events change comments. A comment leaves the task's own version alone: that one is of its writable fields."""

from datetime import datetime
from typing import assert_never

from synergy_projects.domain.events import CommentCreated, CommentDeleted, CommentEvent, CommentUpdated
from synergy_projects.domain.project.state import Comment, Project


def evolve(project: Project, event: CommentEvent, _version: int, at: datetime) -> None:
    """The project with its comments after the event."""
    match event:
        case CommentCreated():
            project.comments[event.comment_id] = Comment(
                id=event.comment_id,
                task_id=event.task_id,
                author_id=event.author_id,
                content=event.content,
                mentions=event.mentions,
                created_at=at,
                updated_at=at,
            )
            project.tasks[event.task_id].comment_count += 1
        case CommentUpdated():
            comment = project.comments[event.comment_id]
            for name, value in event.changes.items():
                setattr(comment, name, value)
            comment.updated_at = at
        case CommentDeleted():
            del project.comments[event.comment_id]
            project.tasks[event.task_id].comment_count -= 1
        case _:
            assert_never(event)
