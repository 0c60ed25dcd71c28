"""What follows from commands on comments."""

from collections.abc import Collection, Mapping

from synergy_projects.domain import mentions
from synergy_projects.domain.commands import CreateComment, DeleteComment, UpdateComment
from synergy_projects.domain.decide.access import live_task, require
from synergy_projects.domain.decide.checks import readable
from synergy_projects.domain.errors import CommentNotFound, NotAllowed
from synergy_projects.domain.events import CommentCreated, CommentDeleted, CommentUpdated, Event
from synergy_projects.domain.fields import CommentPatch
from synergy_projects.domain.project import Comment, Project
from synergy_projects.domain.roles import Right

Named = Mapping[str, int]
"""The ids of those whom a text may mention, by their names in lower case."""


def create_comment(
    project: Project,
    command: CreateComment,
    *,
    comment_id: int,
    named: Named,
    counted: Collection[int] | None = None,
) -> list[Event]:
    """
    A comment of the actor's. An id that is written out is a mention if it is `counted`, None: that of a member.

    Raises TaskNotFound, NotAllowed, InvalidValue.
    """
    live_task(project, command.actor, command.task_id)
    require(project, command.actor, Right.COMMENT)
    readable(command.content, "/content")
    content, mentioned = mentions.kept(
        command.content, named=named, members=project.members if counted is None else counted
    )
    return [
        CommentCreated(
            comment_id=comment_id,
            task_id=command.task_id,
            author_id=command.actor.user_id,
            content=content,
            mentions=mentioned,
        )
    ]


def update_comment(project: Project, command: UpdateComment, *, named: Named) -> list[Event]:
    """
    Another text, if it is another. Only the author may, who may mention again whom it mentioned.

    Raises TaskNotFound, CommentNotFound, NotAllowed, InvalidValue.
    """
    comment, role = _comment(project, command), require(project, command.actor, Right.COMMENT)
    if comment.author_id != command.actor.user_id:
        raise NotAllowed(role, "change other people's comments")
    if command.content is None:
        return []
    readable(command.content, "/content")
    members = {*project.members, *comment.mentions}
    content, mentioned = mentions.kept(command.content, named=named, members=members)
    changes, before = CommentPatch(), CommentPatch()
    if content != comment.content:
        changes["content"], before["content"] = content, comment.content
    if mentioned != comment.mentions:
        changes["mentions"], before["mentions"] = mentioned, comment.mentions
    if not changes:
        return []
    return [CommentUpdated(comment_id=comment.id, task_id=comment.task_id, changes=changes, before=before)]


def delete_comment(project: Project, command: DeleteComment) -> list[Event]:
    """It is gone. The author may, and whoever moderates. Raises TaskNotFound, CommentNotFound, NotAllowed."""
    comment = _comment(project, command)
    own = comment.author_id == command.actor.user_id
    require(project, command.actor, Right.COMMENT if own else Right.DELETE_COMMENTS)
    return [
        CommentDeleted(
            comment_id=comment.id,
            task_id=comment.task_id,
            author_id=comment.author_id,
            content=comment.content,
            mentions=comment.mentions,
        )
    ]


def _comment(project: Project, command: UpdateComment | DeleteComment) -> Comment:
    live_task(project, command.actor, command.task_id)
    comment = project.comments.get(command.comment_id)
    if comment is None or comment.task_id != command.task_id:
        raise CommentNotFound
    return comment
