"""What commands tell that they touched, and answers that they were made of: also when a command is seen again."""

from typing import Any
from uuid import UUID

import pytest
from integration.projects.steps import World

from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext
from synergy_projects import handlers, queries
from synergy_projects.domain import commands
from synergy_projects.domain.commands import Actor


def touched(world: World, verb: str, actor: Actor, command_id: UUID | None = None, **fields: Any) -> dict[str, Any]:
    """What the command tells that it touched."""
    kind = getattr(commands, "".join(part.title() for part in verb.split("_")))
    context = CommandContext(command_id=command_id or new_id(), actor_id=actor.user_id, request_id=None)
    getattr(handlers, verb)(kind(actor=actor, **fields), context=context, desk=world.desk)
    return context.reached


def made_of(world: World, question: str, key: int) -> dict[str, Any]:
    """What an answer was made of, but for names."""
    with world.uow.reading() as connection:
        versions = getattr(queries, question)(connection, key)
    return {name: version for name, version in versions.items() if name != "people"}


def test_each_command_tells_the_version_after_it_and_an_answer_the_same(world: World):
    ann, bob = world.somebody("ann"), world.somebody("bob")
    project = world.project(ann)
    task = world.task(ann, project)["id"]
    name = f"project-{project}"
    steps = [
        ("update_project", {"project_id": project, "changes": {"name": "Gemini"}}),
        ("create_task", {"project_id": project, "title": "Build"}),
        ("update_task", {"task_id": task, "changes": {"status": "done", "title": "Built"}}),
        ("delete_task", {"task_id": task}),
        ("invite_member", {"project_id": project, "role": "member"}),
        ("add_member", {"project_id": project, "user_id": bob.user_id}),
        ("change_member_role", {"project_id": project, "user_id": bob.user_id, "role": "manager"}),
        ("remove_member", {"project_id": project, "user_id": bob.user_id}),
        ("delete_project", {"project_id": project}),
    ]
    for verb, fields in steps:
        before = made_of(world, "of_project", project)[name]
        reached = touched(world, verb, ann, **fields)
        after = made_of(world, "of_project", project)

        assert after[name] == reached[name] > before, verb
        assert {name: after[name], f"user-{ann.user_id}": None} == made_of(world, "of_memberships", ann.user_id)
        joined = {f"user-{bob.user_id}"} if verb == "add_member" else set()
        assert joined == reached.keys() - {name}, verb


def test_what_changes_nothing_tells_the_version_there_is(world: World):
    ann = world.somebody("ann")
    project = world.project(ann, name="Apollo")

    reached = touched(world, "update_project", ann, project_id=project, changes={"name": "Apollo"})

    assert made_of(world, "of_project", project) == reached


def test_a_command_that_is_seen_again_tells_at_least_what_it_touched(world: World):
    ann, bob = world.somebody("ann"), world.somebody("bob")
    ids = [new_id() for _ in range(3)]
    started = [touched(world, "create_project", ann, ids[0], name="Apollo") for _ in range(2)]
    name = next(name for name in started[0] if name.startswith("project-"))
    project = int(name.removeprefix("project-"))
    let_in = [touched(world, "add_member", ann, ids[1], project_id=project, user_id=bob.user_id) for _ in range(2)]
    world.task(ann, project)
    made = [touched(world, "create_task", ann, ids[2], project_id=project, title="Build") for _ in range(2)]

    assert {name: 1, f"user-{ann.user_id}": None} == started[0]
    for first, again in (started, let_in, made):
        assert first.keys() <= again.keys()
        assert all(again[key] is None or again[key] >= version for key, version in first.items() if version)
    assert f"user-{bob.user_id}" in let_in[0]


def test_whoever_accepts_an_invitation_has_another_list_also_where_they_were_in_already(world: World):
    ann, bob = world.somebody("ann"), world.somebody("bob")
    project = world.project(ann, name="Apollo")
    for _ in range(2):
        reached = touched(world, "accept_invitation", bob, project_id=project, role="member", invited_by=ann)

        assert {f"project-{project}", f"user-{bob.user_id}"} == set(reached)


def test_a_refused_command_tells_nothing(world: World):
    ann, eve = world.somebody("ann"), world.somebody("eve")
    project = world.project(ann)
    context = CommandContext(command_id=new_id(), actor_id=eve.user_id, request_id=None)
    with pytest.raises(handlers.desk.ProjectNotFound):
        handlers.delete_project(commands.DeleteProject(actor=eve, project_id=project), context=context, desk=world.desk)

    assert {} == context.reached


def test_whoever_is_in_nothing_has_an_answer_of_that(world: World):
    eve = world.somebody("eve")

    assert {f"user-{eve.user_id}": None} == made_of(world, "of_memberships", eve.user_id)


def test_whoever_is_in_too_much_has_answers_that_nobody_keeps(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(queries.versions, "MOST_PROJECTS", 2)
    ann = world.somebody("ann")
    for number in range(3):
        assert (number < 3) == bool(made_of(world, "of_memberships", ann.user_id))
        world.project(ann)

    assert {} == made_of(world, "of_memberships", ann.user_id)
