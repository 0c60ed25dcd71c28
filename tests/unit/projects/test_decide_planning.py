"""Labels, milestones, sprints, and what tasks wait for."""

from datetime import date

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
    state,
    task_created,
)

from synergy_projects.domain import decide
from synergy_projects.domain.commands import (
    CompleteSprint,
    CreateLabel,
    CreateMilestone,
    CreateTask,
    DeleteLabel,
    DeleteMilestone,
    DeleteSprint,
    StartSprint,
    UpdateLabel,
    UpdateMilestone,
    UpdateSprint,
    UpdateTask,
)
from synergy_projects.domain.decide.labels import COLORS
from synergy_projects.domain.errors import (
    InvalidValue,
    LabelExists,
    MilestoneNotFound,
    NotAllowed,
    SprintActive,
    SprintState,
)
from synergy_projects.domain.events import (
    LabelCreated,
    LabelDeleted,
    LabelUpdated,
    MilestoneCompleted,
    MilestoneDeleted,
    MilestoneUpdated,
    SprintCompleted,
    SprintDeleted,
    SprintStarted,
    TaskCompleted,
    TaskDeleted,
    TaskUpdated,
)

SPRING, SUMMER = date(2026, 4, 1), date(2026, 7, 1)
LABEL, MILESTONE, SPRINT = label_created(), milestone_created(), sprint_created()


def change(task_id=9, actor=CONTRIBUTOR, **changes):
    return UpdateTask(actor=actor, task_id=task_id, changes=changes)


def changed(task_id=9, **fields):
    """Each field as (before, after)."""
    return TaskUpdated(
        task_id=task_id,
        changes={name: after for name, (_, after) in fields.items()},
        before={name: before for name, (before, _) in fields.items()},
    )


def test_a_label_is_made_on_first_use_and_spelled_as_it_was_made():
    command = change(labels=("bug", "Later", "LATER", "Bug"))

    given(TEAM, task_created(), LABEL).when(decide.update_task, command, label_ids=[32]).then(
        LabelCreated(label_id=32, name="Later", color=COLORS[0]), changed(labels=((), ("Bug", "Later")))
    )


def test_a_new_task_may_name_labels_that_are_not_there_yet():
    command = CreateTask(actor=CONTRIBUTOR, project_id=12, title="Build", labels=("new",))

    made, created = decide.create_task(state(*TEAM), command, task_id=9, label_ids=[7])

    assert (made.name, created.labels) == ("new", ("new",))


@pytest.mark.parametrize("name", ["", " ", "a\nb"])
def test_a_label_has_a_name_that_can_be_seen(name):
    given(TEAM, task_created()).when(decide.update_task, change(labels=(name,)), label_ids=[1]).refused(
        InvalidValue, pointer="/labels"
    )


def test_a_label_is_renamed_in_all_its_tasks_by_one_event():
    project = state(*TEAM, LABEL, task_created(labels=("Bug", "x")), task_created(10, number=2, labels=("x",)))
    (renamed,) = decide.update_label(project, UpdateLabel(actor=MANAGER, label_id=31, changes={"name": "Defect"}))

    after = state(*TEAM, LABEL, task_created(labels=("Bug", "x")), task_created(10, number=2, labels=("x",)), renamed)

    assert renamed == LabelUpdated(label_id=31, changes={"name": "Defect"}, before={"name": "Bug"})
    assert [("Defect", "x"), ("x",)] == [task.labels for task in after.tasks.values()]


def test_two_labels_differ_in_more_than_case():
    given(TEAM, LABEL).when(
        decide.create_label, CreateLabel(actor=CONTRIBUTOR, project_id=12, name="BUG"), label_id=32
    ).refused(LabelExists)
    given(TEAM, LABEL, label_created(32, name="Later")).when(
        decide.update_label, UpdateLabel(actor=MANAGER, label_id=32, changes={"name": "bug"})
    ).refused(LabelExists)
    given(TEAM, LABEL).when(decide.update_label, UpdateLabel(actor=MANAGER, label_id=31, changes={"name": "BUG"})).then(
        LabelUpdated(label_id=31, changes={"name": "BUG"}, before={"name": "Bug"})
    )


def test_contributors_make_labels_and_managers_change_them():
    given(TEAM, LABEL).when(
        decide.update_label, UpdateLabel(actor=CONTRIBUTOR, label_id=31, changes={"color": "#000000"})
    ).refused(NotAllowed)
    given(TEAM).when(decide.create_label, CreateLabel(actor=MEMBER, project_id=12, name="x"), label_id=1).refused(
        NotAllowed
    )


def test_what_goes_is_taken_from_its_tasks_first_but_not_from_those_in_the_trash():
    tasks = [
        task_created(labels=("Bug", "x"), milestone=41, sprint=51),
        task_created(10, number=2, labels=("Bug",), milestone=41, sprint=51),
        TaskDeleted(task_id=10),
    ]
    history = given(TEAM, LABEL, MILESTONE, SPRINT, tasks)

    history.when(decide.delete_label, DeleteLabel(actor=MANAGER, label_id=31)).then(
        changed(labels=(("Bug", "x"), ("x",))), LabelDeleted(label_id=31, name="Bug")
    )
    history.when(decide.delete_milestone, DeleteMilestone(actor=MANAGER, milestone_id=41)).then(
        changed(milestone=(41, None)), MilestoneDeleted(milestone_id=41, name="Launch")
    )
    history.when(decide.delete_sprint, DeleteSprint(actor=MANAGER, sprint_id=51)).then(
        changed(sprint=(51, None)), SprintDeleted(sprint_id=51, name="First")
    )


