"""Commands taken back on a real store."""

import pytest
from sqlalchemy import text

from synergy_chassis.clock import new_id
from synergy_chassis.codec import encode
from synergy_chassis.store.rebuild import rebuild
from synergy_contracts.projects import Undone
from synergy_projects.domain.errors import (
    AccountLeaving,
    CannotUndo,
    NotAllowed,
    ProjectNotFound,
    VersionNotFound,
)
from synergy_projects.projections import ProjectModel


def test_all_of_a_command_is_taken_back_once(world, ann, bob, eve, projects_engine):
    project = world.project(ann, (bob, "contributor"))
    tasks = [world.task(ann, project, impact=1000, assignees=(bob.user_id,))["id"] for _ in range(3)]
    world.do("update_task", bob, task_id=tasks[0], changes={"status": "done", "title": "Ship"})
    before = world.ask("read_project", ann, project), world.ask("list_tasks", ann, project=project)
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)
    left = world.ask("read_project", ann, project)["version"]

    with pytest.raises(ProjectNotFound):
        world.do("undo", eve, project_id=project, version=left)
    command = new_id()
    for version in (left, left):  # also the same command again
        told = world.do("undo", ann, project_id=project, version=version, command_id=command)
        assert encode(Undone, told)
        assert [left - 3, left - 2, left - 1, left] == told["undone"]
        assert left + 4 == told["version"] == world.ask("read_project", ann, project)["version"]
    after = world.ask("read_project", ann, project), world.ask("list_tasks", ann, project=project)
    for was, now in zip(before, after, strict=True):
        assert was.keys() == now.keys()
    assert before[0]["team_members"] == after[0]["team_members"]
    assert [task["assignees"] for task in before[1]["results"]] == [task["assignees"] for task in after[1]["results"]]
    assert rebuild(projects_engine, ProjectModel(), check=True, stream=f"project-{project}").ok
    with pytest.raises(CannotUndo, match="is a member of this project already"):
        world.do("undo", ann, project_id=project, version=left)
    assert left == world.do("undo", ann, project_id=project, version=told["version"])["undone"][0] - 1


def test_what_cannot_be_is_refused_and_changes_nothing(world, ann, bob):
    project = world.project(ann, (bob, "member"), name="Apollo")
    world.do("update_project", ann, project_id=project, changes={"name": "Artemis"})
    for actor, version, error in (
        (ann, 1, CannotUndo), (ann, 99, VersionNotFound), (bob, 3, NotAllowed),
    ):  # fmt: skip
        with pytest.raises(error):
            world.do("undo", actor, project_id=project, version=version)
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM people WHERE id = :id"), {"id": bob.user_id})
    gone = world.people.known.pop(bob.user_id)
    with pytest.raises(CannotUndo, match="has no account any more"):
        world.do("undo", ann, project_id=project, version=4)
    world.people.known[gone.id] = gone
    assert 4 == world.ask("read_project", ann, project)["version"]


def test_nobody_who_leaves_is_given_a_project_back(world, ann, bob):
    project = world.project(ann, (bob, "viewer"))
    world.do("transfer_project", ann, project_id=project, user_id=bob.user_id)
    world.do("prepare_leaving", ann)
    with pytest.raises(AccountLeaving):
        world.do("undo", bob, project_id=project, version=3)
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM leaving"))

    world.do("undo", bob, project_id=project, version=3)
    assert [(ann.user_id, "owner"), (bob.user_id, "viewer")] == [
        (member["user"]["id"], member["role"]) for member in world.ask("read_project", ann, project)["team_members"]
    ]
