"""Following along: all events of all projects somebody is in, in the order of the store, each once."""

import pytest
from psycopg import connect

from synergy_projects.domain.errors import PositionNotReached, ProjectNotFound
from synergy_projects.queries import Feed


@pytest.fixture
def feed(world) -> Feed:
    return Feed(world.uow, world.log, window=1_000)


def seen(feed, actor, *, after, types=None, project=None, page_size=50):
    """What somebody is told, page after page until the end: (project, type), in order."""
    told = []
    while True:
        page = feed.list_events(actor, after=after, types=types, project=project, page_size=page_size)
        assert all(after < event["position"] <= page["next"] for event in page["events"])
        told += page["events"]
        if page["next"] == after:
            positions = [event["position"] for event in told]
            assert sorted(set(positions)) == positions
            return [(event["project"], event["type"]) for event in told]
        after = page["next"]


@pytest.mark.parametrize("page_size", [50, 1])
def test_everybody_is_told_all_of_the_projects_they_are_in_today_and_nothing_else(
    world, feed, ann, bob, eve, page_size
):
    start = world.log.head().position
    first = world.project(ann, name="First")
    second = world.project(eve, name="Second")
    world.task(ann, first)
    world.do("add_member", ann, project_id=first, user_id=bob.user_id, role="viewer")
    world.do("add_member", ann, project_id=first, user_id=eve.user_id, role="viewer")
    world.do("remove_member", ann, project_id=first, user_id=eve.user_id)
    world.do("update_project", eve, project_id=second, changes={"name": "Last"})

    of_first = ["project.created", "task.created", "member.added", "member.added", "member.removed"]
    assert [(first, kind) for kind in of_first] == seen(feed, ann, after=start, page_size=page_size)
    assert [(first, kind) for kind in of_first] == seen(feed, bob, after=start, page_size=page_size)
    assert [(second, "project.created"), (second, "project.updated")] == seen(
        feed, eve, after=start, page_size=page_size
    )
    assert [] == seen(feed, world.somebody(), after=start)


def test_types_and_one_project_can_be_chosen(world, feed, ann, bob):
    start = world.log.head().position
    one, other = world.project(ann), world.project(ann)
    world.task(ann, one)
    world.task(ann, other)

    assert [(one, "task.created"), (other, "task.created")] == seen(feed, ann, after=start, types=["task.created"])
    assert [(other, "task.created")] == seen(feed, ann, after=start, types=["task.created"], project=other)
    assert [] == seen(feed, ann, after=start, types=["task.deleted"])
    with pytest.raises(ProjectNotFound):
        feed.list_events(bob, after=start, types=None, project=one, page_size=1)
    root = world.somebody("root", superuser=True)
    assert [(one, "project.created"), (one, "task.created")] == seen(feed, root, after=start, project=one)
    assert [] == seen(feed, root, after=start)


def test_what_goes_to_the_trash_is_told(world, feed, ann):
    start = world.log.head().position
    project = world.project(ann)
    world.do("delete_project", ann, project_id=project)

    assert [(project, "project.created"), (project, "project.deleted")] == seen(feed, ann, after=start)


def test_an_event_is_told_with_its_project_and_who_did_it(world, feed, ann):
    start = world.log.head().position
    project = world.project(ann)

    (event,) = feed.list_events(ann, after=start, types=None, project=None, page_size=50)["events"]

    assert (project, 1, "project.created", "project") == (
        event["project"], event["version"], event["type"], event["entity"],
    )  # fmt: skip
    assert f"ann-{ann.user_id}" == event["actor"]["username"]
    assert "Apollo" == event["data"]["name"]


def test_a_long_log_is_looked_through_part_by_part(world, ann, bob):
    start = world.log.head().position
    for _ in range(3):
        world.project(bob)
    mine = world.project(ann)
    feed = Feed(world.uow, world.log, window=2)

    first = feed.list_events(ann, after=start, types=None, project=None, page_size=50)

    assert ([], start + 2) == (first["events"], first["next"])
    assert [(mine, "project.created")] == seen(feed, ann, after=start)


def test_positions_that_nobody_was_given_are_passed_at_once(world, ann, bob, projects_database):
    start = world.log.head().position
    world.project(bob)
    with connect(projects_database.owner_url) as owner:  # as a restore does
        owner.execute("SELECT setval('store.events_position', last_value + 1000000000000) FROM store.events_position")
    mine = world.project(ann)
    feed = Feed(world.uow, world.log, window=2)

    pages = [feed.list_events(ann, after=start, types=None, project=None, page_size=50)]
    while not pages[-1]["events"]:
        pages.append(feed.list_events(ann, after=pages[-1]["next"], types=None, project=None, page_size=50))

    assert 2 == len(pages)
    assert [mine] == [event["project"] for event in pages[-1]["events"]]
    assert world.log.head().position == pages[-1]["next"]


def test_an_answer_holds_as_much_as_fits_and_one_event_at_least(world, ann):
    start = world.log.head().position
    project = world.project(ann, description="x" * 1_000)
    for _ in range(2):
        world.task(ann, project, description="y" * 1_000)
    feed = Feed(world.uow, world.log, largest=100)

    page = feed.list_events(ann, after=start, types=None, project=None, page_size=50)

    assert ["project.created"] == [event["type"] for event in page["events"]]
    assert page["events"][0]["position"] == page["next"]
    assert 3 == len(seen(feed, ann, after=start))
    followed = feed.follow_events(start)
    assert (1, True) == (len(followed["events"]), followed["more"])


def test_nobody_reads_on_where_the_log_does_not_go(world, feed, ann):
    beyond = feed.follow_events(None)["next"] + 1

    for ask in (
        lambda: feed.list_events(ann, after=beyond, types=None, project=None, page_size=1),
        lambda: feed.follow_events(beyond),
    ):
        with pytest.raises(PositionNotReached):
            ask()


def test_gateways_are_told_everybodys_events_and_where_the_log_ends(world, feed, ann, bob):
    start = feed.follow_events(None)
    projects = [world.project(ann), world.project(bob)]

    told = feed.follow_events(start["next"])

    assert ([], False) == (start["events"], start["more"])
    assert projects == [event["project"] for event in told["events"]]
    assert ([], told["next"]) == tuple(feed.follow_events(told["next"])[name] for name in ("events", "next"))


def test_memberships_hold_all_that_happened_up_to_their_position(world, feed, ann, bob):
    first, second = world.project(ann, (bob, "viewer")), world.project(ann)
    world.do("delete_project", ann, project_id=second)

    told = feed.list_memberships(ann)

    assert [first, second] == told["projects"]
    assert world.log.head().position <= told["position"]
    assert [first] == feed.list_memberships(bob)["projects"]


def test_it_costs_the_same_statements_however_much_there_is(world, feed, ann):
    start = world.log.head().position
    counted = []
    for _ in range(2):
        for _ in range(5):
            world.project(ann)
        with world.statements() as statements:
            feed.list_events(ann, after=start, types=None, project=None, page_size=50)
        counted.append(len(statements.texts))

    assert counted[0] == counted[1] <= 4
