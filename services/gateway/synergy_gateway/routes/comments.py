"""/api/tasks/{id}/comments/: what people say about a task."""

import msgspec

from synergy_contracts.comments import (
    CommentChanges,
    CommentRef,
    CommentView,
    CreateComment,
    ListComments,
    NewComment,
    UpdateComment,
)
from synergy_gateway import methods
from synergy_gateway.answers import Answer, created, done, identified
from synergy_gateway.asking import Asking
from synergy_gateway.operations import delete, get, patch, post
from synergy_gateway.pages import Listing

COMMENTS = "/api/tasks/{task_id}/comments/"
COMMENT = "/api/tasks/{task_id}/comments/{comment_id}/"


class _Comment(msgspec.Struct, frozen=True):
    id: int


@get(COMMENTS, Listing[CommentView], fixed={"task_id": "task_id"})
async def list_comments(asking: Asking, task_id: int, query: ListComments) -> Answer:
    """List the comments on a task, as they are or as of a version or time of its project."""
    return await asking.page(methods.LIST_COMMENTS, query)


@post(COMMENTS, CommentView)
async def create_comment(asking: Asking, task_id: int, body: NewComment) -> Answer:
    """Comment on a task; `@username` mentions a member of the project."""
    made = await asking.ask(methods.CREATE_COMMENT, CreateComment(task_id=task_id, content=body.content))
    return created(made, COMMENT.format(task_id=task_id, comment_id=identified(made, _Comment).id))


@patch(COMMENT, CommentView)
async def update_comment(asking: Asking, task_id: int, comment_id: int, body: CommentChanges) -> Answer:
    """Change your comment."""
    change = UpdateComment(task_id=task_id, comment_id=comment_id, changes=body)
    return await asking.answer(methods.UPDATE_COMMENT, change)


@delete(COMMENT)
async def delete_comment(asking: Asking, task_id: int, comment_id: int) -> Answer:
    """Delete your comment; managers delete anybody's."""
    await asking.ask(methods.DELETE_COMMENT, CommentRef(task_id=task_id, comment_id=comment_id))
    return done()
