"""Comments, subtasks, time and timers on a real store: what is answered, how often it is asked, what a repeat does."""

from datetime import timedelta

import pytest

from synergy_chassis.clock import new_id
from synergy_projects.domain.errors import (
    CannotUndo,
    CommentNotFound,
    NotAllowed,
    TaskNotFound,
    TimerNotRunning,
    TimerStartedElsewhere,
    VersionNotFound,
)
from synergy_projects.handlers import Desk
from synergy_projects.handlers import time as time_handlers
from synergy_projects.queries.people import forget

KINDS = ("comment", "subtask", "timer", "time")


@pytest.fixture
def project(world, ann, bob):
    return world.project(ann, (bob, "member"))


@pytest.fixture
def task(world, ann, project):
    return world.task(ann, project)["id"]


def texts(page):
    return [comment["content"] for comment in page["results"]]


def test_a_comment_mentions_members_by_id_and_reads_with_the_names_of_today(world, ann, bob, eve, project, task):
    bob_s, eve_s = (world.people.known[one.user_id].username for one in (bob, eve))
    command_id = new_id()
    said = world.do(
        "create_comment", ann, task_id=task, content=f"@{bob_s.upper()} and @{eve_s}", command_id=command_id
    )

    assert (f"@{bob_s} and @{eve_s}", [bob.user_id], project) == (
        said["content"], [one["id"] for one in said["mentions"]], said["project"],
    )  # fmt: skip
    assert said == world.do("create_comment", ann, task_id=task, content="x", command_id=command_id)
    (stored,) = [event for event in world.log.stream(f"project-{project}") if event.type == "comment.created"]
    assert f"<@{bob.user_id}> and @{eve_s}" == stored.data["content"]

    changed = world.do("update_comment", ann, task_id=task, comment_id=said["id"], content=said["content"] + "!")
    assert [bob.user_id] == [one["id"] for one in changed["mentions"]]
    with world.uow.writing() as connection:
        forget(connection, [bob.user_id])
    page = world.ask("list_comments", ann, task)
    assert ([f"@user-{bob.user_id} and @{eve_s}!"], 1) == (texts(page), page["count"])
    view = world.ask("read_task", ann, task)
    assert (1, 1) == (
        view["comment_count"],
        world.ask("list_tasks", ann, project=project)["results"][0]["comment_count"],
    )
    assert view["version"] < world.ask("read_project", ann, project)["version"]

    with pytest.raises(NotAllowed):
        world.do("update_comment", bob, task_id=task, comment_id=said["id"], content="Mine")
    with pytest.raises(TaskNotFound):
        world.ask("list_comments", eve, task)
    world.do("delete_comment", ann, task_id=task, comment_id=said["id"])
    with pytest.raises(CommentNotFound):
        world.do("delete_comment", ann, task_id=task, comment_id=said["id"])
    assert (0, []) == (world.ask("read_task", ann, task)["comment_count"], texts(world.ask("list_comments", ann, task)))


def test_comments_come_in_pages_in_both_orders_and_as_they_were(world, ann, bob, project, task):
    said = [world.do("create_comment", bob, task_id=task, content=text) for text in ("one", "two", "three")]
    before = world.ask("read_project", ann, project)["version"]
    world.do("update_comment", bob, task_id=task, comment_id=said[0]["id"], content="ONE")
    world.do("delete_comment", bob, task_id=task, comment_id=said[1]["id"])

    assert ["ONE", "three"] == texts(world.ask("list_comments", ann, task))
    assert ["three"] == texts(world.ask("list_comments", ann, task, ordering="-created_at", page_size=1))
    assert ["one", "two", "three"] == texts(world.then("comments", ann, task, before))
    assert ["two"] == texts(world.then("comments", ann, task, before, ordering="-created_at", page=2, page_size=1))
    (then,) = world.then("tasks", ann, project, before)["results"]
    assert 3 == then["comment_count"]
    with pytest.raises(VersionNotFound):
        world.then("comments", ann, task, 1)


