"""Events → deliveries: exactly one for each match, in order, whatever is told twice or late."""

import json

import pytest
from integration.webhooks.steps import ANN, BOB, EVE, World

from synergy_chassis.store import parking
from synergy_webhooks.policies.place import PLACE

URL = "http://127.0.0.1:9/hook"


def test_one_delivery_for_each_event_numbered_without_a_gap(world: World):
    hook = world.webhook(URL)["id"]
    world.project(1)
    for _ in range(5):
        world.projects.happens("task.created")

    world.follow()
    world.app.followers["projects"].take(world.projects.events[2:4])
    world.follow()

    found = world.deliveries(hook)
    assert [delivery["event_type"] for delivery in found] == ["project.created"] + ["task.created"] * 5
    assert [delivery["sequence"] for delivery in found] == [1, 2, 3, 4, 5, 6]
    assert [event.event_id for event in world.projects.events] == [delivery["event_id"] for delivery in found]
    assert {"pending"} == {delivery["status"] for delivery in found}
    assert found[0]["payload"]["data"]["name"] == f"as of {world.projects.events[0].position}"


def test_numbers_are_contiguous_after_filtering(world: World):
    hook = world.webhook(URL, events=("task.completed",))["id"]
    world.project(1)
    for type in ("task.created", "task.completed", "task.updated", "task.completed"):
        world.projects.happens(type)
        world.follow()

    assert [delivery["sequence"] for delivery in world.deliveries(hook)] == [1, 2]


def test_a_subscription_begins_after_the_position_at_its_commit(world: World):
    world.project(1)
    world.follow()
    hook = world.webhook(URL)["id"]
    world.projects.happens("task.created")

    world.follow()

    assert world.heard(hook) == ["task.created"]


def test_only_members_at_that_position_hear(world: World):
    ann, bob, eve = (world.webhook(URL, owner=user)["id"] for user in (ANN, BOB, EVE))
    world.project(1)
    world.projects.happens("task.created")
    world.projects.happens("member.added", user_id=BOB, role="member")
    world.projects.happens("task.updated")
    world.projects.happens("member.removed", user_id=BOB, was="member")
    world.projects.happens("task.completed")
    world.projects.happens("project.deleted")

    world.follow()

    assert [event.type for event in world.projects.events] == world.heard(ann)
    assert world.heard(bob, owner=BOB) == ["member.added", "task.updated", "member.removed"]
    assert world.heard(eve, owner=EVE) == []


def test_the_same_whether_told_one_by_one_or_all_at_once(world: World):
    bob = world.webhook(URL, owner=BOB)["id"]
    world.project(1)
    for type in ("member.added", "task.updated", "member.removed", "task.completed"):
        world.projects.happens(type, user_id=BOB, role="member")

    for event in world.projects.events:
        world.app.followers["projects"].take([event])

    assert world.heard(bob, owner=BOB) == ["member.added", "task.updated", "member.removed"]


def test_the_project_filter(world: World):
    world.project(1)
    world.project(2)
    hook = world.webhook(URL, projects=(2,))["id"]
    world.projects.happens("task.created", 1)
    world.projects.happens("task.updated", 2)

    world.follow()

    assert world.heard(hook) == ["task.updated"]


def test_a_paused_subscription_hears_nothing_meanwhile(world: World):
    hook = world.webhook(URL)["id"]
    world.project(1)
    world.follow()
    world.change(hook, is_active=False)
    world.projects.happens("task.created")
    world.follow()
    world.change(hook, is_active=True)
    world.projects.happens("task.updated")
    world.follow()

    assert world.heard(hook) == ["project.created", "task.updated"]
    assert [delivery["sequence"] for delivery in world.deliveries(hook)] == [1, 2]


def test_each_format_has_its_body_and_receivers_share_it(world: World):
    hooks = {format: world.webhook(URL, format=format)["id"] for format in ("standard", "seed", "cloudevents")}
    world.webhook(URL)
    world.project(1)

    world.follow()

    bodies = {format: world.deliveries(hook)[0]["payload"] for format, hook in hooks.items()}
    assert "project.created" == bodies["standard"]["type"] == bodies["seed"]["event"] == bodies["cloudevents"]["type"]
    assert len(world.sql("SELECT 1 FROM bodies")) == 3
    assert [[world.projects.events[0].position]] == world.projects.rendered
    (stored,) = world.sql("SELECT body FROM bodies WHERE format = 'standard'")[0]
    assert "Übergabe ✓".encode() in bytes(stored)
    assert json.loads(bytes(stored)) == bodies["standard"]


def test_while_projects_is_away_nothing_moves_and_nothing_is_lost(world: World):
    hook = world.webhook(URL)["id"]
    world.project(1)
    world.projects.down = True

    with pytest.raises(ConnectionError):
        world.app.followers["projects"].take(world.projects.events)
    assert world.app.followers["projects"].position() == 0
    world.projects.down = False
    world.follow()

    assert world.heard(hook) == ["project.created"]


def test_what_nobody_asked_for_is_not_rendered(world: World):
    world.webhook(URL, events=("task.completed",))
    world.project(1)

    world.follow()

    assert world.projects.rendered == []


def test_following_from_the_start_again_makes_nothing_twice(world: World):
    ann, bob = world.webhook(URL)["id"], world.webhook(URL, owner=BOB)["id"]
    world.project(1)
    world.projects.happens("member.added", user_id=BOB, role="member")
    world.projects.happens("task.created")
    world.projects.happens("member.removed", user_id=BOB, was="member")
    world.follow()
    before = world.deliveries(ann) + world.deliveries(bob, owner=BOB)
    world.sql("UPDATE store.positions SET position = 0")

    world.follow()

    assert before == world.deliveries(ann) + world.deliveries(bob, owner=BOB)
    assert [tuple(row) for row in world.sql("SELECT * FROM memberships")] == [(1, ANN, "owner")]


def test_replaying_the_log_s_first_event_forgets_nobody(world: World):
    ann = world.webhook(URL)["id"]
    world.project(1)
    world.project(2)
    world.follow()
    first = world.projects.events[0]
    with world.app.engine.begin() as connection:
        parking.park(connection, PLACE, first, "was poisoned")

    assert world.app.followers["projects"].replay() == 1

    world.projects.happens("task.created", 2)
    world.follow()
    assert world.heard(ann) == ["project.created", "project.created", "task.created"]


def test_deleting_a_subscription_cancels_what_waits(world: World):
    hook = world.webhook(URL)["id"]
    world.project(1)
    world.follow()

    world.delete(hook)

    assert [tuple(row) for row in world.sql("SELECT status FROM deliveries")] == [("cancelled",)]
    assert not world.sql("SELECT 1 FROM lanes")
