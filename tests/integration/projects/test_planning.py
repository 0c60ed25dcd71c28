"""Labels, milestones, sprints and dependencies on a real store: answers, rows, folds, lists and webhooks' bodies."""

from datetime import date

import pytest

from synergy_chassis.clock import new_id
from synergy_chassis.store.models import facts
from synergy_projects import projections
from synergy_projects.domain.errors import (
    InvalidValue,
    LabelExists,
    LabelNotFound,
    MilestoneNotFound,
    ProjectNotFound,
    SprintNotFound,
)

KINDS = {"label": LabelNotFound, "milestone": MilestoneNotFound, "sprint": SprintNotFound}


@pytest.fixture
def project(world, ann, bob):
    return world.project(ann, (bob, "contributor"))


def rows(world, project):
    """The rows of a project, but for their order, by table."""
    with world.uow.reading() as connection:
        found = {
            name: connection.execute(table.select().where(table.c[shape.key] == project)).all()
            for name, shape in projections.SHAPES.items()
            for table in [shape.table]
        }
    return {name: {tuple(row) for row in some} for name, some in found.items()}


def folded(world, project):
    told = projections.ProjectModel().fold(facts(world.log.stream(f"project-{project}")))
    return {name: set(some) for name, some in told.items()}


def progress(view):
    return view["progress"], view["completed_task_count"], view["task_count"]


def test_each_has_the_progress_of_its_own_tasks_by_impact(world, ann, project):
    milestone = world.do("create_milestone", ann, project_id=project, name="Launch", due_date=date(2026, 3, 1))
    sprint = world.do("create_sprint", ann, project_id=project, name="First")
    mine = {"milestone": milestone["id"], "sprint": sprint["id"], "labels": ("Bug",)}
    first = world.task(ann, project, impact=3000, **mine)
    world.task(ann, project, impact=6000, status="done", **mine)
    gone = world.task(ann, project, impact=1000, **mine)
    world.task(ann, project, impact=9000)
    world.do("delete_task", ann, task_id=gone["id"])
    (label,) = world.ask("list_labels", ann, project=project)["results"]

    for kind, view in (("label", label), ("milestone", milestone), ("sprint", sprint)):
        assert (66, 1, 2) == progress(world.ask(f"read_{kind}", ann, view["id"]))
        assert world.ask(f"list_{kind}s", ann)["results"] == [world.ask(f"read_{kind}", ann, view["id"])]
    world.do("update_task", ann, task_id=first["id"], changes={"status": "done"})
    told = world.do("update_milestone", ann, milestone_id=milestone["id"], changes={"status": "completed"})
    assert (100, 2, 2) == progress(told)
    assert told == world.ask("read_milestone", ann, milestone["id"])
    assert (told["status"], told["completed_at"]) == ("completed", world.clock.now())
    assert folded(world, project) == rows(world, project)


def test_labels_are_made_on_first_use_renamed_everywhere_and_taken_away(world, ann, bob, project):
    task = world.task(bob, project, labels=("Bug", "later"))
    again = world.do("update_task", bob, task_id=task["id"], changes={"labels": ("LATER", "new")})
    other = world.task(ann, project, labels=("bug",))
    labels = {label["name"]: label for label in world.ask("list_labels", ann, ordering="name")["results"]}

    assert ["later", "new"] == again["labels"]
    assert ["Bug"] == other["labels"]
    assert ["Bug", "later", "new"] == list(labels)
    renamed = world.do("update_label", ann, label_id=labels["later"]["id"], changes={"name": "Soon"})
    assert ("Soon", 0, 1) == (renamed["name"], renamed["progress"], renamed["task_count"])
    assert ["Soon", "new"] == world.ask("read_task", ann, task["id"])["labels"]
    assert [task["id"]] == [one["id"] for one in world.ask("list_tasks", ann, label=["new", "Soon"])["results"]]
    assert 0 == world.ask("list_tasks", ann, label=["new", "Bug"])["count"]
    with pytest.raises(LabelExists):
        world.do("create_label", bob, project_id=project, name="SOON")
    world.do("delete_label", ann, label_id=renamed["id"])
    assert ["new"] == world.ask("read_task", ann, task["id"])["labels"]
    assert folded(world, project) == rows(world, project)


def test_tasks_are_narrowed_by_milestone_today_and_in_the_past(world, ann, project):
    soon, late = (world.do("create_milestone", ann, project_id=project, name=name)["id"] for name in ("Soon", "Late"))
    first, second = (world.task(ann, project, milestone=stone)["id"] for stone in (soon, late))
    world.task(ann, project)
    version = world.ask("read_project", ann, project)["version"]
    world.do("update_task", ann, task_id=first, changes={"milestone": late})

    def narrowed(*stones, **asked):
        return [one["id"] for one in world.ask("list_tasks", ann, milestone=list(stones), **asked)["results"]]

    assert ([], [first, second], [first, second]) == (narrowed(soon), narrowed(late), narrowed(soon, late))
    for stone, task in ((soon, first), (late, second)):
        then = world.then("tasks", ann, project, version, milestone=[stone])["results"]
        assert [task] == [one["id"] for one in then]


