"""A task goes from one project to another."""

from dataclasses import replace

import pytest
from unit.projects.given import (
    CONTRIBUTOR,
    MANAGER,
    MEMBER,
    OUTSIDER,
    OWNER,
    TEAM,
    created,
    label_created,
    milestone_created,
    state,
    task_created,
    task_moved,
)

from synergy_projects.domain import decide
from synergy_projects.domain.commands import MoveTask
from synergy_projects.domain.errors import NotAllowed, ProjectNotFound, TaskNotFound
from synergy_projects.domain.events import (
    LabelCreated,
    MemberAdded,
    ProgressChanged,
    TaskCompleted,
    TaskDeleted,
    TaskUpdated,
)
from synergy_projects.domain.project import evolve

MOVE = MoveTask(actor=MANAGER, task_id=9, project_id=13)
THERE = [created(project_id=13), MemberAdded(user_id=MANAGER.user_id, role="contributor")]
FULL = task_created(labels=("Bug", "ui"), assignees=(MANAGER.user_id, MEMBER.user_id), milestone=41, depends_on=(10,))


def test_what_belongs_to_its_project_stays_there_and_is_told():
    source = state(*TEAM, milestone_created(), task_created(10, number=2), FULL)
    target = state(*THERE, label_created(name="UI"))

    left, came = decide.move_task(source, target, MOVE, label_ids=[77])

    made, moved = came
    assert isinstance(made, LabelCreated)
    assert [moved] == left
    assert task_moved(
        labels=("Bug", "UI"), assignees=(MANAGER.user_id,), created_at=source.tasks[9].created_at,
        before={"labels": FULL.labels, "assignees": FULL.assignees, "milestone": 41, "depends_on": (10,)},
    ) == moved  # fmt: skip


def test_tasks_that_waited_for_it_wait_no_longer():
    source = state(*TEAM, task_created(), task_created(10, number=2, depends_on=(9,)))

    freed, *_ = decide.move_task(source, state(*THERE), MOVE)[0]

    assert TaskUpdated(task_id=10, changes={"depends_on": ()}, before={"depends_on": (9,)}) == freed


def test_each_project_counts_what_is_in_it():
    source = state(*TEAM, task_created(impact=500), task_created(10, number=2, impact=500))
    target = state(*THERE)
    done = TaskCompleted(task_id=9, was="todo", impact=500)
    evolve(source, done, version=source.version + 1, at=source.updated_at)
    left, came = decide.move_task(source, target, MOVE)

    news = [event for event in (*left, *came) if isinstance(event, ProgressChanged)]
    assert [(50, 0), (0, 100)] == [(event.was, event.progress) for event in news]
    for project, events in ((source, left), (target, came)):
        for event in events:
            evolve(project, event, version=project.version + 1, at=project.updated_at)
    assert {10} == source.tasks.keys()
    assert (9, 1, "a0", "done") == (
        target.tasks[9].id, target.tasks[9].number, target.tasks[9].rank, target.tasks[9].status,
    )  # fmt: skip
    assert (2, 1) == (target.next_number, target.next_rank)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        pytest.param(OUTSIDER, TaskNotFound, id="who_may_not_see_it"),
        pytest.param(MEMBER, NotAllowed, id="who_may_not_take_it_away"),
        pytest.param(CONTRIBUTOR, ProjectNotFound, id="who_is_not_there"),
    ],
)
def test_it_is_moved_by_who_may_delete_it_here_and_create_it_there(actor, refusal):
    with pytest.raises(refusal):
        decide.move_task(state(*TEAM, task_created()), state(*THERE), replace(MOVE, actor=actor))


def test_it_is_not_moved_to_where_one_may_only_read_nor_out_of_the_trash():
    viewer = MemberAdded(user_id=MANAGER.user_id, role="viewer")
    with pytest.raises(NotAllowed):
        decide.move_task(state(*TEAM, task_created()), state(created(project_id=13), viewer), MOVE)
    with pytest.raises(TaskNotFound):
        decide.move_task(state(*TEAM, task_created(), TaskDeleted(task_id=9)), state(*THERE), MOVE)
    assert [] == decide.keep_task(state(*TEAM, task_created()), replace(MOVE, actor=OWNER, project_id=12))
