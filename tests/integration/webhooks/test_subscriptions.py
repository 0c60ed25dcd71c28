"""Subscriptions on the real store."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from integration.webhooks.steps import ANN, BOB, World

from synergy_chassis.clock import new_id
from synergy_chassis.store import engine
from synergy_chassis.store.rebuild import rebuild
from synergy_chassis.store.verify import verify
from synergy_webhooks.domain.errors import (
    AddressRefused,
    NotAMember,
    PreconditionFailed,
    SecretRefused,
    TooManyWebhooks,
    UnknownEventType,
    WebhookNotFound,
)
from synergy_webhooks.projections import SubscriptionRows
from synergy_webhooks.tables import webhooks

URL = "http://127.0.0.1:9/hook"


def test_the_secret_is_told_once_and_never_stored_in_clear(world: World):
    made = world.webhook(URL)
    given = world.webhook(URL, secret="test_secret")

    assert made["secret"].startswith("whsec_")
    assert given["secret"] == "test_secret"
    assert world.app.read_webhook(made["id"], ANN)["secret"] is None
    assert {None} == {
        hook["secret"] for hook in world.app.list_webhooks(ANN, is_active=None, page=1, page_size=9)["results"]
    }
    assert not world.sql(
        "SELECT 1 FROM store.events WHERE data::text LIKE '%test_secret%' OR data::text LIKE '%whsec_%'"
    )
    assert not world.sql("SELECT 1 FROM webhook_secrets WHERE position('test_secret'::bytea IN sealed) > 0")


def test_a_repeated_command_makes_one_subscription_and_keeps_the_secret_to_itself(world: World):
    command_id = new_id()

    first = world.webhook(URL, command_id=command_id)
    again = world.webhook(URL, command_id=command_id)

    assert (first["id"], None) == (again["id"], again["secret"])
    assert world.app.list_webhooks(ANN, is_active=None, page=1, page_size=9)["count"] == 1


def test_others_do_not_see_it(world: World):
    hook = world.webhook(URL)["id"]

    for act in (
        lambda: world.app.read_webhook(hook, BOB),
        lambda: world.change(hook, owner=BOB, name="mine"),
        lambda: world.delete(hook, owner=BOB),
        lambda: world.deliveries(hook, owner=BOB),
        lambda: world.change(uuid4(), name="x"),
        lambda: world.delete(uuid4()),
    ):
        with pytest.raises(WebhookNotFound):
            act()
    assert world.app.list_webhooks(BOB, is_active=None, page=1, page_size=9)["count"] == 0


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"url": "http://127.0.0.2/"}, AddressRefused),
        ({"url": "http://rebound.example/"}, AddressRefused),
        ({"url": "https://rebound.example/"}, AddressRefused),
        ({"url": "http://unknown.example/"}, AddressRefused),
        ({"events": ("task.exploded",)}, UnknownEventType),
        ({"projects": (1,)}, NotAMember),
        ({"secret": "whsec_short"}, SecretRefused),
    ],
    ids=str,
)
def test_bad_fields_are_refused_and_nothing_is_written(world: World, fields, refusal):
    world.names["rebound.example"] = ["8.8.8.8", "127.1.2.3"]
    before = world.sql("SELECT count(*) FROM store.events")

    with pytest.raises(refusal):
        world.webhook(**({"url": URL} | fields))

    assert before == world.sql("SELECT count(*) FROM store.events")
    assert not world.sql("SELECT 1 FROM webhooks")


def test_a_name_without_an_address_may_be_saved_over_https(world: World):
    assert world.webhook("https://example.com/webhook")["id"]


def test_a_project_that_was_created_a_moment_ago_can_be_named(world: World):
    world.project(1)

    assert world.webhook(URL, projects=(1,))["projects"] == [1]


def test_changes_show_and_are_checked(world: World):
    hook = world.webhook(URL)["id"]

    changed = world.change(hook, name="Copy", events=("task.*",), format="cloudevents", ordered=False, is_active=False)

    assert tuple(changed[field] for field in ("name", "events", "format", "ordered", "is_active", "health")) == (
        "Copy",
        ["task.*"],
        "cloudevents",
        False,
        False,
        "paused",
    )
    with pytest.raises(AddressRefused):
        world.change(hook, url="http://10.0.0.1/")
    assert world.app.list_webhooks(ANN, is_active=True, page=1, page_size=9)["results"] == []


def test_at_most_200_even_when_asked_for_at_once(world: World):
    world.sql(
        "INSERT INTO webhooks"
        " SELECT gen_random_uuid(), 1, 'x', 'https://x.example', '{*}', '{}', 'standard', true, true, 0,"
        " NULL, 1, now(), NULL, NULL, 1 FROM generate_series(1, 198)"
    )

    def one(_: int) -> bool:
        try:
            return bool(world.webhook(URL))
        except TooManyWebhooks:
            return False

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(one, range(6))) == 2


def test_of_two_who_have_seen_the_same_the_second_changes_nothing(world: World):
    hook = world.webhook(URL)
    seen = (hook["revision"],)

    world.ping(hook["id"])
    world.rotate(hook["id"])
    first = world.change(hook["id"], if_match=seen, name="First")
    with pytest.raises(PreconditionFailed):
        world.change(hook["id"], if_match=seen, name="Second")
    with pytest.raises(PreconditionFailed):
        world.delete(hook["id"], if_match=seen)

    now = world.app.read_webhook(hook["id"], ANN)
    assert ("First", first["revision"]) == (now["name"], now["revision"])
    world.change(hook["id"], if_match=(now["revision"],), name="Third")
    world.delete(hook["id"], if_match=(world.app.read_webhook(hook["id"], ANN)["revision"],))


def test_a_replica_of_before_the_revisions_goes_on_making_webhooks(world: World):
    world.webhook(URL)
    named = ", ".join(column.name for column in webhooks.columns if column.name not in ("webhook_id", "revision"))

    world.sql(f"INSERT INTO webhooks (webhook_id, {named}) SELECT gen_random_uuid(), {named} FROM webhooks")

    assert 2 == world.app.list_webhooks(ANN, is_active=None, page=1, page_size=9)["count"]


def test_deleted_is_gone_with_its_secret(world: World):
    hook = world.webhook(URL)["id"]

    world.delete(hook)

    with pytest.raises(WebhookNotFound):
        world.app.read_webhook(hook, ANN)
    assert not world.sql("SELECT 1 FROM webhook_secrets")


def test_rows_follow_from_the_events_and_the_chain_holds(world: World):
    hook = world.webhook(URL)["id"]
    world.change(hook, name="Copy")
    world.delete(world.webhook(URL)["id"])
    world.sql("UPDATE webhooks SET name = 'tampered'")
    pool = engine(world.url, pool_size=2, application_name="test")
    try:
        found = rebuild(pool, SubscriptionRows(), check=True)
        assert not found.ok
        rebuild(pool, SubscriptionRows())

        assert world.app.read_webhook(hook, ANN)["name"] == "Copy"
        assert rebuild(pool, SubscriptionRows(), check=True).ok
        assert verify(pool).ok
    finally:
        pool.dispose()
