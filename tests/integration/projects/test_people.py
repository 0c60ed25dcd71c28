"""Names of users follow auth."""

from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import text

from synergy_chassis.follower import Follower
from synergy_contracts.envelope import EventsPage, Head, StoredEvent, Tally
from synergy_contracts.refusals import Refused
from synergy_projects.domain.person import Person
from synergy_projects.handlers import erase_person
from synergy_projects.policies import forget_names, hear
from synergy_projects.queries.people import people


def told(position, kind, user_id):
    return StoredEvent(
        position=position, previous_position=position - 1, stream=f"user-{user_id}", version=position, event_id=uuid4(),
        type=kind, schema_version=1, entity=f"user-{user_id}", data={"user_id": user_id}, meta={},
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC), hash="",
    )  # fmt: skip


class Auth:
    """An owner of events and names."""

    def __init__(self, *events):
        self.events = list(events)

    def head(self):
        return Head(position=len(self.events), epoch="one")

    def events_after(self, position, limit):
        found = [event for event in self.events if event.position > position][:limit]
        return EventsPage(events=found, read_to=found[-1].position if found else position)


def follower(world, auth, names, consumer):
    return Follower(world.engine, consumer=consumer, source="auth", owner=auth, apply=partial(hear, names=names))


def known(world, *ids):
    with world.uow.reading() as connection:
        return people(connection, ids)


def test_registered_and_renamed_users_are_known_by_their_present_names(world):
    one, two = world.somebody("one").user_id, world.somebody("two").user_id
    auth = Auth(told(1, "user.registered", one), told(2, "user.registered", two), told(3, "user.disabled", one))
    following = follower(world, auth, world.people.people, f"test-{uuid4().hex}")

    following.take([])
    assert {one, two} == known(world, one, two).keys()

    world.people.known[one] = Person(one, "renamed", "New Name")
    auth.events.append(told(4, "user.updated", one))
    following.take(auth.events[-1:])

    assert Person(one, "renamed", "New Name") == known(world, one)[one]
    assert following.position() == 4


def test_while_auth_is_away_nothing_is_skipped(world):
    user = world.somebody("one").user_id
    auth = Auth(told(1, "user.registered", user))

    def away(ids):
        raise Refused("unavailable", "service-unavailable", "Later.")

    following = follower(world, auth, away, consumer := f"test-{uuid4().hex}")
    with pytest.raises(Refused):
        following.take([])

    assert following.position() == 0
    follower(world, auth, world.people.people, consumer).take([])
    assert user in known(world, user)


def test_a_new_name_shows_everywhere_at_once(world, ann):
    project = world.project(ann)
    world.people.known[ann.user_id] = Person(ann.user_id, "anna", "Anna Body")

    follower(world, Auth(told(1, "user.updated", ann.user_id)), world.people.people, f"test-{uuid4().hex}").take([])

    assert world.ask("read_project", ann, project)["owner"]["username"] == "anna"


def test_somebody_whose_account_is_gone_is_still_shown(world, ann):
    project = world.project(ann)
    with world.uow.writing() as connection:
        connection.execute(text("DELETE FROM people WHERE id = :id"), {"id": ann.user_id})

    assert world.ask("read_project", ann, project)["owner"] == {
        "id": ann.user_id, "username": f"user-{ann.user_id}", "full_name": "",
    }  # fmt: skip


def test_who_is_erased_is_shown_as_somebody_whose_account_is_gone_and_keeps_the_place(world, ann):
    project = world.project(ann)
    world.people.known.pop(ann.user_id)
    events = [told(1, "user.updated", ann.user_id), told(2, "user.erased", ann.user_id)]

    follower(world, Auth(*events), world.people.people, f"test-{uuid4().hex}").take([])

    assert {} == known(world, ann.user_id)
    view = world.ask("read_project", ann, project)
    nobody = {"id": ann.user_id, "username": f"user-{ann.user_id}", "full_name": ""}
    assert (nobody, [nobody]) == (view["owner"], [member["user"] for member in view["team_members"]])


def test_the_operator_drops_a_name_at_once_and_is_told_what_stays(world, ann):
    world.project(ann)
    dry, done, again = (erase_person(str(ann.user_id), dry_run, uow=world.uow) for dry_run in (True, False, False))

    rows = [{(trace.place, trace.fate): trace.rows for trace in report.traces} for report in (dry, done, again)]
    assert rows[0] == rows[1] == rows[2] | {("people", "erased"): 1}
    assert 0 == rows[2]["people", "erased"]
    assert (1, 1) == (rows[1]["projects", "kept"], rows[1]["members", "kept"])
    assert {} == known(world, ann.user_id)
    with pytest.raises(ValueError, match="by id"):
        erase_person("ann", True, uow=world.uow)


def test_names_of_a_restored_auth_are_fetched_anew(world):
    lost, kept = world.somebody("lost").user_id, world.somebody("kept").user_id
    remembered = partial(hear, names=world.people.people)
    auth = Auth(told(1, "user.registered", kept), told(2, "user.registered", lost))
    auth.tally = lambda position: Tally(events=1, last=1, head=auth.head().position, epoch=auth.head().epoch)
    following = Follower(
        world.engine, consumer=f"test-{uuid4().hex}", source="auth", owner=auth, apply=remembered, lost=forget_names
    )
    following.take([])
    assert {kept, lost} == known(world, kept, lost).keys()

    del auth.events[1:]
    auth.head = lambda: Head(position=1, epoch="two")
    following.take([])

    assert {kept} == known(world, kept, lost).keys()
