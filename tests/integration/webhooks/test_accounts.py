"""What happens to accounts is told to superusers: each event once, under auth's id; derived again where it is lost."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.webhooks.databases import a_migrated_database
from integration.webhooks.steps import ANN, BOB, EVE, World, a_context
from told import misfits

from synergy_chassis.generations import rebuild_following
from synergy_chassis.store import positions
from synergy_webhooks.bodies import render
from synergy_webhooks.handlers.erase_person import erase_person
from synergy_webhooks.handlers.hear_user import hear_user
from synergy_webhooks.outbox import users
from synergy_webhooks.policies.place import ACCOUNTS_PLACE, locked_position
from synergy_webhooks.policies.rebuilding import accounts_model
from synergy_webhooks.projections import codec, stream_of_heard

URL = "http://127.0.0.1:9/hook"


def a_hook(world: World, *, owner: int = ANN, **fields: Any) -> UUID:
    hook: UUID = world.webhook(URL, owner=owner, superuser=True, **fields)["id"]
    return hook


def test_superusers_hear_of_accounts_what_they_asked_for_and_nobody_else_does(world: World) -> None:
    world.auth.makes(ANN)
    hooks = {
        "all": a_hook(world), "some": a_hook(world, events=("user.disabled", "task.*"), format="seed"),
        "cloud": a_hook(world, events=("user.*",), format="cloudevents"), "other": a_hook(world, events=("task.*",)),
    }  # fmt: skip
    bobs = world.webhook(URL, owner=BOB)["id"]
    world.project(1)
    world.follow()
    narrowed = a_hook(world, projects=(1,))
    world.auth.happens("user.registered", EVE)
    disabled = world.auth.happens("user.disabled", EVE, actor=ANN)
    world.auth.happens("user.signed_out", EVE, spared=None)
    world.hear()

    heard = ["user.rights_changed", "user.registered", "user.disabled"]
    assert [["project.created", *heard], ["user.disabled"], heard, []] == list(map(world.heard, hooks.values()))
    assert [] == world.heard(bobs, owner=BOB) + world.heard(narrowed)
    (seed,) = world.deliveries(hooks["some"])
    assert (seed["event_id"], seed["payload"]["event"]) == (disabled.event_id, "user.disabled")
    assert (seed["payload"]["data"], seed["payload"]["actor"]) == ({"id": EVE}, {"id": ANN})
    for delivery in [delivery for hook in hooks.values() for delivery in world.deliveries(hook)]:
        if delivery["event_type"].startswith("user."):
            kept = world.sql("SELECT body FROM bodies WHERE event_id = :e", e=delivery["event_id"])
            assert [] == [misfit for (body,) in kept for misfit in misfits(bytes(body))]


def test_who_is_made_and_unmade_meanwhile_hears_what_lies_between(world: World) -> None:
    hook = a_hook(world)
    world.auth.happens("user.registered", ANN)
    world.auth.makes(ANN)
    world.auth.happens("user.registered", BOB)
    world.auth.makes(ANN, superuser=False)
    world.auth.happens("user.registered", EVE)
    world.hear()

    assert ["user.rights_changed", "user.registered", "user.rights_changed"] == world.heard(hook)
    unmade = world.deliveries(hook)[-1]["payload"]
    assert {"id": ANN, "is_superuser": False} == unmade["data"]
    assert {"is_superuser": {"from": True, "to": False}} == unmade["changes"]


def test_a_subscription_begins_after_what_was_heard_before_it_however_often_that_comes_again(world: World) -> None:
    world.auth.makes(ANN)
    world.auth.happens("user.registered", BOB)
    world.hear()
    hook = a_hook(world)
    world.auth.happens("user.registered", EVE)
    world.hear()
    world.app.followers["auth"].take(world.auth.events[-1:])
    world.app.followers["auth"].follow_anew()
    world.hear()
    (fact,) = world.app.log.stream(stream_of_heard(world.auth.events[1].event_id))
    uow = world.app.uow
    hear_user(codec.decode(fact), context=a_context(ANN), uow=uow, position=locked_position)  # its command is forgotten

    assert ["user.registered"] == world.heard(hook)
    assert 1 == world.app.read_webhook(hook, ANN)["total_deliveries"]
    world.auth.is_restored(2)
    world.auth.happens("user.updated", BOB)
    world.hear()
    assert ["user.registered", "user.updated"] == world.heard(hook)


def test_what_auth_recorded_before_it_was_followed_is_folded_and_not_told(world: World, monkeypatch: Any) -> None:
    hook = a_hook(world)
    monkeypatch.setattr("integration.webhooks.steps.datetime", Yesteryear)
    world.auth.makes(ANN)
    monkeypatch.undo()
    world.auth.happens("user.registered", EVE)
    world.hear()

    assert ["user.registered"] == world.heard(hook)


class Yesteryear(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime(2020, 1, 1, tzinfo=UTC)


def test_what_was_parked_is_told_when_it_is_replayed(world: World) -> None:
    world.auth.makes(ANN)
    world.hear()
    hook = a_hook(world)
    event = world.auth.happens("user.registered", EVE)
    with world.app.engine.begin() as rows:
        positions.move(rows, ACCOUNTS_PLACE, event.position, taken=1)
    world.sql(
        "INSERT INTO store.parked (consumer, source, position, stream, event, error)"
        " VALUES ('webhooks', 'auth', :p, :s, CAST(:e AS json), 'a bug')",
        p=event.position, s=event.stream, e=msgspec.json.encode(event).decode(),
    )  # fmt: skip
    world.hear()
    assert [] == world.heard(hook)

    assert 1 == world.app.followers["auth"].replay()
    assert ["user.registered"] == world.heard(hook)


def test_the_bytes_are_made_again_when_they_were_dropped(world: World) -> None:
    world.auth.makes(ANN)
    hook = a_hook(world)
    world.hear()
    (delivery,) = world.deliveries(hook)
    world.sql("UPDATE deliveries SET status = 'success'")
    world.sql("DELETE FROM bodies")

    assert delivery["payload"] == world.repeat(delivery["id"])["payload"]


def test_damaged_accounts_are_folded_anew_and_nothing_is_told_again(world: World) -> None:
    hook = a_hook(world)
    world.auth.makes(ANN)
    world.auth.makes(BOB)
    world.auth.happens("user.disabled", BOB)
    world.hear()
    right, told = world.sql("SELECT * FROM accounts ORDER BY 1"), world.heard(hook)
    world.sql("DELETE FROM accounts WHERE user_id = :u", u=BOB)

    assert 1 == rebuild_following(world.app.engine, accounts_model(world.auth), check=False).count

    assert right == world.sql("SELECT * FROM accounts ORDER BY 1")
    assert told == world.heard(hook)


def test_a_person_is_forgotten_but_for_the_id(world: World) -> None:
    world.auth.makes(ANN)
    world.auth.happens("user.registered", BOB)
    event = world.auth.happens("user.erased", BOB)
    hook = a_hook(world)
    world.hear()
    traces = erase_person(str(BOB), False, needs=world.app.needs).traces

    (fact,) = world.app.log.stream(stream_of_heard(event.event_id))
    assert b'"data":{"id":2}' in render(users.told_of(fact, codec.decode(fact)), "standard")
    assert 3 == len(world.heard(hook))
    assert {"what happened to their account, by its id": "kept"} == {
        trace.holds: trace.fate for trace in traces if "account" in trace.holds
    }


@pytest.fixture(scope="module")
def lasting(_postgres) -> Iterator[World]:
    """On a database of its own, which goes on from example to example as its logs do."""
    with a_migrated_database(_postgres) as database:
        world = World(database.service_url)
        yield world
        world.app.close()


USERS = st.sampled_from([ANN, BOB, EVE])
HAPPENINGS = st.one_of(
    st.tuples(st.just("rights"), USERS, st.booleans()),
    st.tuples(st.sampled_from(["user.registered", "user.updated", "user.disabled", "user.enabled"]), USERS),
    st.tuples(st.just("hook"), USERS, st.sampled_from([("*",), ("user.*", "task.*"), ("user.disabled",)])),
    st.tuples(st.sampled_from(["pause", "delete", "project", "hear", "follow"]), USERS),
)
NUMBERED = "SELECT delivery_id, webhook_id, source, position, event_type, lane, sequence FROM deliveries ORDER BY 1"


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=st.lists(HAPPENINGS, min_size=6, max_size=20))
def test_the_set_with_its_numbers_follows_from_the_logs_however_they_were_followed(lasting: World, life: Any) -> None:
    for happening in life:
        happens(lasting, *happening)
    lasting.hear()
    lasting.follow()
    before = lasting.sql(NUMBERED)
    unchanged = lasting.app.rederive(check=True)
    assert (len(before), 0, 0) == (unchanged.derived, unchanged.missing, unchanged.renumbered)
    for table in ("deliveries", "bodies", "lanes", "sequences"):
        lasting.sql(f"DELETE FROM {table}")

    report = lasting.app.rederive(check=False)

    assert (len(before), 0) == (report.missing, report.renumbered)
    assert before == lasting.sql(NUMBERED)


def happens(world: World, what: str, user: int, *more: Any) -> None:
    mine = [row[0] for row in world.sql("SELECT webhook_id FROM webhooks WHERE owner_id = :u ORDER BY 1", u=user)]
    match what:
        case "rights":
            world.auth.makes(user, superuser=more[0])
        case "hook" if len(mine) < 3:
            a_hook(world, owner=user, events=more[0])
        case "pause" if mine:
            world.change(mine[0], owner=user, is_active=not world.app.read_webhook(mine[0], user)["is_active"])
        case "delete" if mine:
            world.delete(mine[0], owner=user)
        case "project":
            world.project(user, owner=user)
        case "hear":
            world.hear()
        case "follow":
            world.follow()
        case _ if what.startswith("user."):
            world.auth.happens(what, user)
