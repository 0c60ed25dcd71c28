"""Whoever owns projects is not erased, and whoever is being erased starts none: whichever comes first."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from integration.projects.steps import World
from sqlalchemy import text

from synergy_chassis.clock import new_id
from synergy_projects import handlers
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import AccountLeaving, DomainError, ProjectsOwned


def leaving(world: World) -> int:
    with world.engine.connect() as rows:
        return int(rows.execute(text("SELECT count(*) FROM leaving")).scalar_one())


@pytest.fixture(autouse=True)
def nobody_leaves(world: World) -> None:
    with world.engine.begin() as rows:
        rows.execute(text("DELETE FROM leaving"))


def test_who_owns_projects_is_told_which(world: World, ann: Actor, bob: Actor) -> None:
    first = world.project(ann, (bob, "manager"), name="Apollo")
    for number in range(4):
        world.project(ann, name=f"Gemini {number}")
    with pytest.raises(ProjectsOwned, match=rf"You own “Apollo” \({first}\), .*Gemini 3” \(\d+\)\. Transfer"):
        world.do("prepare_leaving", ann)
    world.project(ann, name="Mercury")

    with pytest.raises(ProjectsOwned, match=r"Gemini 3” \(\d+\) and others\. Transfer"):
        world.do("prepare_leaving", ann)

    assert 0 == leaving(world)
    world.do("prepare_leaving", bob)


def test_projects_in_the_trash_hold_nobody(world: World, ann: Actor) -> None:
    world.do("delete_project", ann, project_id=world.project(ann))

    world.do("prepare_leaving", ann)


def test_whoever_leaves_starts_no_project_until_the_attempt_is_taken_back_or_over(
    world: World, ann: Actor, bob: Actor
) -> None:
    first, second = new_id(), new_id()
    for attempt in (first, second, first):
        world.do("prepare_leaving", ann, command_id=attempt)
    assert world.project(bob)

    world.do("stay", ann, command_id=first)
    with pytest.raises(AccountLeaving):
        world.project(ann)
    world.do("stay", ann, command_id=second)
    assert world.project(ann)

    eve = world.somebody("eve")
    world.do("prepare_leaving", eve)
    with world.engine.begin() as rows:
        rows.execute(text("UPDATE leaving SET until = now()"))
    assert world.project(eve)


def test_of_a_project_and_an_erasure_that_begin_at_once_one_is_refused(world: World) -> None:
    def attempt(verb: str, actor: Actor) -> str:
        try:
            world.do(verb, actor, **({"name": "Apollo"} if verb == "create_project" else {}))
        except DomainError as no:
            return no.code
        return verb

    outcomes = set()
    with ThreadPoolExecutor(2) as pool:
        for _ in range(25):
            actor = world.somebody("ann")
            outcomes.add(tuple(pool.map(attempt, ("create_project", "prepare_leaving"), (actor, actor))))

    assert outcomes <= {("create_project", "projects-owned"), ("account-leaving", "prepare_leaving")}


def until_waiting(world: World, many: int) -> None:
    """Until so many wait for a lock."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'projects tests' AND wait_event_type = 'Lock'"
    )
    with world.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        for _ in range(1_000):
            if many == watching.execute(text(query)).scalar_one():
                return
            time.sleep(0.01)
    raise AssertionError(f"not {many} wait")


def test_a_project_that_is_being_started_is_waited_for(world: World, ann: Actor, projects_database) -> None:
    with psycopg.connect(projects_database.owner_url) as gate, ThreadPoolExecutor(2) as pool:
        gate.execute("LOCK TABLE members IN SHARE MODE")
        starting = pool.submit(world.do, "create_project", ann, name="Apollo")
        until_waiting(world, 1)
        preparing = pool.submit(world.do, "prepare_leaving", ann)
        until_waiting(world, 2)
        gate.rollback()
        assert starting.result()["name"] == "Apollo"
        with pytest.raises(ProjectsOwned):
            preparing.result()


def test_a_project_that_an_erased_person_left_behind_is_seen_to_by_a_superuser(world: World, ann: Actor, bob: Actor):
    project = world.project(ann, (bob, "contributor"))
    handlers.erase_person(str(ann.user_id), False, uow=world.uow)
    del world.people.known[ann.user_id]
    root = world.somebody("root", superuser=True)

    assert f"user-{ann.user_id}" == world.ask("read_project", bob, project)["owner"]["username"]
    assert world.task(bob, project)["title"] == "Build"
    world.do("change_member_role", root, project_id=project, user_id=bob.user_id, role="manager")
    world.do("delete_project", root, project_id=project)

    assert 0 == world.ask("list_projects", bob)["count"]
