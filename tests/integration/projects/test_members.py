"""People join and leave real projects."""

import pytest

from synergy_projects.domain.errors import InvalidValue, NotAllowed, ProjectNotFound


def test_somebody_is_let_in_by_id_or_by_name(world, ann, bob, eve):
    project = world.project(ann)

    first = world.do("add_member", ann, project_id=project, user_id=bob.user_id)
    second = world.do("add_member", ann, project_id=project, username=f"eve-{eve.user_id}", role="viewer")

    assert first == {
        "user": {"id": bob.user_id, "username": f"bob-{bob.user_id}", "full_name": "Bob Body"},
        "role": "member",
    }
    assert second["user"]["id"] == eve.user_id
    assert [ann.user_id, bob.user_id, eve.user_id] == [
        member["user"]["id"] for member in world.ask("list_members", ann, project)["results"]
    ]
    assert world.ask("read_project", eve, project)["role"] == "viewer"


@pytest.mark.parametrize(
    ("who", "pointer"),
    [
        pytest.param({"user_id": 10**12}, "/user_id", id="nobody_has_the_id"),
        pytest.param({"username": "nobody"}, "/username", id="nobody_has_the_name"),
        pytest.param({}, "/user_id", id="nobody_named"),
        pytest.param({"user_id": 1, "username": "x"}, "/user_id", id="named_twice"),
    ],
)
def test_who_does_not_exist_cannot_join(world, ann, who, pointer):
    project = world.project(ann)

    with pytest.raises(InvalidValue) as no:
        world.do("add_member", ann, project_id=project, **who)

    assert pointer == no.value.pointer


def test_outsiders_and_plain_members_cannot_ask_who_exists(world, ann, bob, eve):
    project = world.project(ann, (bob, "member"))
    world.people.asked.clear()

    with pytest.raises(ProjectNotFound):
        world.do("add_member", eve, project_id=project, username="nobody")
    with pytest.raises(NotAllowed):
        world.do("add_member", bob, project_id=project, username="nobody")

    assert world.people.asked == []


def test_a_name_once_known_is_not_asked_for_again(world, ann):
    world.project(ann)
    world.people.asked.clear()

    world.project(ann)

    assert world.people.asked == []


def test_another_role_gives_other_rights_at_once(world, ann, bob):
    project = world.project(ann, (bob, "viewer"))

    view = world.do("change_member_role", ann, project_id=project, user_id=bob.user_id, role="manager")

    assert view["role"] == "manager"
    assert world.do("update_project", bob, project_id=project, changes={"name": "Artemis"})["role"] == "manager"


def test_who_leaves_sees_nothing_and_is_on_no_task(world, ann, bob, eve):
    project = world.project(ann, (bob, "contributor"), (eve, "contributor"))
    both = (bob.user_id, eve.user_id)
    tasks = [world.task(ann, project, assignees=both)["id"] for _ in range(3)]
    world.do("delete_task", ann, task_id=tasks[2])

    world.do("remove_member", bob, project_id=project, user_id=bob.user_id)

    with pytest.raises(ProjectNotFound):
        world.ask("read_project", bob, project)
    listed = world.ask("list_tasks", ann, project=project)["results"]
    assert [[eve.user_id]] * 2 == [[person["id"] for person in task["assignees"]] for task in listed]
    assert world.events(project)[-3:] == ["task.updated", "task.updated", "member.removed"]


def test_members_come_in_pages(world, ann, bob, eve):
    project = world.project(ann, (bob, "member"), (eve, "member"))

    page = world.ask("list_members", ann, project, page=2, page_size=2)

    assert page["count"] == 3
    assert [eve.user_id] == [member["user"]["id"] for member in page["results"]]