def test_a_sprint_that_ends_hands_on_what_is_not_done(world, ann, project):
    first, second = (world.do("create_sprint", ann, project_id=project, name=name)["id"] for name in ("1", "2"))
    world.task(ann, project, sprint=first, impact=100, status="done")
    left = world.task(ann, project, sprint=first, impact=300)
    started = world.do("start_sprint", ann, sprint_id=first)
    done = world.do("complete_sprint", ann, sprint_id=first, unfinished_to=second)

    assert ("active", 25) == (started["status"], started["progress"])
    assert ("completed", 100, 1) == (done["status"], done["progress"], done["task_count"])
    assert done == world.ask("read_sprint", ann, first)
    assert second == world.ask("read_task", ann, left["id"])["sprint"]
    assert [left["id"]] == [one["id"] for one in world.ask("list_tasks", ann, sprint=[second])["results"]]
    assert 2 == world.ask("list_tasks", ann, sprint=[first, second])["count"]
    assert folded(world, project) == rows(world, project)


def test_a_task_waits_and_a_circle_of_any_length_is_refused(world, ann, project):
    ids = [world.task(ann, project)["id"]]
    for _ in range(12):
        ids.append(world.task(ann, project, depends_on=(ids[-1],))["id"])

    with pytest.raises(InvalidValue) as no:
        world.do("update_task", ann, task_id=ids[0], changes={"depends_on": (ids[-1],)})
    assert "/depends_on" == no.value.pointer
    stranger = world.task(ann, world.project(ann))["id"]
    with pytest.raises(InvalidValue):
        world.do("update_task", ann, task_id=ids[0], changes={"depends_on": (stranger,)})
    last = world.ask("read_task", ann, ids[1])
    assert ([ids[0]], [ids[0]], False) == (last["depends_on"], last["blocked_by"], last["can_start"])
    world.do("update_task", ann, task_id=ids[0], changes={"status": "done"})
    told = world.do("update_task", ann, task_id=ids[2], changes={"depends_on": (ids[1], ids[0])})
    assert ([ids[1], ids[0]], [ids[1]]) == (told["depends_on"], told["blocked_by"])
    listed = {one["id"]: one for one in world.ask("list_tasks", ann, project=project, page_size=200)["results"]}
    assert listed[ids[1]]["can_start"]
    assert all(listed[task_id] == world.ask("read_task", ann, task_id) for task_id in ids[:4])
    version = world.ask("read_project", ann, project)["version"]
    past = world.then("tasks", ann, project, version, page_size=200)["results"]
    assert list(listed.values()) == past


@pytest.mark.parametrize("kind", KINDS)
def test_commands_that_come_again_have_one_effect_and_what_is_gone_is_not_found(world, ann, eve, project, kind):
    command_id, delete_id = new_id(), new_id()
    made = world.do(f"create_{kind}", ann, command_id=command_id, project_id=project, name="One")
    before = world.events(project)

    assert made == world.do(f"create_{kind}", ann, command_id=command_id, project_id=project, name="One")
    change_id, change = new_id(), {f"{kind}_id": made["id"], "changes": {"name": "Two"}}
    changed = world.do(f"update_{kind}", ann, command_id=change_id, **change)
    world.do(f"update_{kind}", ann, **{f"{kind}_id": made["id"]}, changes={"name": "Three"})
    assert changed == world.do(f"update_{kind}", ann, command_id=change_id, **change)
    assert [*before, f"{kind}.updated", f"{kind}.updated"] == world.events(project)
    with pytest.raises(KINDS[kind]):
        world.ask(f"read_{kind}", eve, made["id"])
    with pytest.raises(KINDS[kind]):
        world.do(f"delete_{kind}", eve, **{f"{kind}_id": made["id"]})
    assert world.ask(f"list_{kind}s", eve) == {"count": 0, "results": []}
    with pytest.raises(ProjectNotFound):
        world.ask(f"list_{kind}s", eve, project=project)
    world.do(f"delete_{kind}", ann, command_id=delete_id, **{f"{kind}_id": made["id"]})
    with pytest.raises(KINDS[kind]):
        world.ask(f"read_{kind}", ann, made["id"])


def test_events_are_told_with_the_object_right_after_them(world, ann, project):
    milestone = world.do("create_milestone", ann, project_id=project, name="Launch")["id"]
    world.task(ann, project, milestone=milestone, labels=("Bug",), status="done")
    world.do("update_milestone", ann, milestone_id=milestone, changes={"status": "completed"})
    world.do("delete_milestone", ann, milestone_id=milestone)
    told = {
        event.type: view
        for event in world.log.stream(f"project-{project}")
        for view in world.renderer.render([event.position])
    }

    assert (0, "open") == (told["milestone.created"]["data"]["progress"], told["milestone.created"]["data"]["status"])
    completed = told["milestone.completed"]
    assert (100, 1) == (completed["data"]["progress"], completed["data"]["task_count"])
    assert {"status": {"from": "open", "to": "completed"}} == completed["changes"]
    assert {"id": milestone, "project": project, "name": "Launch"} == told["milestone.deleted"]["data"]
    assert {"milestone": {"from": milestone, "to": None}} == told["task.updated"]["changes"]
    assert ("Bug", 0) == (told["label.created"]["data"]["name"], told["label.created"]["data"]["task_count"])


@pytest.mark.parametrize("kind", [*KINDS, "task"])
def test_a_longer_list_takes_no_more_statements(world, ann, kind):
    def fill(times):
        for number in range(times):
            project = world.project(ann)
            name = f"{kind} {number}"
            if kind == "task":
                first = world.task(ann, project, labels=("a", "b"))["id"]
                world.task(ann, project, depends_on=(first,), labels=("a",))
            else:
                world.do(f"create_{kind}", ann, project_id=project, name=name)

    def statements():
        with world.statements() as sent:
            found = world.ask(f"list_{kind}s", ann, page_size=200)
        return len(sent.texts), len(found["results"])

    fill(1)
    (few, short), _ = statements(), fill(5)
    many, long = statements()

    assert 6 * short == long
    assert few == many <= 3
