"""Commands on comments."""

from collections.abc import Collection

from sqlalchemy import Connection

from synergy_chassis.store import CommandContext, Stream
from synergy_projects import tables
from synergy_projects.domain import decide, mentions
from synergy_projects.domain.commands import CreateComment, DeleteComment, UpdateComment
from synergy_projects.domain.project import Project
from synergy_projects.handlers.desk import Desk
from synergy_projects.handlers.parts import on_task, with_task, with_task_and_next_id
from synergy_projects.queries import loading, views
from synergy_projects.queries.comments import members_named
from synergy_projects.queries.people import people
from synergy_projects.queries.views import View


def create_comment(command: CreateComment, *, context: CommandContext, desk: Desk) -> View:
    """Say something about a task. Raises TaskNotFound, NotAllowed, InvalidValue."""

    def made(stream: Stream, project_id: int) -> View:
        named = members_named(stream.rows, project_id, mentions.candidates(command.content))
        project, comment_id = with_task_and_next_id(
            stream.rows,
            project_id,
            command.task_id,
            tables.comment_ids,
            only=_meant(command.actor.user_id, command.content, named.values()),
        )
        events = decide.create_comment(project, command, comment_id=comment_id, named=named)
        changed = desk.record(stream, project, events, {"comment": comment_id})
        return _view(stream.rows, changed, comment_id)

    return on_task(desk, context, command.task_id, made, lambda rows, then, seen: _view(rows, then, seen["comment"]))


def update_comment(command: UpdateComment, *, context: CommandContext, desk: Desk) -> View:
    """Say it otherwise. Raises TaskNotFound, CommentNotFound, NotAllowed, InvalidValue."""

    def made(stream: Stream, project_id: int) -> View:
        text = command.content or ""
        comments = loading.comments(stream.rows, tables.comments.c.id == command.comment_id)
        before = {user_id for comment in comments.values() for user_id in comment.mentions}
        named = members_named(stream.rows, project_id, mentions.candidates(text), beside=before)
        people_meant = _meant(command.actor.user_id, text, named.values())
        project = with_task(stream.rows, project_id, command.task_id, only=people_meant)
        project.comments = comments
        changed = desk.record(stream, project, decide.update_comment(project, command, named=named))
        return _view(stream.rows, changed, command.comment_id)

    return on_task(desk, context, command.task_id, made, lambda rows, then, _: _view(rows, then, command.comment_id))


def delete_comment(command: DeleteComment, *, context: CommandContext, desk: Desk) -> None:
    """Take it back. Raises TaskNotFound, CommentNotFound, NotAllowed."""

    def made(stream: Stream, project_id: int) -> None:
        project = with_task(stream.rows, project_id, command.task_id, only=[command.actor.user_id])
        project.comments = loading.comments(stream.rows, tables.comments.c.id == command.comment_id)
        desk.record(stream, project, decide.delete_comment(project, command))

    on_task(desk, context, command.task_id, made)


def _meant(actor_id: int, content: str, named: Collection[int]) -> list[int]:
    return [actor_id, *named, *mentions.ids_in(content)]


def _view(connection: Connection, project: Project, comment_id: int) -> View:
    comment = project.comments[comment_id]
    return views.comment(comment, project.id, people(connection, views.in_comments([comment])))
