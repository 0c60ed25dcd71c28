"""How events of comments are taken back."""

from collections.abc import Iterator
from typing import assert_never

from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteComment, UpdateComment
from synergy_projects.domain.errors import CannotUndo
from synergy_projects.domain.events import CommentCreated, CommentDeleted, CommentEvent, CommentUpdated
from synergy_projects.domain.undoing.trial import Step, Trial


def back(trial: Trial, event: CommentEvent) -> Iterator[Step]:
    """The steps. Raises CannotUndo."""
    comment = trial.project.comments.get(event.comment_id)
    name = f"comment {event.comment_id}"
    match event:
        case CommentDeleted():
            raise CannotUndo("The comment is gone; write it again by hand.")
        case _ if comment is None:
            raise CannotUndo("The comment is gone.")
        case CommentCreated():
            trial.still(comment, {"content": event.content}, name)
            gone = DeleteComment(actor=trial.actor, task_id=event.task_id, comment_id=event.comment_id)
            yield lambda project: decide.delete_comment(project, gone)
        case CommentUpdated():
            trial.still(comment, event.changes, name)
            if left := set(event.before.get("mentions", ())) - trial.project.members.keys():
                raise CannotUndo(f"User {min(left)}, whom the comment mentioned, is no member any more.")
            content = event.before.get("content", comment.content)
            command = UpdateComment(
                actor=trial.actor, task_id=event.task_id, comment_id=event.comment_id, content=content
            )
            yield lambda project: decide.update_comment(project, command, named={})
        case _:
            assert_never(event)
