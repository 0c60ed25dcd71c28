"""Creating, changing, finishing and deleting tasks."""

from datetime import date

import pytest
from unit.projects.given import (
    ACTORS,
    CONTRIBUTOR,
    MANAGER,
    MEMBER,
    OUTSIDER,
    OWNER,
    ROOT,
    TEAM,
    VIEWER,
    given,
    task_created,
)

from synergy_projects.domain import decide
from synergy_projects.domain.commands import CreateTask, DeleteTask, UpdateTask
from synergy_projects.domain.errors import InvalidValue, NotAllowed, ProjectNotFound, TaskNotFound
from synergy_projects.domain.events import (
    ProgressChanged,
    ProjectDeleted,
    TaskCompleted,
    TaskDeleted,
    TaskReopened,
    TaskUpdated,
)


def create(actor=CONTRIBUTOR, **fields):
    return CreateTask(actor=actor, project_id=12, **{"title": "Build"} | fields)


def change(actor=CONTRIBUTOR, **changes):
    return UpdateTask(actor=actor, task_id=9, changes=changes)


def delete(actor):
    return DeleteTask(actor=actor, task_id=9)


def progress(was, now, done, total, completed, count):
    return ProgressChanged(
        was=was, progress=now, impact_done=done, impact_total=total, completed_task_count=completed, task_count=count
    )


def test_a_task_takes_the_next_number():
    given(TEAM, task_created(8, number=1), TaskDeleted(task_id=8)).when(decide.create_task, create(), task_id=9).then(
        task_created(9, number=2)
    )


def test_a_task_created_done_is_completed_in_a_second_event_and_moves_the_progress():
    given(TEAM).when(decide.create_task, create(status="done", impact=2500), task_id=9).then(
        task_created(impact=2500), TaskCompleted(task_id=9, was="todo", impact=2500), progress(0, 100, 2500, 2500, 1, 1)
    )


def test_a_new_open_task_lowers_the_progress():
    history = [*TEAM, task_created(8, impact=3000), TaskCompleted(task_id=8, was="todo", impact=3000)]

    given(history).when(decide.create_task, create(impact=7000), task_id=9).then(
        task_created(9, number=2, impact=7000), progress(100, 30, 3000, 10_000, 1, 2)
    )


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        pytest.param({"title": "  "}, "/title", id="blank_title"),
        pytest.param({"title": "two\nlines"}, "/title", id="title_of_two_lines"),
        pytest.param({"title": "\x1b[31mred"}, "/title", id="title_that_steers_a_terminal"),
        pytest.param(
            {"start_date": date(2026, 2, 1), "due_date": date(2026, 1, 1)}, "/due_date", id="due_before_start"
        ),
        pytest.param({"assignees": (CONTRIBUTOR.user_id, OUTSIDER.user_id)}, "/assignees", id="assignee_from_outside"),
    ],
)
def test_a_task_with_impossible_values_is_refused(fields, pointer):
    given(TEAM).when(decide.create_task, create(**fields), task_id=9).refused(InvalidValue, pointer=pointer)
    given(TEAM, task_created()).when(decide.update_task, change(**fields)).refused(InvalidValue, pointer=pointer)


def test_a_person_is_assigned_once():
    given(TEAM).when(decide.create_task, create(assignees=(5, 4, 5)), task_id=9).then(task_created(assignees=(5, 4)))


@pytest.mark.parametrize("role", ["contributor", "manager", "owner"])
def test_contributors_and_above_create_tasks(role):
    given(TEAM).when(decide.create_task, create(ACTORS[role]), task_id=9).then(
        task_created(created_by=ACTORS[role].user_id)
    )


@pytest.mark.parametrize("actor", [MEMBER, VIEWER], ids=["member", "viewer"])
def test_members_and_viewers_create_none(actor):
    given(TEAM).when(decide.create_task, create(actor), task_id=9).refused(NotAllowed)


def test_completion_is_an_event_of_its_own_after_the_other_changes():
    given(TEAM, task_created()).when(decide.update_task, change(title="Ship", impact=500, status="done")).then(
        TaskUpdated(task_id=9, changes={"title": "Ship", "impact": 500}, before={"title": "Build", "impact": 0}),
        TaskCompleted(task_id=9, was="todo", impact=500),
        progress(0, 100, 500, 500, 1, 1),
    )


def test_reopening_is_an_event_of_its_own():
    given(TEAM, task_created(), TaskCompleted(task_id=9, was="review", impact=0)).when(
        decide.update_task, change(status="in_progress")
    ).then(TaskReopened(task_id=9, status="in_progress", impact=0), progress(100, 0, 0, 0, 0, 1))


