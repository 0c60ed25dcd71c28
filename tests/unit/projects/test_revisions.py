"""If-Match: who has seen what is not any more changes nothing."""

import pytest
from unit.projects.given import CONTRIBUTOR, OWNER, START, VIEWER, created, task_created

from synergy_projects.domain import decide
from synergy_projects.domain.commands import DeleteProject, DeleteTask, PurgeProject, UpdateProject, UpdateTask
from synergy_projects.domain.errors import NotAllowed, PreconditionFailed
from synergy_projects.domain.events import (
    MemberAdded,
    ProgressChanged,
    ProjectCompleted,
    ProjectUpdated,
    TaskCompleted,
    TaskReopened,
    TaskUpdated,
)
from synergy_projects.domain.project import Project, fold

RENAMED = ProjectUpdated(changes={"name": "Artemis"}, before={"name": "Apollo"})
PROGRESS = ProgressChanged(was=0, progress=1, impact_done=0, impact_total=0, completed_task_count=0, task_count=1)
RANKED = TaskUpdated(task_id=9, changes={"rank": "b"}, before={"rank": "a"})
RETITLED = TaskUpdated(task_id=9, changes={"title": "New"}, before={"title": "Old"})


def after(*events) -> Project:
    project = fold((event, version, START) for version, event in enumerate((created(), *events), 1))
    assert project is not None
    return project


@pytest.mark.parametrize(
    ("events", "revision"),
    [
        pytest.param([], 1, id="as_it_was_made"),
        pytest.param([RENAMED], 2, id="a_field_was_written"),
        pytest.param([RENAMED, task_created(), PROGRESS], 2, id="its_tasks_are_not_itself"),
        pytest.param([MemberAdded(user_id=2, role="manager")], 1, id="nor_are_its_members"),
        pytest.param([task_created(), ProjectCompleted(was="active")], 3, id="its_status_is_a_field"),
    ],
)
def test_a_projects_revision_is_that_of_the_last_event_that_wrote_a_field_of_its_own(events, revision):
    assert revision == after(*events).revision


@pytest.mark.parametrize(
    ("events", "revision"),
    [
        pytest.param([], 2, id="as_it_was_made"),
        pytest.param([RETITLED, RENAMED], 3, id="a_field_was_written"),
        pytest.param([task_created(8), PROGRESS], 2, id="other_tasks_are_not_this_one"),
        pytest.param([RANKED], 2, id="where_it_is_put_is_written_by_nobody"),
        pytest.param([TaskCompleted(task_id=9, was="todo", impact=0)], 3, id="its_status_is_a_field"),
        pytest.param(
            [TaskCompleted(task_id=9, was="todo", impact=0), TaskReopened(task_id=9, status="todo", impact=0)], 4,
            id="and_again",
        ),
    ],
)  # fmt: skip
def test_so_is_a_tasks(events, revision):
    assert revision == after(task_created(), *events).tasks[9].revision


DECISIONS = [
    pytest.param(decide.update_project, UpdateProject, {"changes": {"name": "New"}}, 1, id="update_project"),
    pytest.param(decide.delete_project, DeleteProject, {}, 1, id="delete_project"),
    pytest.param(decide.purge_project, PurgeProject, {}, 1, id="purge_project"),
    pytest.param(decide.update_task, UpdateTask, {"changes": {"title": "New"}}, 2, id="update_task"),
    pytest.param(decide.delete_task, DeleteTask, {}, 2, id="delete_task"),
]


@pytest.mark.parametrize(("decision", "command", "fields", "revision"), DECISIONS)
def test_it_is_changed_only_while_it_is_what_was_seen(decision, command, fields, revision):
    def decided(if_match, actor=OWNER):
        project = after(task_created(), MemberAdded(user_id=VIEWER.user_id, role="viewer"))
        named = {"task_id": 9} if "task_id" in command.__dataclass_fields__ else {"project_id": project.id}
        return decision(project, command(actor=actor, if_match=if_match, **named, **fields))

    assert decided((revision,)) == decided(None) == decided((99, revision)) != []
    for seen in ((revision + 1,), ()):
        with pytest.raises(PreconditionFailed):
            decided(seen)
    with pytest.raises(NotAllowed):  # who may not is told that first
        decided((), VIEWER)


def test_whoever_made_a_task_is_no_exception():
    project = after(MemberAdded(user_id=CONTRIBUTOR.user_id, role="contributor"), task_created())

    with pytest.raises(PreconditionFailed):
        decide.delete_task(project, DeleteTask(actor=CONTRIBUTOR, task_id=9, if_match=(2,)))
