"""Tasks on a real store: their order, the trash, their history, and many at once."""

from importlib import import_module

import pytest
from integration.projects.test_concurrency import at_once
from integration.projects.test_planning import folded, rows

from synergy_chassis.clock import new_id
from synergy_projects.domain.errors import InvalidValue, ProjectTrashed, TaskNotFound
from synergy_projects.projections.writing import MANY

ranks = import_module("synergy_projects.queries.ranks")
LONGEST = 8
"""A quarter of the real one, so that a quarter of the moves reaches it twice."""


@pytest.fixture
def project(world, ann, bob):
    return world.project(ann, (bob, "contributor"))


def in_order(world, ann, project):
    found = world.ask("list_tasks", ann, project=project, ordering="rank", page_size=200)["results"]
    return [task["title"] for task in found]


def test_tasks_are_put_before_and_after_others(world, ann, bob, project):
    a, b, c = (world.task(ann, project, title=title)["id"] for title in "abc")
    assert ["a", "b", "c"] == in_order(world, ann, project)

    told = world.do("rank_task", bob, task_id=c, before=a)
    assert told == world.ask("read_task", ann, c)
    world.do("rank_task", bob, task_id=a, after=b)
    assert ["c", "b", "a"] == in_order(world, ann, project)
    world.task(ann, project, title="d")
    assert ["c", "b", "a", "d"] == in_order(world, ann, project)
    stranger = world.task(ann, world.project(ann))["id"]
    with pytest.raises(InvalidValue):
        world.do("rank_task", bob, task_id=a, before=stranger)
    version = world.ask("read_project", ann, project)["version"]
    world.do("rank_task", bob, task_id=b, after=c)
    assert version == world.ask("read_project", ann, project)["version"], "it is there already"
    past = world.then("tasks", ann, project, version, ordering="rank")["results"]
    assert ["c", "b", "a", "d"] == [task["title"] for task in past]


def test_any_number_of_moves_to_one_place_leaves_ranks_short(world, ann, project, monkeypatch):
    monkeypatch.setattr(ranks, "LONGEST", LONGEST)
    ids = [world.task(ann, project, title=str(number))["id"] for number in range(5)]
    expected = list(ids)
    for turn in range(2 * 5 * LONGEST):
        moved = ids[1 + turn % 4]
        world.do("rank_task", ann, task_id=moved, after=ids[0])
        expected.remove(moved)
        expected.insert(1, moved)
    found = world.ask("list_tasks", ann, project=project, ordering="rank")["results"]

    assert expected == [task["id"] for task in found]
    assert max(len(task["rank"]) for task in found) <= LONGEST
    assert folded(world, project) == rows(world, project)


def test_a_task_comes_back_from_the_trash_but_not_into_a_project_that_is_there(world, ann, bob, project):
    sprint = world.do("create_sprint", ann, project_id=project, name="1")["id"]
    waited = world.task(ann, project)["id"]
    task = world.task(
        ann, project, impact=100, labels=("x",), sprint=sprint, assignees=(bob.user_id,), depends_on=(waited,)
    )
    world.do("delete_task", ann, task_id=task["id"])
    assert [("task", task["id"])] == [(one["kind"], one["id"]) for one in world.ask("list_trash", ann)["results"]]
    world.do("delete_sprint", ann, sprint_id=sprint)
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)
    with pytest.raises(TaskNotFound):
        world.do("restore_task", bob, task_id=task["id"])
    restored = world.do("restore_task", ann, task_id=task["id"])

    assert restored == world.ask("read_task", ann, task["id"])
    assert ([], None, ["x"]) == (restored["assignees"], restored["sprint"], restored["labels"])
    assert ([waited], [waited]) == (restored["depends_on"], restored["blocked_by"])
    assert restored == world.do("restore_task", ann, task_id=task["id"])
    assert folded(world, project) == rows(world, project)
    told = world.ask("read_task_history", ann, task["id"], after=0, page_size=50)["results"]
    assert ["task.created", "task.deleted", "task.restored", "task.updated"] == [event["type"] for event in told]
    later = world.ask("read_task_history", ann, task["id"], after=told[1]["version"], page_size=1)["results"]
    assert [told[2]] == later
    world.do("delete_task", ann, task_id=task["id"])
    world.do("delete_project", ann, project_id=project)
    with pytest.raises(ProjectTrashed):
        world.do("restore_task", ann, task_id=task["id"])


def test_many_tasks_of_several_projects_are_each_judged_by_themselves(world, ann, bob, eve, project):
    other, foreign = world.project(bob, (ann, "viewer")), world.project(eve)
    a, b = (world.task(ann, project, impact=weight)["id"] for weight in (100, 300))
    read_only, unseen = world.task(bob, other)["id"], world.task(eve, foreign)["id"]
    ids, changes = (b, read_only, a, unseen, 10**9, a), {"status": "done", "labels": ("x",)}
    command_id = new_id()
    told = world.do("update_tasks", ann, command_id=command_id, task_ids=ids, changes=changes)

    refusals = [(one["id"], one["problem"] and one["problem"]["code"]) for one in told]
    gone = "task-not-found"
    assert [(b, None), (read_only, "not-allowed"), (a, None), (unseen, gone), (10**9, gone)] == refusals
    assert (100, 2) == tuple(world.ask("read_project", ann, project)[name] for name in ("progress", "task_count"))
    assert ["x"] == world.ask("read_task", ann, a)["labels"]
    assert 1 == world.events(project).count("project.progress_changed")
    before = world.events(project)
    world.do("update_task", ann, task_id=a, changes={"status": "todo"})
    assert told == world.do("update_tasks", ann, command_id=command_id, task_ids=ids, changes=changes)
    assert "todo" == world.ask("read_task", ann, a)["status"]
    assert ["task.reopened", "project.progress_changed"] == world.events(project)[len(before) :]
    assert folded(world, project) == rows(world, project)


