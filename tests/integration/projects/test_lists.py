"""Lists: what is in them, in which order, how many, and in how many statements."""

from datetime import date

import pytest
from sqlalchemy import select, text

from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.queries import lists


def names(page):
    return [project["name"] for project in page["results"]]


def titles(page):
    return [task["title"] for task in page["results"]]


@pytest.fixture
def three(world, ann):
    world.project(ann, name="b 100%", status="active", priority="low", end_date=date(2026, 3, 1))
    world.project(ann, name="a_c", status="planning", priority="urgent", description="Moon")
    world.project(ann, name="C", status="cancelled", priority="high", end_date=date(2026, 2, 1))


ORDERED = {
    "-created_at": ["C", "a_c", "b 100%"],
    "created_at": ["b 100%", "a_c", "C"],
    "id": ["b 100%", "a_c", "C"],
    "-id": ["C", "a_c", "b 100%"],
    "-updated_at": ["C", "a_c", "b 100%"],
    "priority": ["b 100%", "C", "a_c"],
    "-priority": ["a_c", "C", "b 100%"],
    "status": ["a_c", "b 100%", "C"],
    "end_date": ["C", "b 100%", "a_c"],
    "-end_date": ["b 100%", "C", "a_c"],
    "-progress": ["C", "a_c", "b 100%"],
}


def test_projects_come_in_the_order_asked_for(world, ann, three):
    assert ORDERED == {one: names(world.ask("list_projects", ann, ordering=one)) for one in ORDERED}


FILTERED = {
    "a percent sign means itself": ({"search": "100%"}, ["b 100%"]),
    "an underscore means itself": ({"search": "_"}, ["a_c"]),
    "descriptions whatever the case": ({"search": "mOOn"}, ["a_c"]),
    "a backslash means itself": ({"search": "\\"}, []),
    "status": ({"status": "active"}, ["b 100%"]),
    "priority": ({"priority": "high"}, ["C"]),
    "role": ({"role": "owner"}, ["C", "a_c", "b 100%"]),
    "another role": ({"role": "viewer"}, []),
    "all of it together": ({"status": "active", "search": "C"}, []),
}


def test_projects_are_filtered_and_counted(world, ann, three):
    for name, (filters, expected) in FILTERED.items():
        page = world.ask("list_projects", ann, **filters)
        assert (name, expected, len(expected)) == (name, names(page), page["count"])


def test_projects_come_in_pages(world, ann, three):
    pages = [world.ask("list_projects", ann, page=page, page_size=2) for page in (1, 2, 3)]

    assert [names(page) for page in pages] == [["C", "a_c"], ["b 100%"], []]
    assert {3} == {page["count"] for page in pages}


def test_everybody_lists_his_own_projects_and_superusers_all_when_they_say_so(world, ann, bob):
    mine = world.project(ann, (bob, "viewer"))
    root = world.somebody("root", superuser=True)

    assert [("viewer", mine)] == [(one["role"], one["id"]) for one in world.ask("list_projects", bob)["results"]]
    assert world.ask("list_projects", root)["count"] == 0
    assert mine in [one["id"] for one in world.ask("list_projects", root, all=True, ordering="-id")["results"]]
    assert world.ask("list_projects", bob, all=True)["count"] == 1
    assert world.ask("read_project", root, mine)["role"] == "owner"


@pytest.fixture
def tasks(world, ann, bob):
    project = world.project(ann, (bob, "contributor"))
    world.task(ann, project, title="Design", priority="high", due_date=date(2026, 2, 1), impact=5, status="done")
    world.task(ann, project, title="Build 50%", priority="low", due_date=date(2026, 3, 1), assignees=(bob.user_id,))
    gone = world.task(ann, project, title="Gone", assignees=(bob.user_id,))
    world.task(bob, project, title="Alpha", description="50% of it", status="review", impact=3)
    world.do("delete_task", ann, task_id=gone["id"])
    return project


TASKS = {
    "all": ({}, ["Design", "Build 50%", "Alpha"]),
    "status": ({"status": ["done"]}, ["Design"]),
    "one of two statuses": ({"status": ["done", "review"]}, ["Design", "Alpha"]),
    "priority": ({"priority": ["medium"]}, ["Alpha"]),
    "title and description": ({"search": "50%"}, ["Build 50%", "Alpha"]),
    "due before": ({"due_before": date(2026, 3, 1)}, ["Design"]),
    "due after": ({"due_after": date(2026, 2, 1)}, ["Build 50%"]),
    "newest number first": ({"ordering": "-number"}, ["Alpha", "Build 50%", "Design"]),
    "by title": ({"ordering": "title"}, ["Alpha", "Build 50%", "Design"]),
    "by impact": ({"ordering": "-impact"}, ["Design", "Alpha", "Build 50%"]),
    "by priority": ({"ordering": "-priority"}, ["Design", "Alpha", "Build 50%"]),
    "by status": ({"ordering": "status"}, ["Build 50%", "Alpha", "Design"]),
    "without a date last": ({"ordering": "-due_date"}, ["Build 50%", "Design", "Alpha"]),
}


def test_tasks_are_filtered_ordered_and_counted(world, ann, tasks):
    for scope in ({"project": tasks}, {}):
        for name, (filters, expected) in TASKS.items():
            page = world.ask("list_tasks", ann, **scope, **filters)
            assert (name, expected, len(expected)) == (name, titles(page), page["count"]), scope


def test_tasks_of_one_person(world, ann, bob, tasks):
    assert titles(world.ask("list_tasks", ann, assignee=[bob.user_id])) == ["Build 50%"]


def test_other_people_s_tasks_are_not_listed(world, ann, eve, tasks):
    assert world.ask("list_tasks", eve) == {"count": 0, "results": [], "cursor": None}
    with pytest.raises(ProjectNotFound):
        world.ask("list_tasks", eve, project=tasks)


def test_a_superuser_may_list_one_project_s_tasks(world, tasks):
    root = world.somebody("root", superuser=True)

    assert world.ask("list_tasks", root, project=tasks)["count"] == 3
    assert world.ask("list_tasks", root)["count"] == 0


@pytest.mark.parametrize("verb", ["list_projects", "list_tasks"])
def test_a_longer_list_takes_no_more_statements(world, ann, bob, verb):
    def fill(times):
        for _ in range(times):
            project = world.project(ann, (bob, "member"))
            world.task(ann, project, assignees=(ann.user_id, bob.user_id))

    def statements():
        with world.statements() as sent:
            found = world.ask(verb, ann, page_size=200)
        return len(sent.texts), len(found["results"])

    fill(1)
    (few, short), _ = statements(), fill(7)
    many, long = statements()

    assert (short, long) == (1, 8)
    assert few == many <= 4


def test_a_larger_project_takes_no_more_statements_to_read(world, ann, bob, eve):
    project = world.project(ann)

    def statements():
        with world.statements() as sent:
            world.ask("read_project", ann, project)
        return len(sent.texts)

    few = statements()
    for person in (bob, eve):
        world.do("add_member", ann, project_id=project, user_id=person.user_id, role="member")
        world.task(ann, project, assignees=(person.user_id,))

    assert few == statements() == 1


def test_beyond_a_thousand_filtered_rows_are_not_counted(world, ann):
    with world.uow.reading() as connection:
        row = text("generate_series(1, 1001) AS n")
        assert lists.count_up_to(connection, select(text("n")).select_from(row)) is None
        assert lists.count_up_to(connection, select(text("n")).select_from(row).where(text("n > 1"))) == 1_000
