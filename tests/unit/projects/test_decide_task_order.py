"""Tasks come back from the trash, and are put in order."""

import pytest
from unit.projects.given import (
    CONTRIBUTOR,
    MANAGER,
    MEMBER,
    OUTSIDER,
    OWNER,
    TEAM,
    given,
    label_created,
    milestone_created,
    sprint_created,
    task_created,
)

from synergy_projects.domain import decide
from synergy_projects.domain.commands import RankTask, RestoreTask
from synergy_projects.domain.errors import InvalidValue, NotAllowed, ProjectTrashed, TaskNotFound
from synergy_projects.domain.events import (
    LabelDeleted,
    MemberRemoved,
    MilestoneDeleted,
    ProgressChanged,
    ProjectDeleted,
    TaskCompleted,
    TaskDeleted,
    TaskRestored,
    TaskUpdated,
)

RESTORE = RestoreTask(actor=CONTRIBUTOR, task_id=9)
GONE = [task_created(), TaskDeleted(task_id=9)]


def test_a_task_counts_again_when_it_comes_back():
    done = TaskCompleted(task_id=9, was="todo", impact=500)
    history = given(
        TEAM, task_created(impact=500), task_created(10, number=2, impact=500), done, TaskDeleted(task_id=9)
    )

    history.when(decide.restore_task, RESTORE).then(
        TaskRestored(task_id=9),
        ProgressChanged(was=0, progress=50, impact_done=500, impact_total=1000, completed_task_count=1, task_count=2),
    )


def test_what_left_the_project_meanwhile_is_taken_from_a_task_that_comes_back():
    full = task_created(
        assignees=(MEMBER.user_id, MANAGER.user_id), labels=("Bug", "Ui"), milestone=41, sprint=51, depends_on=(10, 77)
    )
    history = given(
        TEAM, label_created(), label_created(32, name="Ui"), milestone_created(), sprint_created(),
        task_created(10, number=2), full, TaskDeleted(task_id=9), MemberRemoved(user_id=MEMBER.user_id, was="member"),
        LabelDeleted(label_id=31, name="Bug"), MilestoneDeleted(milestone_id=41, name="Launch"),
    )  # fmt: skip

    history.when(decide.restore_task, RESTORE).then(
        TaskRestored(task_id=9),
        TaskUpdated(
            task_id=9,
            changes={"assignees": (MANAGER.user_id,), "labels": ("Ui",), "depends_on": (10,), "milestone": None},
            before={
                "assignees": full.assignees,
                "labels": full.labels,
                "depends_on": full.depends_on,
                "milestone": 41,
            },
        ),
    )


def test_a_task_is_restored_by_who_may_delete_it_and_only_into_a_project_that_is_there():
    history = given(TEAM, GONE)
    history.when(decide.restore_task, RestoreTask(actor=MEMBER, task_id=9)).refused(NotAllowed)
    history.when(decide.restore_task, RestoreTask(actor=OUTSIDER, task_id=9)).refused(TaskNotFound)
    history.when(decide.restore_task, RestoreTask(actor=OWNER, task_id=8)).refused(TaskNotFound)
    given(TEAM, GONE, ProjectDeleted()).when(decide.restore_task, RESTORE).refused(ProjectTrashed)
    given(TEAM, task_created()).when(decide.restore_task, RESTORE).then()


TWO = [task_created(9), task_created(10, number=2)]


def rank(**place):
    return RankTask(actor=CONTRIBUTOR, task_id=9, **place)


def test_a_task_is_put_between_two_and_stays_where_it_is_already():
    given(TEAM, TWO).when(decide.rank_task, rank(after=10), low="a1", high=None).then(
        TaskUpdated(task_id=9, changes={"rank": "a2"}, before={"rank": "a0"})
    )
    given(TEAM, TWO).when(decide.rank_task, rank(before=10), low=None, high="a1").then()


def test_a_crowd_without_room_is_spread():
    crowded = given(TEAM, TWO, task_created(11, number=3)).when(
        decide.rank_task, rank(after=10), low="a0", high=None, crowd=(10, 11), at=1
    )

    crowded.then(
        TaskUpdated(task_id=9, changes={"rank": "a2"}, before={"rank": "a0"}),
        TaskUpdated(task_id=11, changes={"rank": "a3"}, before={"rank": "a2"}),
    )


@pytest.mark.parametrize(
    ("place", "pointer"),
    [
        pytest.param({}, "/before", id="nowhere"),
        pytest.param({"before": 10, "after": 10}, "/before", id="on_both_sides"),
        pytest.param({"after": 9}, "/after", id="beside_itself"),
        pytest.param({"before": 99}, "/before", id="beside_what_is_not_there"),
    ],
)
def test_a_place_is_beside_one_other_task_of_the_project(place, pointer):
    given(TEAM, TWO).when(decide.rank_task, rank(**place), low=None, high=None).refused(InvalidValue, pointer=pointer)


def test_members_do_not_order_tasks():
    given(TEAM, TWO).when(decide.rank_task, RankTask(actor=MEMBER, task_id=9, after=10), low=None, high=None).refused(
        NotAllowed
    )