def test_subtasks_keep_their_order_and_are_part_of_the_task_everywhere(world, ann, bob, project, task):
    command_id = new_id()
    first = world.do("create_subtask", ann, task_id=task, title="Sketch", command_id=command_id)
    assert first == world.do("create_subtask", ann, task_id=task, title="x", command_id=command_id)
    second = world.do("create_subtask", ann, task_id=task, title="Draw", is_completed=True)
    third = world.do("create_subtask", ann, task_id=task, title="Ink")
    world.do("update_subtask", bob, task_id=task, subtask_id=first["id"], changes={"is_completed": True})
    version = world.ask("read_project", ann, project)["version"]
    world.do("delete_subtask", ann, task_id=task, subtask_id=third["id"])
    world.do("update_subtask", ann, task_id=task, subtask_id=first["id"], changes={"is_completed": False})

    wanted = [(first["id"], "Sketch", False), (second["id"], "Draw", True)]
    view = world.ask("read_task", ann, task)
    (listed,) = world.ask("list_tasks", ann, project=project)["results"]
    updated = world.do("update_task", ann, task_id=task, changes={"title": "Poster"})
    for shown in (view, listed, updated):
        assert (wanted, 50) == (
            [(one["id"], one["title"], one["is_completed"]) for one in shown["subtasks"]], shown["subtask_progress"],
        )  # fmt: skip
    page = world.ask("list_subtasks", bob, task, page=2, page_size=1)
    assert (2, ["Draw"]) == (page["count"], [one["title"] for one in page["results"]])
    (then,) = world.then("tasks", ann, project, version)["results"]
    assert ([True, True, False], 66) == ([one["is_completed"] for one in then["subtasks"]], then["subtask_progress"])


def test_time_is_logged_corrected_and_summed(world, ann, bob, project, task):
    command_id = new_id()
    mine = world.do("log_time", bob, task_id=task, minutes=90, note="Sketch", command_id=command_id)
    assert mine == world.do("log_time", bob, task_id=task, minutes=1, command_id=command_id)
    hers = world.do("log_time", ann, task_id=task, minutes=30, spent_on=world.clock.now().date() - timedelta(days=3))
    world.do("update_time_log", ann, task_id=task, time_log_id=mine["id"], changes={"minutes": 60})

    assert 90 == world.ask("read_task", ann, task)["time_logged_minutes"]
    page = world.ask("list_time_logs", bob, task, ordering="spent_on")
    assert (2, [(hers["id"], ann.user_id, 30), (mine["id"], bob.user_id, 60)]) == (
        page["count"], [(one["id"], one["user"]["id"], one["minutes"]) for one in page["results"]],
    )  # fmt: skip
    assert [mine["id"]] == [one["id"] for one in world.ask("list_time_logs", bob, task, user=bob.user_id)["results"]]
    with pytest.raises(NotAllowed):
        world.do("delete_time_log", bob, task_id=task, time_log_id=hers["id"])
    world.do("delete_time_log", ann, task_id=task, time_log_id=mine["id"])
    assert 30 == world.ask("read_task", ann, task)["time_logged_minutes"]


def test_a_person_has_one_timer_wherever_it_runs(world, ann, bob, eve, project, task):
    other = world.task(ann, project)["id"]
    elsewhere = world.task(eve, world.project(eve, (bob, "member")))["id"]
    assert {"running": None} == world.ask("read_timer", bob)

    world.do("start_timer", bob, task_id=task)
    world.clock.advance(timedelta(minutes=10))
    command_id = new_id()
    world.do("start_timer", bob, task_id=other, command_id=command_id)  # in the same project: one command
    world.do("start_timer", bob, task_id=other, command_id=command_id)
    world.clock.advance(timedelta(minutes=20))
    started = world.do("start_timer", bob, task_id=elsewhere)
    assert {"running": started} == world.ask("read_timer", bob)
    with pytest.raises(TimerNotRunning):
        world.do("stop_timer", bob, task_id=task)
    with pytest.raises(TaskNotFound):
        world.do("stop_timer", ann, task_id=elsewhere)
    world.clock.advance(timedelta(minutes=5))
    stopped = world.do("stop_timer", bob, task_id=elsewhere, note="Done")

    assert (5, "Done", started["started_at"]) == (stopped["minutes"], stopped["note"], stopped["started_at"])
    logged = [world.ask("list_time_logs", actor, one)["results"] for actor, one in ((ann, task), (ann, other))]
    assert [[10], [20]] == [[one["minutes"] for one in entries] for entries in logged]
    assert {"running": None} == world.ask("read_timer", bob)