def test_a_bad_dependency_in_a_change_of_many_refuses_that_task_alone(world, ann, project):
    a, b, c = (world.task(ann, project)["id"] for _ in range(3))
    told = world.do("update_tasks", ann, task_ids=(a, b, c), changes={"depends_on": (a,)})

    assert [(a, "/depends_on"), (b, None), (c, None)] == [
        (one["id"], one["problem"] and one["problem"]["pointer"]) for one in told
    ]
    assert [a] == world.ask("read_task", ann, c)["blocked_by"]
    assert folded(world, project) == rows(world, project)


def test_a_task_goes_to_another_project_and_each_stream_tells_its_own_story(world, ann, bob, project):
    target = world.project(ann, (bob, "member"))
    world.task(ann, target)
    milestone = world.do("create_milestone", ann, project_id=project, name="x")["id"]
    task = world.task(
        ann, project, impact=300, labels=("Bug",), assignees=(ann.user_id, bob.user_id), milestone=milestone
    )
    waiting = world.task(ann, project, depends_on=(task["id"],))["id"]
    for author in (ann, bob) * (MANY // 2):  # so many that their rows go as one statement
        world.do("create_comment", author, task_id=task["id"], content=f"Look, @bob-{bob.user_id}")
    world.do("create_subtask", ann, task_id=task["id"], title="Begin")
    world.do("log_time", bob, task_id=task["id"], minutes=45)
    world.do("start_timer", bob, task_id=task["id"])
    hanging = [world.ask(f"list_{kind}", ann, task["id"])["results"] for kind in ("comments", "time_logs")]
    before = world.ask("read_project", ann, project)["version"]
    command_id = new_id()
    moved = world.do("move_task", ann, command_id=command_id, task_id=task["id"], project_id=target)

    assert moved == world.ask("read_task", ann, task["id"])
    assert (target, 2, ["Bug"], None) == tuple(moved[name] for name in ("project", "number", "labels", "milestone"))
    assert task["created_at"] == moved["created_at"]
    assert (MANY, 45, ["Begin"]) == (
        moved["comment_count"], moved["time_logged_minutes"], [one["title"] for one in moved["subtasks"]],
    )  # fmt: skip
    shown = [world.ask(f"list_{kind}", ann, task["id"])["results"] for kind in ("comments", "time_logs")]
    assert [[one | {"project": target} for one in some] for some in hanging] == [
        [one | {"project": target} for one in some] for some in shown
    ]
    assert ([], True) == tuple(world.ask("read_task", ann, waiting)[name] for name in ("depends_on", "can_start"))
    assert [task["id"], waiting] == [one["id"] for one in world.then("tasks", ann, project, before)["results"]]
    assert [waiting] == [one["id"] for one in world.ask("list_tasks", ann, project=project)["results"]]
    for one in (project, target):
        assert folded(world, one) == rows(world, one)
    streams = [list(world.log.stream(f"project-{one}")) for one in (project, target)]
    told = [
        view for events in streams for event in events if event.type == "task.moved"
        for view in world.renderer.render([event.position])
    ]  # fmt: skip
    assert [(target, 2), (target, 2)] == [(view["data"]["project"], view["data"]["number"]) for view in told]
    assert {"project": {"from": project, "to": target}, "milestone": {"from": milestone, "to": None}} == (
        told[0]["changes"]
    )
    world.do("update_task", ann, task_id=task["id"], changes={"title": "There"})
    assert moved == world.do("move_task", ann, command_id=command_id, task_id=task["id"], project_id=target)
    assert "There" == world.do("move_task", ann, task_id=task["id"], project_id=target)["title"]
    assert ["task.moved", "task.updated"] == [
        event["type"] for event in world.ask("read_task_history", ann, task["id"], after=0, page_size=9)["results"]
    ]
    assert 3 == world.do("move_task", ann, task_id=task["id"], project_id=project)["number"]


def test_a_command_that_came_before_a_move_is_answered_as_it_was(world, ann, project):
    target, command_id = world.project(ann), new_id()
    task = world.task(ann, project)["id"]
    first = world.do("update_task", ann, command_id=command_id, task_id=task, changes={"title": "Ship"})
    world.do("move_task", ann, task_id=task, project_id=target)

    assert first == world.do("update_task", ann, command_id=command_id, task_id=task, changes={"title": "Ship"})


def test_writers_and_movers_of_the_same_tasks_lose_nothing_and_never_wait_in_a_circle(world, ann, project):
    other = world.project(ann)
    tasks = [world.task(ann, project, impact=0)["id"] for _ in range(4)]

    def write(number):
        task = tasks[number % 4]
        if number % 3 == 0:
            world.do("move_task", ann, task_id=task, project_id=[project, other][number % 2])
        else:
            world.do("update_task", ann, task_id=task, changes={"impact": number})
        return number

    assert 60 == len(at_once(write, range(60)))
    for one in (project, other):
        assert folded(world, one) == rows(world, one)
    both = [*world.log.stream(f"project-{project}"), *world.log.stream(f"project-{other}")]
    written = [event.data["changes"]["impact"] for event in both if event.type == "task.updated"]
    assert sorted(number for number in range(60) if number % 3) == sorted(written)