def test_a_milestone_is_completed_by_an_event_of_its_own_and_reopened_by_an_update():
    done = MilestoneCompleted(milestone_id=41)
    given(TEAM, MILESTONE).when(
        decide.update_milestone,
        UpdateMilestone(actor=MANAGER, milestone_id=41, changes={"status": "completed", "name": "Start"}),
    ).then(MilestoneUpdated(milestone_id=41, changes={"name": "Start"}, before={"name": "Launch"}), done)
    given(TEAM, MILESTONE, done).when(
        decide.update_milestone, UpdateMilestone(actor=MANAGER, milestone_id=41, changes={"status": "open"})
    ).then(MilestoneUpdated(milestone_id=41, changes={"status": "open"}, before={"status": "completed"}))
    assert state(*TEAM, MILESTONE, done).milestones[41].completed_at is not None


def test_milestones_are_for_managers_and_unknown_to_outsiders():
    given(TEAM).when(
        decide.create_milestone, CreateMilestone(actor=CONTRIBUTOR, project_id=12, name="x"), milestone_id=1
    ).refused(NotAllowed)
    given(TEAM, MILESTONE).when(
        decide.update_milestone, UpdateMilestone(actor=OUTSIDER, milestone_id=41, changes={})
    ).refused(MilestoneNotFound)


def test_a_project_has_one_active_sprint():
    start = StartSprint(actor=MANAGER, sprint_id=51)
    second = sprint_created(52, name="Second")
    running = given(TEAM, SPRINT, second, SprintStarted(sprint_id=51))

    given(TEAM, SPRINT).when(decide.start_sprint, start).then(SprintStarted(sprint_id=51))
    running.when(decide.start_sprint, start).then()
    running.when(decide.start_sprint, StartSprint(actor=OWNER, sprint_id=52)).refused(SprintActive)
    running.when(decide.complete_sprint, CompleteSprint(actor=OWNER, sprint_id=52)).refused(SprintState)
    given(TEAM, SPRINT, SprintStarted(sprint_id=51), SprintCompleted(sprint_id=51)).when(
        decide.start_sprint, start
    ).refused(SprintState)


def test_unfinished_tasks_of_a_sprint_that_ends_may_go_to_another():
    history = given(
        TEAM, SPRINT, sprint_created(52), SprintStarted(sprint_id=51), task_created(sprint=51),
        task_created(10, number=2, sprint=51), TaskCompleted(task_id=10, was="todo", impact=0),
    )  # fmt: skip

    history.when(decide.complete_sprint, CompleteSprint(actor=OWNER, sprint_id=51, unfinished_to=52)).then(
        changed(sprint=(51, 52)), SprintCompleted(sprint_id=51)
    )
    history.when(decide.complete_sprint, CompleteSprint(actor=OWNER, sprint_id=51)).then(SprintCompleted(sprint_id=51))
    for wrong in (51, 53):
        history.when(decide.complete_sprint, CompleteSprint(actor=OWNER, sprint_id=51, unfinished_to=wrong)).refused(
            InvalidValue, pointer="/unfinished_to"
        )


def test_a_sprint_does_not_end_before_it_begins():
    early = UpdateSprint(actor=MANAGER, sprint_id=51, changes={"end_date": SPRING})
    given(TEAM, sprint_created(start_date=SUMMER)).when(decide.update_sprint, early).refused(
        InvalidValue, pointer="/end_date"
    )


@pytest.mark.parametrize("field", ["milestone", "sprint"])
def test_a_task_is_planned_by_what_its_project_has(field):
    given(TEAM, MILESTONE, SPRINT, task_created()).when(decide.update_task, change(**{field: 99})).refused(
        InvalidValue, pointer=f"/{field}"
    )


THREE = [task_created(task_id, number=task_id) for task_id in (1, 2, 3)]


def test_a_task_waits_for_tasks_of_its_project_each_once():
    given(TEAM, THREE).when(decide.update_task, change(3, depends_on=(2, 1, 2))).then(
        changed(3, depends_on=((), (2, 1)))
    )
    for wrong in ((99,), (1, 99)):
        given(TEAM, THREE).when(decide.update_task, change(3, depends_on=wrong)).refused(
            InvalidValue, pointer="/depends_on"
        )


def test_a_task_never_waits_for_itself_however_indirectly():
    given(TEAM, THREE).when(decide.update_task, change(1, depends_on=(1,))).refused(InvalidValue, pointer="/depends_on")
    given(TEAM, THREE).when(decide.update_task, change(1, depends_on=(3,)), reached={2, 1}).refused(
        InvalidValue, pointer="/depends_on"
    )


def test_a_task_in_the_trash_is_not_waited_for_anew_but_stays_where_it_was():
    waiting = task_created(3, number=3, depends_on=(1,))
    history = given(TEAM, THREE[:2], waiting, TaskDeleted(task_id=1))

    history.when(decide.update_task, change(2, depends_on=(1,))).refused(InvalidValue, pointer="/depends_on")
    history.when(decide.update_task, change(3, depends_on=(1, 2))).then(changed(3, depends_on=((1,), (1, 2))))


def test_a_task_is_blocked_by_what_is_neither_done_nor_in_the_trash():
    last = task_created(4, number=4, depends_on=(3, 2, 1))
    project = state(*TEAM, *THREE, last, TaskCompleted(task_id=1, was="todo", impact=0), TaskDeleted(task_id=2))

    assert (3,) == project.blocked_by(project.tasks[4])
