"""Events are stored as they are written here, and read again for ever."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args
from uuid import UUID

import pytest
from unit.projects.given import created, label_created, milestone_created, sprint_created, task_created, task_moved

from synergy_chassis.store import RecordedEvent
from synergy_projects.domain import events
from synergy_projects.domain.events import STORED_AS
from synergy_projects.projections import CODEC

GOLDEN = {
    "project.created": (
        created(budget=Decimal("12.50"), end_date=date(2026, 1, 31)),
        "project",
        {
            "project_id": 12, "owner_id": 1, "name": "Apollo", "description": "", "status": "active",
            "priority": "medium", "start_date": None, "end_date": "2026-01-31", "budget": "12.50",
            "importing": False,
        },
    ),
    "project.imported": (events.ProjectImported(), "project", {}),
    "project.updated": (
        events.ProjectUpdated(changes={"budget": None, "name": "B"}, before={"budget": Decimal("1.00"), "name": "A"}),
        "project",
        {"changes": {"budget": None, "name": "B"}, "before": {"budget": "1.00", "name": "A"}},
    ),
    "project.completed": (events.ProjectCompleted(was="active"), "project", {"was": "active"}),
    "project.deleted": (events.ProjectDeleted(), "project", {}),
    "project.progress_changed": (
        events.ProgressChanged(
            was=0, progress=50, impact_done=2500, impact_total=5000, completed_task_count=1, task_count=2
        ),
        "project",
        {
            "was": 0, "progress": 50, "impact_done": 2500, "impact_total": 5000, "completed_task_count": 1,
            "task_count": 2,
        },
    ),
    "member.invited": (
        events.MemberInvited(invitation_id=UUID(int=7), role="member"),
        "invitation-00000000-0000-0000-0000-000000000007",
        {"invitation_id": "00000000-0000-0000-0000-000000000007", "role": "member"},
    ),
    "member.added": (events.MemberAdded(user_id=7, role="member"), "member-7", {"user_id": 7, "role": "member"}),
    "member.role_changed": (
        events.MemberRoleChanged(user_id=7, role="viewer", was="member"),
        "member-7",
        {"user_id": 7, "role": "viewer", "was": "member"},
    ),
    "member.removed": (events.MemberRemoved(user_id=7, was="viewer"), "member-7", {"user_id": 7, "was": "viewer"}),
    "task.created": (
        task_created(impact=1250, assignees=(1, 3), due_date=date(2026, 1, 31), actual_hours=25),
        "task-9",
        {
            "task_id": 9, "number": 1, "created_by": 3, "title": "Build", "description": "", "status": "todo",
            "priority": "medium", "impact": 1250, "assignees": [1, 3], "start_date": None, "due_date": "2026-01-31",
            "estimated_hours": None, "actual_hours": 25, "story_points": None, "labels": [], "depends_on": [],
            "milestone": None, "sprint": None,
        },
    ),
    "task.updated": (
        events.TaskUpdated(
            task_id=9,
            changes={"assignees": (3,), "due_date": date(2026, 2, 1)},
            before={"assignees": (), "due_date": None},
        ),
        "task-9",
        {
            "task_id": 9,
            "changes": {"assignees": [3], "due_date": "2026-02-01"},
            "before": {"assignees": [], "due_date": None},
        },
    ),
    "task.completed": (
        events.TaskCompleted(task_id=9, was="review", impact=1250),
        "task-9",
        {"task_id": 9, "was": "review", "impact": 1250},
    ),
    "task.reopened": (
        events.TaskReopened(task_id=9, status="todo", impact=1250),
        "task-9",
        {"task_id": 9, "status": "todo", "impact": 1250},
    ),
    "project.restored": (events.ProjectRestored(), "project", {}),
    "project.archived": (events.ProjectArchived(), "project", {}),
    "project.unarchived": (events.ProjectUnarchived(), "project", {}),
    "project.purged": (events.ProjectPurged(), "project", {}),
    "project.transferred": (
        events.ProjectTransferred(owner_id=3, was=2, was_role="viewer"),
        "project",
        {"owner_id": 3, "was": 2, "was_role": "viewer"},
    ),
    "task.due_soon": (
        events.TaskDueSoon(task_id=9, due_date=date(2026, 2, 1)), "task-9", {"task_id": 9, "due_date": "2026-02-01"},
    ),
    "task.overdue": (
        events.TaskOverdue(task_id=9, due_date=date(2026, 2, 1)), "task-9", {"task_id": 9, "due_date": "2026-02-01"},
    ),
    "task.purged": (
        events.TaskPurged(task_id=9, number=1, title="Build"), "task-9", {"task_id": 9, "number": 1, "title": "Build"},
    ),
    "task.deleted": (events.TaskDeleted(task_id=9), "task-9", {"task_id": 9}),
    "task.restored": (events.TaskRestored(task_id=9), "task-9", {"task_id": 9}),
    "task.moved": (
        task_moved(before={"milestone": 41}),
        "task-9",
        {
            "task_id": 9,
            "from_project": 12,
            "to_project": 13,
            "task": {
                "number": 1, "created_by": 3, "title": "Build", "description": "", "status": "todo",
                "priority": "medium", "impact": 0, "assignees": [], "start_date": None, "due_date": None,
                "estimated_hours": None, "actual_hours": None, "story_points": None, "labels": [],
                "completed_at": None, "created_at": "2026-01-05T09:00:00Z", "comment_count": 0,
                "time_logged_minutes": 0, "subtasks": [],
            },
            "before": {"milestone": 41},
            "comments": [],
            "time_logs": [],
            "timers": [],
        },
    ),
    "comment.created": (
        events.CommentCreated(comment_id=31, task_id=9, author_id=3, content="Ready, <@2>?", mentions=(2,)),
        "comment-31",
        {"comment_id": 31, "task_id": 9, "author_id": 3, "content": "Ready, <@2>?", "mentions": [2]},
    ),
    "comment.updated": (
        events.CommentUpdated(comment_id=31, task_id=9, changes={"mentions": ()}, before={"mentions": (2,)}),
        "comment-31",
        {"comment_id": 31, "task_id": 9, "changes": {"mentions": []}, "before": {"mentions": [2]}},
    ),
    "comment.deleted": (
        events.CommentDeleted(comment_id=31, task_id=9, author_id=3, content="Ready", mentions=()),
        "comment-31",
        {"comment_id": 31, "task_id": 9, "author_id": 3, "content": "Ready", "mentions": []},
    ),
    "subtask.created": (
        events.SubtaskCreated(subtask_id=41, task_id=9, title="Sketch", is_completed=False),
        "subtask-41",
        {"subtask_id": 41, "task_id": 9, "title": "Sketch", "is_completed": False},
    ),
    "subtask.updated": (
        events.SubtaskUpdated(
            subtask_id=41, task_id=9, changes={"is_completed": True}, before={"is_completed": False}
        ),
        "subtask-41",
        {"subtask_id": 41, "task_id": 9, "changes": {"is_completed": True}, "before": {"is_completed": False}},
    ),
    "subtask.deleted": (
        events.SubtaskDeleted(subtask_id=41, task_id=9, title="Sketch", is_completed=True),
        "subtask-41",
        {"subtask_id": 41, "task_id": 9, "title": "Sketch", "is_completed": True},
    ),
    "time.started": (events.TimerStarted(task_id=9, user_id=3), "timer-3", {"task_id": 9, "user_id": 3}),
    "time.logged": (
        events.TimeLogged(
            time_log_id=51, task_id=9, user_id=3, minutes=90, spent_on=date(2026, 1, 5), note="", started_at=None
        ),
        "time-51",
        {
            "time_log_id": 51, "task_id": 9, "user_id": 3, "minutes": 90, "spent_on": "2026-01-05", "note": "",
            "started_at": None,
        },
    ),
    "time.updated": (
        events.TimeLogUpdated(time_log_id=51, task_id=9, changes={"minutes": 60}, before={"minutes": 90}),
        "time-51",
        {"time_log_id": 51, "task_id": 9, "changes": {"minutes": 60}, "before": {"minutes": 90}},
    ),
    "time.deleted": (
        events.TimeLogDeleted(time_log_id=51, task_id=9, user_id=3, minutes=60, spent_on=date(2026, 1, 5), note="x"),
        "time-51",
        {"time_log_id": 51, "task_id": 9, "user_id": 3, "minutes": 60, "spent_on": "2026-01-05", "note": "x"},
    ),
    "label.created": (label_created(), "label-31", {"label_id": 31, "name": "Bug", "color": "#c0392b"}),
    "label.updated": (
        events.LabelUpdated(label_id=31, changes={"name": "Defect"}, before={"name": "Bug"}),
        "label-31",
        {"label_id": 31, "changes": {"name": "Defect"}, "before": {"name": "Bug"}},
    ),
    "label.deleted": (events.LabelDeleted(label_id=31, name="Bug"), "label-31", {"label_id": 31, "name": "Bug"}),
    "milestone.created": (
        milestone_created(due_date=date(2026, 3, 1)),
        "milestone-41",
        {"milestone_id": 41, "name": "Launch", "description": "", "due_date": "2026-03-01"},
    ),
    "milestone.updated": (
        events.MilestoneUpdated(milestone_id=41, changes={"status": "open"}, before={"status": "completed"}),
        "milestone-41",
        {"milestone_id": 41, "changes": {"status": "open"}, "before": {"status": "completed"}},
    ),
    "milestone.completed": (events.MilestoneCompleted(milestone_id=41), "milestone-41", {"milestone_id": 41}),
    "milestone.missed": (
        events.MilestoneMissed(milestone_id=41, due_date=date(2026, 3, 1)),
        "milestone-41",
        {"milestone_id": 41, "due_date": "2026-03-01"},
    ),
    "milestone.deleted": (
        events.MilestoneDeleted(milestone_id=41, name="Launch"),
        "milestone-41",
        {"milestone_id": 41, "name": "Launch"},
    ),
    "sprint.created": (
        sprint_created(start_date=date(2026, 1, 5)),
        "sprint-51",
        {"sprint_id": 51, "name": "First", "goal": "", "start_date": "2026-01-05", "end_date": None},
    ),
    "sprint.updated": (
        events.SprintUpdated(sprint_id=51, changes={"goal": "Log in"}, before={"goal": ""}),
        "sprint-51",
        {"sprint_id": 51, "changes": {"goal": "Log in"}, "before": {"goal": ""}},
    ),
    "sprint.started": (events.SprintStarted(sprint_id=51), "sprint-51", {"sprint_id": 51}),
    "sprint.completed": (events.SprintCompleted(sprint_id=51), "sprint-51", {"sprint_id": 51}),
    "sprint.deleted": (
        events.SprintDeleted(sprint_id=51, name="First"),
        "sprint-51",
        {"sprint_id": 51, "name": "First"},
    ),
}  # fmt: skip


def as_json(data):
    return json.loads(json.dumps(data))


def test_every_stored_type_has_its_golden_form():
    assert STORED_AS.keys() == GOLDEN.keys()


def test_the_union_of_events_is_what_is_stored():
    assert set(get_args(events.Event)) == set(STORED_AS.values())


@pytest.mark.parametrize("kind", GOLDEN)
def test_an_event_is_stored_in_its_golden_form_and_read_back_equal(kind):
    event, entity, data = GOLDEN[kind]

    new = CODEC.encode(event)
    stored = RecordedEvent(
        position=1,
        stream="project-12",
        version=1,
        event_id=UUID(int=1),
        type=kind,
        schema_version=CODEC.versions[kind],
        entity=entity,
        data=as_json(data),
        meta={},
        recorded_at=datetime(2026, 1, 5, tzinfo=UTC),
        hash="",
    )

    assert (kind, CODEC.versions[kind], entity, data) == (new.type, new.schema_version, new.entity, as_json(new.data))
    assert event == CODEC.decode(stored)