def test_a_status_between_open_ones_is_a_plain_change_without_progress():
    given(TEAM, task_created()).when(decide.update_task, change(status="review")).then(
        TaskUpdated(task_id=9, changes={"status": "review"}, before={"status": "todo"})
    )


def test_progress_that_stays_the_same_number_is_not_told():
    history = [*TEAM, task_created(8, impact=10_000), task_created(9, number=2, impact=1)]

    given(history).when(decide.update_task, change(status="done")).then(TaskCompleted(task_id=9, was="todo", impact=1))


def test_another_impact_of_a_done_task_moves_the_progress():
    history = [
        *TEAM,
        task_created(8, impact=5000),
        task_created(9, number=2, impact=5000),
        TaskCompleted(task_id=9, was="todo", impact=5000),
    ]

    given(history).when(decide.update_task, change(impact=0)).then(
        TaskUpdated(task_id=9, changes={"impact": 0}, before={"impact": 5000}), progress(50, 0, 0, 5000, 1, 2)
    )


def test_asking_for_what_is_so_is_no_event():
    given(TEAM, task_created(), TaskCompleted(task_id=9, was="todo", impact=0)).when(
        decide.update_task, change(title="Build", status="done", impact=0, assignees=(), due_date=None)
    ).then()


def test_a_member_reports_status_and_hours():
    given(TEAM, task_created()).when(decide.update_task, change(MEMBER, status="in_progress", actual_hours=150)).then(
        TaskUpdated(
            task_id=9,
            changes={"status": "in_progress", "actual_hours": 150},
            before={"status": "todo", "actual_hours": None},
        )
    )


def test_a_member_who_puts_the_whole_task_may_change_only_that():
    given(TEAM, task_created()).when(decide.update_task, change(MEMBER, title="Build", impact=0, status="review")).then(
        TaskUpdated(task_id=9, changes={"status": "review"}, before={"status": "todo"})
    )


@pytest.mark.parametrize(
    "changes", [{"title": "Mine"}, {"impact": 1}, {"assignees": (4,)}, {"status": "done", "impact": 1}]
)
def test_a_member_changes_nothing_else(changes):
    given(TEAM, task_created()).when(decide.update_task, change(MEMBER, **changes)).refused(NotAllowed)


def test_a_viewer_changes_nothing_not_even_to_the_same():
    given(TEAM, task_created()).when(decide.update_task, change(VIEWER, title="Build")).refused(NotAllowed)


@pytest.mark.parametrize("actor", [CONTRIBUTOR, MANAGER, OWNER, ROOT], ids=["creator", "manager", "owner", "superuser"])
def test_the_creator_and_those_above_delete_a_task(actor):
    given(TEAM, task_created()).when(decide.delete_task, delete(actor)).then(TaskDeleted(task_id=9))


def test_a_contributor_does_not_delete_other_people_s_tasks():
    given(TEAM, task_created(created_by=OWNER.user_id)).when(decide.delete_task, delete(CONTRIBUTOR)).refused(
        NotAllowed
    )


@pytest.mark.parametrize("actor", [MEMBER, VIEWER], ids=["member", "viewer"])
def test_members_and_viewers_delete_nothing(actor):
    mine = task_created(created_by=actor.user_id)

    given(TEAM, mine).when(decide.delete_task, delete(actor)).refused(NotAllowed)


def test_a_deleted_task_no_longer_counts():
    history = [
        *TEAM,
        task_created(8, impact=5000),
        task_created(9, number=2, impact=5000),
        TaskCompleted(task_id=9, was="todo", impact=5000),
    ]

    given(history).when(decide.delete_task, delete(OWNER)).then(TaskDeleted(task_id=9), progress(50, 0, 0, 5000, 0, 1))


@pytest.mark.parametrize(
    "after", [[TaskDeleted(task_id=9)], [ProjectDeleted()]], ids=["task_in_the_trash", "project_in_the_trash"]
)
def test_what_is_in_the_trash_is_not_found(after):
    given(TEAM, task_created(), after).when(decide.update_task, change(OWNER, title="x")).refused(TaskNotFound)
    given(TEAM, task_created(), after).when(decide.delete_task, delete(OWNER)).refused(TaskNotFound)


def test_outsiders_do_not_learn_that_the_task_exists():
    given(TEAM, task_created()).when(decide.update_task, change(OUTSIDER, title="x")).refused(TaskNotFound)
    given(TEAM, task_created()).when(decide.delete_task, delete(OUTSIDER)).refused(TaskNotFound)
    given(TEAM).when(decide.create_task, create(OUTSIDER), task_id=9).refused(ProjectNotFound)
