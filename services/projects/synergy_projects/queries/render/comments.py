"""Comments, as webhooks tell them."""

from synergy_projects.domain.events import CommentDeleted, CommentEvent, CommentUpdated
from synergy_projects.domain.project import Comment, Project
from synergy_projects.queries import views
from synergy_projects.queries.render.values import changed
from synergy_projects.queries.views import People, View


def shown(project: Project, event: CommentEvent) -> set[int]:
    """The people that the object names."""
    if isinstance(event, CommentDeleted):
        return {event.author_id, *event.mentions}
    return views.in_comments([project.comments[event.comment_id]])


def told(project: Project, event: CommentEvent, known: People) -> View:
    """The comment right after the event; of one that is no more what is left."""
    if not isinstance(event, CommentDeleted):
        return views.comment(project.comments[event.comment_id], project.id, known)
    was = Comment(
        id=event.comment_id,
        task_id=event.task_id,
        author_id=event.author_id,
        content=event.content,
        mentions=event.mentions,
        created_at=project.updated_at,
        updated_at=project.updated_at,
    )
    gone = views.comment(was, project.id, known)
    return {name: value for name, value in gone.items() if name not in ("created_at", "updated_at")}


def changes(event: CommentEvent) -> View:
    """What the event changed; texts as they are kept, with `<@id>` for people."""
    return changed(event.before, event.changes) if isinstance(event, CommentUpdated) else {}
