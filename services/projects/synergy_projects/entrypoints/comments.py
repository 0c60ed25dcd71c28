"""Comments."""

from typing import Any

from msgspec import structs

from synergy_chassis.bus import rpc
from synergy_chassis.codec import decode, encode
from synergy_contracts.comments import CommentRef, CommentView, CreateComment, ListComments, UpdateComment
from synergy_contracts.envelope import Page
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.entrypoints.doors import Doors, sent
from synergy_projects.queries.tasks import project_of_task


class CommentDoors(Doors):
    """Comments."""

    @rpc
    def list_comments(self, body: object) -> Any:
        """ListComments → Page of CommentView."""
        asked, actor = structs.asdict(decode(ListComments, body)), self.actor()
        as_of = asked.pop("as_of")
        with self.reading() as connection:
            if as_of is None:
                found = queries.list_comments(connection, actor, **asked)
                project_id = project_of_task(connection, asked["task_id"])
                self.call.versions.update(queries.of_project(connection, project_id))
            else:
                found = self.app.past.comments(connection, actor, as_of=as_of, **asked)
            return encode(Page[CommentView], found)

    @rpc
    def create_comment(self, body: object) -> Any:
        """CreateComment → CommentView."""
        wanted = decode(CreateComment, body)
        return self.handle(CommentView, handlers.create_comment, commands.CreateComment, structs.asdict(wanted))

    @rpc
    def update_comment(self, body: object) -> Any:
        """UpdateComment → CommentView."""
        wanted = decode(UpdateComment, body)
        fields = {"task_id": wanted.task_id, "comment_id": wanted.comment_id} | sent(wanted.changes)
        return self.handle(CommentView, handlers.update_comment, commands.UpdateComment, fields)

    @rpc
    def delete_comment(self, body: object) -> None:
        """CommentRef → nothing."""
        wanted = decode(CommentRef, body)
        self.handle(None, handlers.delete_comment, commands.DeleteComment, structs.asdict(wanted))
