"""The feed in words on a real store: who reads what, in which order, in how many statements."""

import pytest

from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.projections import CODEC
from synergy_projects.queries import Activities

ASKED = {"project": None, "types": None, "cursor": None, "page_size": 50, "by": None}


def read(world, actor, **asked):
    with world.uow.reading() as connection:
        return Activities(CODEC).list_activity(connection, actor, **ASKED | asked)["results"]


def texts(page):
    return [one["text"] for one in page]


@pytest.fixture
def project(world, ann, bob):
    return world.project(ann, (bob, "contributor"), name="Apollo")


def test_it_says_what_happened_newest_first_with_the_names_of_today(world, ann, bob, project):
    ann_s, bob_s = (world.people.known[one.user_id] for one in (ann, bob))
    task = world.task(bob, project, title="Build")["id"]
    world.do("create_comment", ann, task_id=task, content=f"@{bob_s.username}, look")
    world.do("update_task", ann, task_id=task, changes={"title": "Ship", "assignees": (bob.user_id,)})
    sprint = world.do("create_sprint", ann, project_id=project, name="First")["id"]
    world.do("update_task", bob, task_id=task, changes={"sprint": sprint})
    page = read(world, ann)

    assert [
        f"{bob_s.full_name} changed the sprint from none to “First” of #1 “Ship”",
        f"{ann_s.full_name} planned the sprint “First”",
        f"{ann_s.full_name} changed the title from “Build” to “Ship” and the assignees from none to "
        f"{bob_s.full_name} of #1 “Ship”",
        f"{ann_s.full_name} commented on #1 “Ship”: “@{bob_s.username}, look”",
        f"{bob_s.full_name} created #1 “Ship”",
        f"{bob_s.full_name} joined as contributor",
        f"{ann_s.full_name} started the project “Apollo”",
    ] == texts(page)
    changed = page[2]
    assert ({"id": task, "number": 1, "title": "Ship"}, {"id": project, "name": "Apollo"}) == (
        changed["task"], changed["project"],
    )  # fmt: skip
    assert {"from": "Build", "to": "Ship"} == changed["changes"]["title"]
    assert ann.user_id == changed["actor"]["id"]
    assert sorted((one["position"] for one in page), reverse=True) == [one["position"] for one in page]


def test_pages_and_filters_over_several_projects_leave_nothing_out(world, ann, bob, project):
    other = world.project(ann, name="Artemis")
    for number in range(3):
        for one in (project, other):
            world.task(ann, one, title=f"Task {number}")
    whole = read(world, ann)
    pages, cursor = [], None
    while page := read(world, ann, cursor=cursor, page_size=2):
        pages += page
        cursor = page[-1]["position"]

    assert whole == pages
    assert 9 == len(whole)
    assert {project} == {one["project"]["id"] for one in read(world, ann, project=project)}
    assert ["member.added"] == [one["type"] for one in read(world, ann, types=["member.*", "sprint.started"])]
    assert [] == read(world, ann, by=bob.user_id)
    world.task(bob, project)
    assert ["task.created"] == [one["type"] for one in read(world, ann, by=bob.user_id)]


def test_only_members_of_today_read_it(world, ann, bob, eve, project):
    assert [] == read(world, eve)
    with pytest.raises(ProjectNotFound):
        read(world, eve, project=project)
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)
    assert [] == read(world, bob)
    assert read(world, world.somebody(superuser=True), project=project)


def test_it_takes_the_same_number_of_statements_however_much_happened(world, ann, project):
    def counted():
        with world.statements() as statements:
            read(world, ann)
        return len(statements.texts)

    few = counted()
    for number in range(5):
        task = world.task(ann, project, title=f"Task {number}", assignees=(ann.user_id,))["id"]
        world.do("create_comment", ann, task_id=task, content="Hi")
        world.do("log_time", ann, task_id=task, minutes=5)

    assert few == counted() == 5
