"""What happened, as one says it to people: pure, from an event and the names of today. One file an entity or two."""

from typing import assert_never

from synergy_projects.domain.events import (
    CommentEvent,
    Event,
    LabelEvent,
    MemberEvent,
    MilestoneEvent,
    MoveEvent,
    ProjectEvent,
    SprintEvent,
    SubtaskEvent,
    TaskEvent,
    TimeEvent,
)
from synergy_projects.domain.telling import planning, projects, tasks
from synergy_projects.domain.telling.names import Names, quoted


def words(event: Event, names: Names) -> str:
    """One sentence without a full stop."""
    if isinstance(event, ProjectEvent):
        return projects.of_project(event, names)
    if isinstance(event, MemberEvent):
        return projects.of_member(event, names)
    if isinstance(event, TaskEvent):
        return tasks.of_task(event, names)
    if isinstance(event, CommentEvent):
        return tasks.of_comment(event, names)
    if isinstance(event, SubtaskEvent):
        return tasks.of_subtask(event, names)
    if isinstance(event, TimeEvent):
        return tasks.of_time(event, names)
    if isinstance(event, LabelEvent):
        return planning.of_label(event, names)
    if isinstance(event, MilestoneEvent):
        return planning.of_milestone(event, names)
    if isinstance(event, SprintEvent):
        return planning.of_sprint(event, names)
    if isinstance(event, MoveEvent):
        return tasks.of_move(event, names)
    assert_never(event)


__all__ = ["Names", "quoted", "words"]
