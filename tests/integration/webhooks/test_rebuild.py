"""Who belongs to which project is folded anew beside the rows that serve, and no delivery is made again."""

import pytest
from integration.webhooks.steps import ANN, BOB, World

from synergy_chassis.generations import rebuild_following
from synergy_webhooks.policies.rebuilding import memberships_model

URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def hook(world: World):
    """Two projects with Bob, one of them in the trash, and what Bob's subscription has heard of them."""
    hook = world.webhook(URL, owner=BOB)["id"]
    for project in (1, 2):
        world.project(project)
        world.projects.happens("member.added", project, user_id=BOB, role="member")
    world.projects.happens("project.deleted", 2)
    world.follow()
    return hook


def rows(world: World):
    people = "SELECT project_id, user_id, role FROM memberships ORDER BY 1, 2"
    return list(map(tuple, world.sql(people))), list(map(tuple, world.sql("SELECT project_id FROM trashed_projects")))


def rebuild(world: World, *, check: bool = False):
    return rebuild_following(world.app.engine, memberships_model(world.projects), check=check)


def test_damaged_rows_are_found_and_folded_anew_and_no_delivery_is_made_again(world, hook):
    right, deliveries = rows(world), world.deliveries(hook, owner=BOB)
    world.sql("DELETE FROM memberships WHERE user_id = :user", user=BOB)
    world.sql("UPDATE trashed_projects SET project_id = 3")

    found = rebuild(world, check=True)
    told = sorted((one.table, one.kind) for one in found.differences)
    assert told == [("memberships", "missing")] * 2 + [("trashed_projects", "extra"), ("trashed_projects", "missing")]
    assert rebuild(world).count == 4

    assert rows(world) == right
    assert world.deliveries(hook, owner=BOB) == deliveries
    assert rebuild(world, check=True).ok


def test_the_follower_goes_on_from_the_same_position(world, hook):
    world.sql("DELETE FROM memberships")
    position = world.app.followers["projects"].position()
    rebuild(world)
    assert world.app.followers["projects"].position() == position

    world.projects.happens("task.created", 1)
    world.projects.happens("member.removed", 1, user_id=BOB)
    world.projects.happens("task.created", 1)
    world.follow()

    assert world.heard(hook, owner=BOB) == [
        "member.added", "member.added", "project.deleted", "task.created", "member.removed"
    ]  # fmt: skip
    assert rows(world)[0] == [(1, ANN, "owner"), (2, ANN, "owner"), (2, BOB, "member")]
