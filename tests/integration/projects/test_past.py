"""Projects, tasks and progress as of a version or a time, and the events that made a number."""

from datetime import date, timedelta

import pytest

from synergy_projects.domain.errors import ProjectNotFound, VersionNotFound


@pytest.fixture
def project(world, ann, bob) -> int:
    """Version 1 created, 2 bob joined, 3 and 4 tasks, 5 the first done, 6 progress 0 → 60."""
    project = world.project(ann, (bob, "member"), name="Apollo")
    for title, impact in (("Design", 3000), ("Build", 2000)):
        world.task(ann, project, title=title, impact=impact, assignees=(bob.user_id,))
    first = next(iter(listed(world, ann, project)["results"]))["id"]
    world.do("update_task", ann, task_id=first, changes={"status": "done"})
    return project


def times(world, project):
    return {event.version: event.recorded_at for event in world.log.stream(f"project-{project}")}


def listed(world, actor, project, **wanted):
    """The tasks of today, without the cursor, for the past has none."""
    page = world.ask("list_tasks", actor, project=project, **wanted)
    return {name: value for name, value in page.items() if name != "cursor"}


def test_as_of_the_last_version_is_as_it_is(world, ann, project):
    now = world.ask("read_project", ann, project)
    assert now == world.then("project", ann, project, now["version"])
    assert listed(world, ann, project) == world.then("tasks", ann, project, now["version"])
    assert world.ask("read_progress", ann, project) == world.then(
        "progress", ann, project, now["version"], explain=False
    )


def test_each_version_is_what_it_was_when_it_was_the_last(world, ann):
    project = world.project(ann, name="Apollo")
    seen = []
    for work in (
        lambda: world.task(ann, project, impact=100),
        lambda: world.do("update_project", ann, project_id=project, changes={"name": "Artemis"}),
        lambda: world.task(ann, project, impact=300, status="done"),
        lambda: world.do("delete_task", ann, task_id=listed(world, ann, project)["results"][0]["id"]),
    ):
        work()
        questions = ("read_project", "list_tasks", "read_progress")
        seen.append(
            (world.ask(questions[0], ann, project), listed(world, ann, project),
             world.ask(questions[2], ann, project))
        )  # fmt: skip

    at = times(world, project)
    for was, tasks, progress in seen:
        for moment in (was["version"], at[was["version"]]):
            assert was == world.then("project", ann, project, moment)
            assert tasks == world.then("tasks", ann, project, moment)
            assert progress == world.then("progress", ann, project, moment, explain=False)


def test_a_time_means_the_last_version_recorded_by_then(world, ann, project):
    at = times(world, project)
    assert world.then("project", ann, project, at[3])["version"] == 3
    assert world.then("project", ann, project, at[4] - timedelta(microseconds=1))["version"] == 3
    assert world.then("project", ann, project, at[6] + timedelta(days=365))["version"] == 6
    assert at[5] == at[6]
    assert world.then("project", ann, project, at[5])["version"] == 6


def test_a_version_that_is_not_there_is_not_found_nor_a_time_before_the_first(world, ann, project):
    for moment in (0, 7, -1):
        with pytest.raises(VersionNotFound):
            world.then("project", ann, project, moment)
    with pytest.raises(VersionNotFound):
        world.then("tasks", ann, project, times(world, project)[1] - timedelta(seconds=1))


def test_today_s_members_may_look_and_nobody_else(world, ann, bob, eve, project):
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)
    world.do("add_member", ann, project_id=project, user_id=eve.user_id, role="viewer")

    with pytest.raises(ProjectNotFound):
        world.then("project", bob, project, 2)
    with pytest.raises(ProjectNotFound):
        world.then("members", bob, project, 2)
    then = world.then("members", eve, project, 2, page=2, page_size=1)
    assert (2, [(bob.user_id, "member")]) == (
        then["count"], [(one["user"]["id"], one["role"]) for one in then["results"]],
    )  # fmt: skip
    now = world.ask("read_project", eve, project)
    assert world.ask("list_members", eve, project) == world.then("members", eve, project, now["version"])
    seen = world.then("project", eve, project, 2)
    assert [member["user"]["id"] for member in seen["team_members"]] == [ann.user_id, bob.user_id]
    assert seen["role"] == "viewer"
    for question, more in (("tasks", {}), ("progress", {"explain": True})):
        with pytest.raises(ProjectNotFound):
            world.then(question, bob, project, 2, **more)
    assert world.then("project", world.somebody("root", superuser=True), project, 2)["version"] == 2


def test_what_was_deleted_since_is_there_as_it_lived(world, ann, project):
    task = listed(world, ann, project)["results"][0]["id"]
    world.do("delete_task", ann, task_id=task)
    world.do("delete_project", ann, project_id=project)

    with pytest.raises(ProjectNotFound):
        world.ask("read_project", ann, project)
    assert world.then("tasks", ann, project, 6)["count"] == 2
    assert world.then("progress", ann, project, 6, explain=False)["progress"] == 60
    last = max(times(world, project))
    assert world.then("tasks", ann, project, last - 1)["count"] == 1
    with pytest.raises(VersionNotFound):
        world.then("project", ann, project, last)