def test_whoever_may_not_start_a_timer_keeps_the_one_that_runs(world, ann, bob, eve, task):
    guarded = world.task(eve, world.project(eve, (bob, "viewer")))["id"]
    running = world.do("start_timer", bob, task_id=task)

    with pytest.raises(NotAllowed):
        world.do("start_timer", bob, task_id=guarded)
    assert {"running": running} == world.ask("read_timer", bob)


def test_two_timers_at_the_same_moment_are_one(world, ann, bob, eve, task, monkeypatch):
    """Both looked before either had started: the table lets one through."""
    elsewhere = world.task(eve, world.project(eve, (bob, "member")))["id"]
    running = world.do("start_timer", bob, task_id=task)
    monkeypatch.setattr(time_handlers, "_stop_elsewhere", lambda *_: None)

    with pytest.raises(TimerStartedElsewhere):
        world.do("start_timer", bob, task_id=elsewhere)
    assert {"running": running} == world.ask("read_timer", bob)


def test_who_leaves_leaves_no_timer_behind(world, ann, bob, project, task):
    world.do("start_timer", bob, task_id=task)
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)

    assert {"running": None} == world.ask("read_timer", bob)


def test_webhooks_are_told_the_whole_item_right_after_each_event(world, ann, bob, project, task):
    bob_s = world.people.known[bob.user_id].username
    said = world.do("create_comment", ann, task_id=task, content=f"@{bob_s}")
    world.do("update_comment", ann, task_id=task, comment_id=said["id"], content="Hi")
    world.do("delete_comment", ann, task_id=task, comment_id=said["id"])
    step = world.do("create_subtask", ann, task_id=task, title="Sketch")
    world.do("update_subtask", ann, task_id=task, subtask_id=step["id"], changes={"is_completed": True})
    world.do("delete_subtask", ann, task_id=task, subtask_id=step["id"])
    timer = world.do("start_timer", bob, task_id=task)
    spent = world.do("stop_timer", bob, task_id=task)
    world.do("update_time_log", bob, task_id=task, time_log_id=spent["id"], changes={"minutes": 9})
    world.do("delete_time_log", bob, task_id=task, time_log_id=spent["id"])
    stored = [event for event in world.log.stream(f"project-{project}") if event.entity.split("-")[0] in KINDS]
    told = dict(zip([event.type for event in stored], world.renderer.render([e.position for e in stored]), strict=True))

    person = {"id": bob.user_id, "username": bob_s, "full_name": "Bob Body"}
    gone = {name: said[name] for name in ("id", "project", "task", "author")}
    changed = {
        "content": {"from": f"<@{bob.user_id}>", "to": "Hi"},
        "mentions": {"from": [bob.user_id], "to": []},
    }
    assert said == told["comment.created"]["data"]
    assert ("Hi", changed) == (told["comment.updated"]["data"]["content"], told["comment.updated"]["changes"])
    assert gone | {"content": "Hi", "mentions": []} == told["comment.deleted"]["data"]
    assert {"project": project, **step} == told["subtask.created"]["data"]
    assert {"is_completed": {"from": False, "to": True}} == told["subtask.updated"]["changes"]
    assert {"project": project, **step, "is_completed": True} == told["subtask.deleted"]["data"]
    assert timer | {"user": person} == told["time.started"]["data"]
    assert spent == told["time.logged"]["data"]
    assert (9, {"minutes": {"from": 1, "to": 9}}) == (
        told["time.updated"]["data"]["minutes"], told["time.updated"]["changes"],
    )  # fmt: skip
    assert (person, 9) == tuple(told["time.deleted"]["data"][name] for name in ("user", "minutes"))


