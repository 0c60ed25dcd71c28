"""Commands on a real store: the answer, the events, the rows, and the same again."""

from datetime import date
from decimal import Decimal

import pytest

from synergy_chassis.clock import new_id
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import (
    InvalidValue,
    NotAllowed,
    PreconditionFailed,
    ProjectNotFound,
    TaskNotFound,
    UnknownActor,
)


def test_a_new_project_belongs_to_who_made_it(world, ann):
    dates = {"start_date": date(2026, 1, 1), "end_date": date(2026, 2, 1)}
    view = world.do("create_project", ann, name="Apollo", budget=Decimal("12.5"), **dates)

    me = {"id": ann.user_id, "username": f"ann-{ann.user_id}", "full_name": "Ann Body"}
    assert view == {
        "id": view["id"],
        "name": "Apollo",
        "description": "",
        "status": "planning",
        "priority": "medium",
        "start_date": date(2026, 1, 1),
        "end_date": date(2026, 2, 1),
        "budget": Decimal("12.50"),
        "owner": me,
        "team_members": [{"user": me, "role": "owner"}],
        "role": "owner",
        "progress": 0,
        "task_count": 0,
        "completed_task_count": 0,
        "version": 1,
        "revision": 1,
        "archived": False,
        "created_at": world.clock.now(),
        "updated_at": world.clock.now(),
    }
    assert view == world.ask("read_project", ann, view["id"])


def test_an_account_that_is_gone_starts_nothing(world):
    with pytest.raises(UnknownActor):
        world.do("create_project", Actor(user_id=10**12), name="Apollo")


def test_a_task_answers_what_a_reader_then_sees(world, ann, bob):
    project = world.project(ann, (bob, "contributor"))

    view = world.task(bob, project, impact=1250, actual_hours=150, assignees=(bob.user_id,), status="done")

    assert view == world.ask("read_task", ann, view["id"])
    assert (view["impact"], view["actual_hours"], view["number"], view["status"]) == (12.5, 1.5, 1, "done")
    assert [f"bob-{bob.user_id}"] == [person["username"] for person in view["assignees"]]
    assert view["completed_at"] == world.clock.now()
    assert world.events(project)[2:] == ["task.created", "task.completed", "project.progress_changed"]


def test_progress_is_fifty_when_half_the_impact_is_done(world, ann):
    project = world.project(ann)
    first, *_ = [world.task(ann, project, impact=impact)["id"] for impact in (5000, 3000, 2000)]

    world.do("update_task", ann, task_id=first, changes={"status": "done"})

    assert world.ask("read_progress", ann, project) == {
        "project": project,
        "progress": 50,
        "impact_done": 50.0,
        "impact_total": 100.0,
        "completed_task_count": 1,
        "task_count": 3,
        "version": 6,
    }


def test_a_change_of_nothing_appends_nothing_and_answers_the_present(world, ann):
    project = world.project(ann)
    before = world.ask("read_project", ann, project)

    view = world.do("update_project", ann, project_id=project, changes={"name": "Apollo"})

    assert before == view
    assert world.events(project) == ["project.created"]


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        pytest.param("update_project", {"project_id": None, "changes": {"name": "Artemis"}}, id="update_project"),
        pytest.param("create_task", {"project_id": None, "title": "Ship", "impact": 7}, id="create_task"),
    ],
)
def test_the_same_command_again_has_one_effect_and_the_same_answer(world, ann, verb, fields):
    project = world.project(ann)
    fields = fields | {"project_id": project}
    command_id = new_id()

    first = world.do(verb, ann, command_id=command_id, **fields)
    events = world.events(project)
    world.do("update_project", ann, project_id=project, changes={"name": "Later"})
    if "number" in first:
        world.do("update_task", ann, task_id=first["id"], changes={"title": "Later"})
    after = world.events(project)
    again = world.do(verb, ann, command_id=command_id, **fields)

    assert first == again
    assert after == world.events(project)
    assert events == after[: len(events)]


def test_a_project_is_created_once_however_often_the_command_comes(world, ann):
    command_id = new_id()

    first = world.do("create_project", ann, command_id=command_id, name="Apollo")
    again = world.do("create_project", ann, command_id=command_id, name="Apollo")

    assert first == again
    assert world.ask("list_projects", ann)["count"] == 1


def test_a_deleted_task_again_deleted_by_the_same_command_is_no_error(world, ann):
    task = world.task(ann, world.project(ann))
    command_id = new_id()

    world.do("delete_task", ann, command_id=command_id, task_id=task["id"])
    world.do("delete_task", ann, command_id=command_id, task_id=task["id"])

    with pytest.raises(TaskNotFound):
        world.do("delete_task", ann, task_id=task["id"])


def test_a_refused_command_writes_nothing(world, ann, bob):
    project = world.project(ann, (bob, "viewer"))
    before = world.events(project)

    with pytest.raises(NotAllowed):
        world.do("delete_project", bob, project_id=project)
    with pytest.raises(InvalidValue):
        world.task(ann, project, assignees=(10**12,))

    assert before == world.events(project)


def test_a_deleted_project_and_its_tasks_are_gone_for_everybody(world, ann):
    project = world.project(ann)
    task = world.task(ann, project)["id"]
    root = world.somebody("root", superuser=True)

    world.do("delete_project", ann, project_id=project)

    for actor in (ann, root):
        with pytest.raises(ProjectNotFound):
            world.ask("read_project", actor, project)
        with pytest.raises(TaskNotFound):
            world.ask("read_task", actor, task)
        with pytest.raises(TaskNotFound):
            world.do("update_task", actor, task_id=task, changes={"title": "x"})
        with pytest.raises(ProjectNotFound):
            world.task(actor, project)
    assert world.ask("list_projects", ann) == {"count": 0, "results": []}
    assert world.ask("list_tasks", ann) == {"count": 0, "results": [], "cursor": None}


def test_unknown_ids_are_not_found(world, ann):
    with pytest.raises(ProjectNotFound):
        world.do("update_project", ann, project_id=2**53 - 1, changes={"name": "x"})
    with pytest.raises(ProjectNotFound):
        world.task(ann, 2**53 - 1)
    with pytest.raises(TaskNotFound):
        world.do("update_task", ann, task_id=2**53 - 1, changes={"title": "x"})


def test_the_largest_texts_fit(world, ann):
    project = world.project(ann, description="x" * 50_000, name="ß" * 200)

    assert world.ask("read_project", ann, project)["description"] == "x" * 50_000
    assert world.task(ann, project, description="😀" * 50_000)["description"] == "😀" * 50_000


def test_of_two_who_have_seen_the_same_the_second_changes_nothing(world, ann, bob):
    project = world.project(ann, (bob, "contributor"))
    task = world.task(ann, project)
    seen = {"task_id": task["id"], "if_match": (task["revision"],)}

    first = world.do("update_task", ann, changes={"title": "First"}, **seen)
    world.do("update_project", ann, project_id=project, changes={"name": "Artemis"})
    with pytest.raises(PreconditionFailed):
        world.do("update_task", bob, changes={"title": "Second"}, **seen)

    now = world.ask("read_task", bob, task["id"])
    assert ("First", first["revision"]) == (now["title"], now["revision"])
    assert now["revision"] > task["revision"]
    world.do("update_task", bob, task_id=task["id"], changes={"title": "Third"}, if_match=(now["revision"],))
    assert 2 < world.ask("read_project", ann, project)["revision"] < now["revision"] + 3