WANTED = [
    {"ordering": name, "page_size": 3, "page": page}
    for name in ("id", "-id", "number", "-title", "title", "status", "-status", "priority", "-impact", "impact",
                 "due_date", "-due_date", "-created_at", "updated_at")
    for page in (1, 2)
] + [
    {"status": ["done"]}, {"priority": ["high"]}, {"ordering": "-rank"}, {"label": ["bug"]},
    {"search": "SHIP"}, {"search": "%"}, {"due_before": date(2026, 1, 5)},
    {"due_after": date(2026, 1, 4), "ordering": "-due_date"},
]  # fmt: skip


def test_lists_of_the_past_are_filtered_and_sorted_as_those_of_today(world, ann):
    project = world.project(ann)
    for number in range(7):
        world.task(
            ann, project, title=["Ship", "Build", "Design"][number % 3], description="100%" if number == 5 else "",
            status=["todo", "done", "review"][number % 3], priority=["high", "low"][number % 2],
            impact=number % 4 * 100, labels=("bug",) if number == 3 else (),
            due_date=date(2026, 1, 3 + number % 4) if number % 3 else None,
        )  # fmt: skip
    version = world.ask("read_project", ann, project)["version"]

    today = [listed(world, ann, project, **wanted) for wanted in WANTED]
    then = [world.then("tasks", ann, project, version, **wanted) for wanted in WANTED]

    assert [] == [(wanted, *both) for wanted, *both in zip(WANTED, today, then, strict=True) if both[0] != both[1]]
    assert [] == [wanted for wanted, page in zip(WANTED, today, strict=True) if not page["results"]]


def test_the_events_that_made_a_number_are_told_with_what_each_contributed(world, ann, bob, project):
    told = world.then("progress", ann, project, None, explain=True)

    assert told["progress"] == 60
    assert [
        (3, "task.created", (0, 0.0, 0.0, 0, 0), (0, 0.0, 30.0, 0, 1)),
        (4, "task.created", (0, 0.0, 30.0, 0, 1), (0, 0.0, 50.0, 0, 2)),
        (5, "task.completed", (0, 0.0, 50.0, 0, 2), (60, 30.0, 50.0, 1, 2)),
    ] == [
        (event["version"], event["type"], tuple(event["before"].values()), tuple(event["after"].values()))
        for event in told["events"]
    ]
    last = told["events"][-1]
    assert last["actor"]["id"] == ann.user_id
    assert last["time"] == times(world, project)[5]
    assert last["task"] == listed(world, ann, project)["results"][0]["id"]
    assert [3, 4] == [e["version"] for e in world.then("progress", bob, project, 4, explain=True)["events"]]


def test_a_history_is_every_event_in_order(world, ann, eve, project):
    page = world.ask("read_history", ann, project, after=0, page_size=4)
    rest = world.ask("read_history", ann, project, after=4, page_size=4)

    stored = list(world.log.stream(f"project-{project}"))
    assert page["count"] == rest["count"] == 6
    assert [(e.version, e.position, e.type, e.recorded_at, e.data, e.hash) for e in stored] == [
        (e["version"], e["position"], e["type"], e["time"], e["data"], e["hash"])
        for e in (*page["results"], *rest["results"])
    ]
    assert world.ask("read_history", ann, project, after=6, page_size=4)["results"] == []
    with pytest.raises(ProjectNotFound):
        world.ask("read_history", eve, project, after=0, page_size=4)


@pytest.mark.parametrize("what", ["milestones", "sprints"])
def test_what_a_project_was_planned_by_is_shown_as_it_was(world, ann, eve, what):
    project = world.project(ann)
    kind, dated = what.removesuffix("s"), "due_date" if what == "milestones" else "start_date"
    made = [
        world.do(f"create_{kind}", ann, project_id=project, name=name, **{dated: day})["id"]
        for name, day in (("Launch", date(2026, 3, 1)), ("Landing", None), ("Orbit", date(2026, 2, 1)))
    ]
    world.task(ann, project, impact=100, status="done", **{kind: made[0]})
    version = world.ask("read_project", ann, project)["version"]
    wanted = [
        {"ordering": name, "page_size": 2, "page": page}
        for name in ("id", "-id", "name", dated, f"-{dated}", "status", "-created_at")
        for page in (1, 2)
    ] + [{"search": "LA"}, {"status": ["completed"]}]
    today = [world.ask(f"list_{what}", ann, project=project, **one) for one in wanted]
    assert today == [world.then(what, ann, project, version, **one) for one in wanted]
    assert 100 == world.then(what, ann, project, version)["results"][0]["progress"]

    world.do(f"delete_{kind}", ann, **{f"{kind}_id": made[0]})
    assert 2 == world.ask(f"list_{what}", ann, project=project)["count"]
    assert today[0] == world.then(what, ann, project, version, **wanted[0])
    with pytest.raises(ProjectNotFound):
        world.then(what, eve, project, version)
