"""Projects in the trash and in the archive, purged, and handed over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from synergy_chassis.clock import new_id
from synergy_chassis.codec import encode
from synergy_chassis.store.rebuild import rebuild
from synergy_contracts.envelope import Page
from synergy_contracts.trash import Trashed
from synergy_projects.domain.errors import (
    AccountLeaving,
    DomainError,
    InvalidValue,
    NotAllowed,
    ProjectArchived,
    ProjectNotFound,
    TaskNotFound,
    VersionNotFound,
)
from synergy_projects.projections import SHAPES, ProjectModel


def rows_of(world, project):
    """How many rows each table has of a project."""
    with world.engine.connect() as connection:
        return {
            name: connection.execute(
                text(f"SELECT count(*) FROM {name} WHERE {shape.key} = :id"), {"id": project}
            ).scalar_one()
            for name, shape in SHAPES.items()
        }


def test_what_is_in_the_trash_comes_back_as_it_was(world, ann, bob, eve):
    project = world.project(ann, (bob, "manager"))
    world.task(ann, project, impact=100, status="done")
    before = world.ask("read_project", ann, project)
    world.do("delete_project", ann, project_id=project)

    for actor, error in ((bob, NotAllowed), (eve, ProjectNotFound)):
        with pytest.raises(error):
            world.do("restore_project", actor, project_id=project)
    command = new_id()
    for _ in range(2):
        again = world.do("restore_project", ann, project_id=project, command_id=command)
        unset = {"version": None, "updated_at": None}
        assert before | unset == again | unset
    assert again["version"] == before["version"] + 2 == world.do("restore_project", ann, project_id=project)["version"]
    assert world.ask("list_projects", bob)["results"][0]["id"] == project


def test_the_trash_is_what_one_may_restore(world, ann, bob, eve):
    project = world.project(ann, (bob, "contributor"), (eve, "manager"), name="Apollo")
    gone = world.project(ann, (bob, "manager"), name="Gemini")
    anns, bobs, kept = (world.task(who, project, title=f"By {number}") for number, who in enumerate((ann, bob, ann)))
    world.do("delete_task", ann, task_id=anns["id"])
    world.do("delete_task", bob, task_id=bobs["id"])
    world.do("delete_project", ann, project_id=gone)

    def trash(actor, **wanted):
        found = world.ask("list_trash", actor, **wanted)
        assert encode(Page[Trashed], found)
        return found["count"], [(one["kind"], one["id"], one["project_name"]) for one in found["results"]]

    the_project, ann_s, bob_s = (
        ("project", gone, "Gemini"), ("task", anns["id"], "Apollo"), ("task", bobs["id"], "Apollo"),
    )  # fmt: skip
    assert (3, [the_project, bob_s, ann_s]) == trash(ann)
    assert (3, [bob_s]) == trash(ann, page=2, page_size=1)
    assert (1, [bob_s]) == trash(bob)
    assert (2, [bob_s, ann_s]) == trash(eve)
    root = world.somebody("root", superuser=True)
    assert (0, []) == trash(root)
    assert {the_project, bob_s, ann_s} <= set(trash(root, all=True, page_size=200)[1])
    first = world.ask("list_trash", ann)["results"][0]
    assert timedelta(days=30) == first["purged_at"] - first["trashed_at"]
    with world.statements() as many:
        world.ask("list_trash", ann)
    assert 2 == len(many.texts)
    world.do("archive_project", ann, project_id=project)
    assert (1, [the_project]) == trash(ann)
    assert kept["id"]


def test_an_archived_project_is_read_and_listed_apart_and_written_to_by_nobody(world, ann, bob):
    project = world.project(ann, (bob, "member"))
    task = world.task(ann, project)["id"]
    assert world.do("archive_project", ann, project_id=project)["archived"]
    assert world.do("archive_project", ann, project_id=project)["version"] == 4

    assert world.ask("read_project", bob, project)["archived"]
    assert 0 == world.ask("list_projects", bob)["count"]
    assert [project] == [one["id"] for one in world.ask("list_projects", bob, archived=True)["results"]]
    assert 1 == world.ask("list_tasks", bob, project=project)["count"]
    for actor, verb, fields in (
        (ann, "update_project", {"project_id": project, "changes": {"name": "x"}}),
        (ann, "delete_project", {"project_id": project}),
        (ann, "purge_project", {"project_id": project}),
        (ann, "transfer_project", {"project_id": project, "user_id": bob.user_id}),
        (ann, "remove_member", {"project_id": project, "user_id": bob.user_id}),
        (bob, "remove_member", {"project_id": project, "user_id": bob.user_id}),
        (bob, "accept_invitation", {"project_id": project, "role": "viewer", "invited_by": ann}),
        (bob, "update_task", {"task_id": task, "changes": {"status": "done"}}),
        (ann, "create_task", {"project_id": project, "title": "x"}),
    ):
        with pytest.raises(ProjectArchived):
            world.do(verb, actor, **fields)
    assert not world.do("unarchive_project", ann, project_id=project)["archived"]
    assert "done" == world.do("update_task", bob, task_id=task, changes={"status": "done"})["status"]


def test_what_is_purged_leaves_its_history_and_no_row(world, ann, bob, projects_engine):
    project = world.project(ann, (bob, "manager"))
    tasks = [world.task(ann, project, assignees=(bob.user_id,))["id"] for _ in range(3)]
    world.do("delete_task", ann, task_id=tasks[0])
    with pytest.raises(NotAllowed):
        world.do("purge_project", bob, project_id=project)
    command = new_id()
    for _ in range(2):
        world.do("purge_project", ann, project_id=project, command_id=command)

    assert set(rows_of(world, project).values()) == {0}
    assert ["project.deleted", "project.purged"] == world.events(project)[-2:]
    assert rebuild(projects_engine, ProjectModel(), check=True, stream=f"project-{project}").ok
    assert 0 == world.ask("list_trash", ann)["count"]
    for error, ask in (
        (ProjectNotFound, lambda: world.ask("read_project", ann, project)),
        (ProjectNotFound, lambda: world.ask("read_history", ann, project, after=0, page_size=5)),
        ((ProjectNotFound, VersionNotFound), lambda: world.then("project", ann, project, 2)),
        (ProjectNotFound, lambda: world.do("restore_project", ann, project_id=project)),
        (ProjectNotFound, lambda: world.do("purge_project", ann, project_id=project)),
        (ProjectNotFound, lambda: world.task(ann, project)),
        (TaskNotFound, lambda: world.ask("read_task", ann, tasks[1])),
    ):
        with pytest.raises(error):
            ask()
    rendered = world.renderer.render([event.position for event in world.log.stream(f"project-{project}")])
    assert "Apollo" == rendered[-1]["data"]["name"], "webhooks are still told"


def test_a_project_is_handed_to_a_member_who_stays(world, ann, bob, eve):
    project = world.project(ann, (bob, "viewer"))
    with pytest.raises(InvalidValue):
        world.do("transfer_project", ann, project_id=project, user_id=eve.user_id)
    world.do("prepare_leaving", bob)
    with pytest.raises(AccountLeaving):
        world.do("transfer_project", ann, project_id=project, user_id=bob.user_id)
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM leaving"))

    told = world.do("transfer_project", ann, project_id=project, user_id=bob.user_id)
    assert (bob.user_id, "manager") == (told["owner"]["id"], told["role"])
    assert [(bob.user_id, "owner"), (ann.user_id, "manager")] == [
        (member["user"]["id"], member["role"]) for member in told["team_members"]
    ]
    with pytest.raises(NotAllowed):
        world.do("transfer_project", ann, project_id=project, user_id=ann.user_id)
    del world.people.known[ann.user_id]
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM people WHERE id = :id"), {"id": ann.user_id})
    with pytest.raises(InvalidValue, match="no longer exists"):
        world.do("transfer_project", bob, project_id=project, user_id=ann.user_id)


@pytest.mark.parametrize("verb", ["transfer_project", "restore_project"])
def test_of_an_erasure_and_a_project_that_comes_to_whoever_leaves_one_is_refused(world, verb):
    def attempt(verb, actor, fields):
        try:
            world.do(verb, actor, **fields)
        except DomainError as no:
            return no.code
        return verb

    outcomes = set()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(6):
            ann, bob = world.somebody("ann"), world.somebody("bob")
            if verb == "transfer_project":
                project, leaver, fields = world.project(ann, (bob, "member")), bob, {"user_id": bob.user_id}
            else:
                project, leaver, fields = world.project(ann), ann, {}
                world.do("delete_project", ann, project_id=project)
            both = ((verb, ann, {"project_id": project} | fields), ("prepare_leaving", leaver, {}))
            outcomes.add(tuple(pool.map(lambda one: attempt(*one), both)))

    assert outcomes <= {(verb, "projects-owned"), ("account-leaving", "prepare_leaving")}
