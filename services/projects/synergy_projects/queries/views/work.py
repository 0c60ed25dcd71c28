"""What hangs on a task: comments, subtasks, time."""

from collections.abc import Iterable

from synergy_projects.domain import mentions
from synergy_projects.domain.project import Comment, Subtask, TimeLog, Timer
from synergy_projects.queries.views.shared import People, View, person


def comment(state: Comment, project_id: int, people: People) -> View:
    """A comment, with the names that those it mentions have today."""

    def name(user_id: int) -> str:
        return str(person(user_id, people)["username"])

    return {
        "id": state.id,
        "project": project_id,
        "task": state.task_id,
        "author": person(state.author_id, people),
        "content": mentions.shown(state.content, state.mentions, name),
        "mentions": [person(user_id, people) for user_id in state.mentions],
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def in_comments(found: Iterable[Comment]) -> set[int]:
    """The ids of all people that the comments' views show."""
    return {user_id for one in found for user_id in (one.author_id, *one.mentions)}


def subtask(state: Subtask) -> View:
    """A step of a task."""
    return {"id": state.id, "task": state.task_id, "title": state.title, "is_completed": state.is_completed}


def subtask_progress(found: Iterable[Subtask]) -> int:
    """The share of the steps that is completed, 0–100, rounded down; 0 without any."""
    done = [one.is_completed for one in found]
    return 100 * sum(done) // len(done) if done else 0


def time_log(state: TimeLog, project_id: int, people: People) -> View:
    """An entry: who spent how many minutes, and on which day."""
    return {
        "id": state.id,
        "project": project_id,
        "task": state.task_id,
        "user": person(state.user_id, people),
        "minutes": state.minutes,
        "spent_on": state.spent_on,
        "note": state.note,
        "started_at": state.started_at,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def timer(state: Timer, project_id: int) -> View:
    """A timer that runs."""
    return {"project": project_id, "task": state.task_id, "started_at": state.started_at}
