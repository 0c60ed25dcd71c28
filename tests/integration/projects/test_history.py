"""The past: every event as it was told, and states at any version."""

from datetime import date
from decimal import Decimal

import pytest
from told import body_of, misfits

from synergy_projects.projections import CODEC
from synergy_projects.queries import Histories


def rendered(world, project):
    """Type and rendering of every event of the project."""
    stored = list(world.log.stream(f"project-{project}"))
    views = world.renderer.render([event.position for event in stored])
    assert [event.position for event in stored] == [view["position"] for view in views]
    assert [event.meta["actor_id"] for event in stored] == [view["actor"]["id"] for view in views]
    for event, view in zip(stored, views, strict=True):
        assert misfits(body_of(event.type, view)) == []
    return [(event.type, view["data"], view["changes"]) for event, view in zip(stored, views, strict=True)]


def test_each_event_is_told_with_the_object_right_after_it(world, ann, bob):
    project = world.project(ann, (bob, "member"), name="Apollo")
    task = world.task(ann, project, impact=2500, assignees=(bob.user_id,), due_date=date(2026, 5, 1))["id"]
    world.do(
        "update_task", ann, task_id=task, changes={"impact": 1250, "due_date": None, "assignees": (), "status": "done"}
    )
    world.do("update_project", ann, project_id=project, changes={"name": "Artemis", "budget": Decimal("7.5")})
    world.do("change_member_role", ann, project_id=project, user_id=bob.user_id, role="viewer")
    world.do("remove_member", ann, project_id=project, user_id=bob.user_id)

    told = rendered(world, project)

    assert [kind for kind, _, _ in told] == [
        "project.created", "member.added", "task.created", "task.updated", "task.completed",
        "project.progress_changed", "project.updated", "member.role_changed", "member.removed",
    ]  # fmt: skip
    (_, created, none), (_, added, _), (_, made, _), (_, changed, fields), (_, done, status), (_, moved, progress) = (
        told[:6]
    )
    (_, renamed, names), (_, promoted, roles), (_, left, _) = told[6:]
    assert (created["name"], created["progress"], created["version"], none) == ("Apollo", 0, 1, {})
    assert "role" not in created
    somebody = {"id": bob.user_id, "username": f"bob-{bob.user_id}", "full_name": "Bob Body"}
    assert added == {"project": project, "user": somebody, "role": "member"}
    assert (25.0, [somebody], "todo", date(2026, 5, 1)) == (
        made["impact"], made["assignees"], made["status"], made["due_date"],
    )  # fmt: skip
    assert (changed["impact"], changed["assignees"], changed["status"], changed["due_date"]) == (12.5, [], "todo", None)
    assert fields == {
        "impact": {"from": 25.0, "to": 12.5},
        "due_date": {"from": "2026-05-01", "to": None},
        "assignees": {"from": [bob.user_id], "to": []},
    }
    assert (done["status"], status) == ("done", {"status": {"from": "todo", "to": "done"}})
    assert (moved["progress"], progress) == (100, {"progress": {"from": 0, "to": 100}})
    assert (
        renamed["name"], names,
    ) == ("Artemis", {"name": {"from": "Apollo", "to": "Artemis"}, "budget": {"from": None, "to": "7.50"}})  # fmt: skip
    assert (promoted["role"], roles) == ("viewer", {"role": {"from": "member", "to": "viewer"}})
    assert (somebody, "viewer") == (left["user"], left["role"])


def test_what_is_in_the_trash_now_is_told_as_it_was(world, ann):
    project = world.project(ann)
    task = world.task(ann, project)["id"]
    world.do("delete_task", ann, task_id=task)
    world.do("delete_project", ann, project_id=project)

    told = rendered(world, project)

    assert [kind for kind, _, _ in told] == ["project.created", "task.created", "task.deleted", "project.deleted"]
    assert [told[0][1]["task_count"], told[3][1]["task_count"]] == [0, 0]
    assert task == told[2][1]["id"]


def test_events_of_several_projects_come_in_the_order_of_the_store(world, ann):
    one, two = world.project(ann), world.project(ann)
    for _ in range(3):
        world.task(ann, one)
        world.task(ann, two)
    positions = [event.position for stream in (two, one) for event in world.log.stream(f"project-{stream}")]

    views = world.renderer.render(positions)

    assert sorted(positions) == [view["position"] for view in views]


def test_positions_without_an_event_are_left_out(world):
    assert world.renderer.render([]) == []
    assert world.renderer.render([2**60, -1, 0]) == []


@pytest.mark.parametrize("held", [0, 3, 50_000], ids=["nothing_kept", "little_kept", "all_kept"])
def test_states_are_the_same_in_whatever_order_they_are_asked_for(world, ann, held):
    projects = [world.project(ann) for _ in range(3)]
    for number in range(4):
        for project in projects:
            world.task(ann, project, impact=number)
    histories = Histories(CODEC, held_tasks=held)

    for version in (5, 1, 3, 4, 2, 2, 5):
        for project in projects:
            assert (version, version - 1) == world.at(project, version, histories)


def test_successive_versions_do_not_read_the_past_again(world, ann):
    project = world.project(ann)
    for _ in range(10):
        world.task(ann, project)
    world.at(project, 10)

    with world.statements() as sent:
        assert world.at(project, 11) == (11, 10)
    assert len(sent.texts) == 1

    with world.statements() as sent:
        assert world.at(project, 11) == (11, 10)
    assert sent.texts == []


def test_rendering_what_comes_next_reads_names_only(world, ann):
    project = world.project(ann)
    world.renderer.render([event.position for event in world.log.stream(f"project-{project}")])
    for _ in range(5):
        world.task(ann, project, assignees=(ann.user_id,), status="done")
    positions = [event.position for event in world.log.stream(f"project-{project}")][1:]

    with world.statements() as sent:
        assert len(positions) == len(world.renderer.render(positions))

    assert len(sent.texts) == 2


def test_a_long_history_is_read_in_pages(world, ann):
    project = world.project(ann)
    for _ in range(7):
        world.task(ann, project)
    histories = Histories(CODEC, page=3)

    for version in (1, 2, 3, 4, 6, 7, 8):
        assert (version, version - 1) == world.at(project, version, histories)


def test_there_is_no_state_without_a_stream(world):
    assert world.at(999_999_999, 1) is None
