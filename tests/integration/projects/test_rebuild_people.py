"""Names of users are asked for anew beside the rows that serve."""

import pytest
from integration.projects.steps import World
from integration.projects.test_people import Auth, follower, known, told
from sqlalchemy import text

from synergy_chassis.clock import SystemClock
from synergy_chassis.generations import rebuild_following
from synergy_projects.policies import PLACE, people_model


@pytest.fixture
def world(emptied, projects_engine):
    """A rebuild reads all names."""
    return World(projects_engine, SystemClock())


def test_names_that_lie_are_found_and_replaced_and_erased_people_are_gone(world):
    one, two = world.somebody("one").user_id, world.somebody("two").user_id
    auth = Auth(told(1, "user.registered", one), told(2, "user.registered", two))
    follower(world, auth, world.people.people, PLACE.consumer).take([])
    right = known(world, one, two)
    with world.uow.writing() as connection:
        connection.execute(text("UPDATE people SET username = 'nobody' WHERE id = :id"), {"id": one})
        connection.execute(text("INSERT INTO people VALUES (999, 'ghost', 'Ghost')"))
    model = people_model(auth, world.people.people)

    found = rebuild_following(world.engine, model, check=True)
    assert sorted((at.key["id"], at.kind, at.columns) for at in found.differences) == [
        (one, "different", ("username",)), (999, "extra", ())
    ]  # fmt: skip
    assert rebuild_following(world.engine, model).count == 2

    assert known(world, one, two, 999) == right
    assert rebuild_following(world.engine, model, check=True).ok


def test_who_was_erased_does_not_stand_in_the_way(world):
    """Their files that were to be imported are no part of the names: only who follows forgets them."""
    one, gone = world.somebody("one").user_id, world.somebody("gone").user_id
    auth = Auth(told(1, "user.registered", one), told(2, "user.registered", gone), told(3, "user.erased", gone))
    follower(world, auth, world.people.people, PLACE.consumer).take([])

    done = rebuild_following(world.engine, people_model(auth, world.people.people))

    assert (done.ok, done.parked) == (True, [])
    assert set(known(world, one, gone)) == {one}