def test_work_on_a_task_is_undone_while_it_is_as_it_was_made(world, ann, bob, project, task):
    def version():
        return world.ask("read_project", ann, project)["version"]

    def undo(at):
        return world.do("undo", ann, project_id=project, version=at)

    bob_s = world.people.known[bob.user_id].username
    said = world.do("create_comment", ann, task_id=task, content=f"@{bob_s}, look")
    made = {"comment": version()}
    world.do("update_comment", ann, task_id=task, comment_id=said["id"], content="Look")
    edited = version()
    step = world.do("create_subtask", ann, task_id=task, title="Sketch")
    made["subtask"] = version()
    world.do("update_subtask", bob, task_id=task, subtask_id=step["id"], changes={"is_completed": True})
    ticked = version()
    spent = world.do("log_time", ann, task_id=task, minutes=30)
    made["time"] = version()
    world.do("update_time_log", ann, task_id=task, time_log_id=spent["id"], changes={"minutes": 5})
    corrected = version()
    world.do("start_timer", bob, task_id=task)

    for at in (version(), *made.values()):  # a timer, and what was changed since
        with pytest.raises(CannotUndo):
            undo(at)
    for at in (edited, ticked, corrected):
        undo(at)
    assert said["content"] == world.ask("list_comments", ann, task)["results"][0]["content"]
    assert (30, 0) == tuple(
        world.ask("read_task", ann, task)[one] for one in ("time_logged_minutes", "subtask_progress")
    )
    for at in made.values():
        undo(at)
    assert (0, 0, []) == tuple(
        world.ask("read_task", ann, task)[one] for one in ("comment_count", "time_logged_minutes", "subtasks")
    )
    gone = version()
    for at in (gone - 2, gone - 1, gone):
        with pytest.raises(CannotUndo):
            undo(at)


def test_lists_take_the_same_number_of_statements_whatever_is_in_them(world, ann, bob, project, task):
    def counted():
        found = {}
        for verb in ("list_comments", "list_subtasks", "list_time_logs"):
            with world.statements() as statements:
                world.ask(verb, ann, task)
            found[verb] = len(statements.texts)
        for verb in ("read_task", "list_tasks"):
            with world.statements() as statements:
                world.ask(verb, ann, **({"task_id": task} if verb == "read_task" else {"project": project}))
            found[verb] = len(statements.texts)
        return found

    def work(one):
        name = world.people.known[bob.user_id].username
        world.do("create_comment", one, task_id=task, content=f"@{name} look")
        world.do("create_subtask", ann, task_id=task, title="Step")
        world.do("log_time", one, task_id=task, minutes=5)

    work(ann)
    few = counted()
    for one in (ann, bob, bob):
        work(one)
        world.task(ann, project)

    assert few == counted()
    assert {"list_comments": 5, "list_subtasks": 3, "list_time_logs": 6, "read_task": 1, "list_tasks": 2} == few


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        pytest.param("create_comment", {"content": "Well."}, id="a_comment"),
        pytest.param("create_subtask", {"title": "First"}, id="a_step"),
        pytest.param("log_time", {"minutes": 5}, id="time"),
        pytest.param("start_timer", {}, id="a_timer"),
    ],
)
def test_what_is_put_on_a_task_that_moves_at_that_moment_finds_it(world, ann, task, monkeypatch, verb, fields):
    target = world.project(ann)
    home, moved = world.ask("read_task", ann, task)["project"], []
    locked = Desk.locked

    def late(desk, project_id, context, **more):
        if project_id == home and not moved:
            moved.append(project_id)
            world.do("move_task", ann, task_id=task, project_id=target)
        return locked(desk, project_id, context, **more)

    monkeypatch.setattr(Desk, "locked", late)

    world.do(verb, ann, task_id=task, **fields)

    assert (moved, target) == ([home], world.ask("read_task", ann, task)["project"])
    assert world.events(target)[-1] == {
        "create_comment": "comment.created", "create_subtask": "subtask.created", "log_time": "time.logged",
        "start_timer": "time.started",
    }[verb]  # fmt: skip
