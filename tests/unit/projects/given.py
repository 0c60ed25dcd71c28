"""Given these events, when this is asked, then these follow: the words the domain's tests are written in."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from synergy_projects.domain.commands import Actor
from synergy_projects.domain.events import (
    Event,
    LabelCreated,
    MemberAdded,
    MilestoneCreated,
    MovedTask,
    ProjectCreated,
    SprintCreated,
    TaskCreated,
    TaskMoved,
)
from synergy_projects.domain.project import Project, fold

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
OWNER, MANAGER, CONTRIBUTOR, MEMBER, VIEWER, OUTSIDER, ROOT = (
    Actor(user_id=1),
    Actor(user_id=2),
    Actor(user_id=3),
    Actor(user_id=4),
    Actor(user_id=5),
    Actor(user_id=6),
    Actor(user_id=7, superuser=True),
)
ACTORS = {
    "owner": OWNER,
    "manager": MANAGER,
    "contributor": CONTRIBUTOR,
    "member": MEMBER,
    "viewer": VIEWER,
    "outsider": OUTSIDER,
    "superuser": ROOT,
}


def created(**fields: Any) -> ProjectCreated:
    """Ann's project."""
    values: dict[str, Any] = {
        "project_id": 12,
        "owner_id": OWNER.user_id,
        "name": "Apollo",
        "description": "",
        "status": "active",
        "priority": "medium",
        "start_date": None,
        "end_date": None,
        "budget": None,
    }
    return ProjectCreated(**values | fields)


def task_created(task_id: int = 9, **fields: Any) -> TaskCreated:
    """A task of the contributor's."""
    values: dict[str, Any] = {
        "task_id": task_id,
        "number": 1,
        "created_by": CONTRIBUTOR.user_id,
        "title": "Build",
        "description": "",
        "status": "todo",
        "priority": "medium",
        "impact": 0,
        "assignees": (),
        "start_date": None,
        "due_date": None,
        "estimated_hours": None,
        "actual_hours": None,
        "story_points": None,
        "labels": (),
        "depends_on": (),
        "milestone": None,
        "sprint": None,
    }
    return TaskCreated(**values | fields)


def label_created(label_id: int = 31, **fields: Any) -> LabelCreated:
    """A label."""
    return LabelCreated(label_id=label_id, **{"name": "Bug", "color": "#c0392b"} | fields)


def milestone_created(milestone_id: int = 41, **fields: Any) -> MilestoneCreated:
    """A milestone."""
    values: dict[str, Any] = {"name": "Launch", "description": "", "due_date": None}
    return MilestoneCreated(milestone_id=milestone_id, **values | fields)


def sprint_created(sprint_id: int = 51, **fields: Any) -> SprintCreated:
    """A sprint."""
    values: dict[str, Any] = {"name": "First", "goal": "", "start_date": None, "end_date": None}
    return SprintCreated(sprint_id=sprint_id, **values | fields)


NOTHING_ON_IT: dict[str, Any] = {"comment_count": 0, "time_logged_minutes": 0, "subtasks": ()}


def task_moved(task_id: int = 9, *, before: Any = None, **fields: Any) -> TaskMoved:
    """The contributor's task goes from project 12 to 13."""
    of_project = ("task_id", "depends_on", "milestone", "sprint")
    task = {name: value for name, value in asdict(task_created()).items() if name not in of_project}
    moved = MovedTask(**task | {"completed_at": None, "created_at": START} | NOTHING_ON_IT | fields)
    return TaskMoved(
        task_id=task_id, from_project=12, to_project=13, task=moved, before=before or {}, comments=(),
        time_logs=(), timers=(),
    )  # fmt: skip


TEAM: list[Event] = [
    created(),
    MemberAdded(user_id=MANAGER.user_id, role="manager"),
    MemberAdded(user_id=CONTRIBUTOR.user_id, role="contributor"),
    MemberAdded(user_id=MEMBER.user_id, role="member"),
    MemberAdded(user_id=VIEWER.user_id, role="viewer"),
]
"""A project with one person in each role."""


def state(*events: Event) -> Project:
    """The project after these events, recorded a minute apart."""
    history = [(event, version, START + timedelta(minutes=version)) for version, event in enumerate(events, 1)]
    project = fold(history)
    assert project is not None
    return project


class Given:
    """`given(TEAM, …).when(decide.update_task, command).then(…)` or `.refused(error, …)`."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events

    def when(self, decide: Callable[..., list[Event]], command: Any, **facts: Any) -> "When":
        """What the decision is."""
        return When(lambda: decide(state(*self._events), command, **facts))


class When:
    """A decision to look at."""

    def __init__(self, decide: Callable[[], list[Event]]) -> None:
        self._decide = decide

    def then(self, *events: Event) -> None:
        """Exactly these events follow."""
        assert list(events) == self._decide()

    def refused(self, error: type[Exception], *, pointer: str | None = None) -> None:
        """It is refused with this error, about this field."""
        with pytest.raises(error) as no:
            self._decide()
        assert pointer == getattr(no.value, "pointer", None)


def given(*events: Event | Sequence[Event]) -> Given:
    """The history so far."""
    flat: list[Event] = []
    for one in events:
        flat.extend(one if isinstance(one, list) else [one])  # type: ignore[arg-type]
    return Given(flat)
