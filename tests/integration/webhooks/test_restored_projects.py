"""The store of projects is restored to an earlier time while webhooks had gone further."""

from integration.webhooks.steps import ANN, BOB, World, receiving, until


def test_what_is_no_more_is_told_to_nobody_and_what_is_new_is(world: World) -> None:
    world.project()
    world.follow()
    hook = world.webhook("http://127.0.0.1:9/")["id"]
    world.projects.happens("task.created")
    lost = world.projects.happens("task.completed")
    world.follow()
    world.projects.is_restored(events=2)
    new = world.projects.happens("task.updated")
    world.follow()

    assert [("task.created", "pending"), ("task.completed", "cancelled"), ("task.updated", "pending")] == [
        (delivery["event_type"], delivery["status"]) for delivery in world.deliveries(hook)
    ]
    assert new.position > lost.position + 900_000_000
    assert [(2,)] == world.sql("SELECT pending FROM lanes"), "the cancelled one waits no more"


def test_a_lane_in_which_nothing_waits_any_more_is_closed(world: World) -> None:
    world.project()
    world.follow()
    hook = world.webhook("http://127.0.0.1:9/", ordered=False)["id"]
    world.projects.happens("task.created")
    world.projects.happens("task.completed")
    world.follow()
    assert [(1,), (1,)] == world.sql("SELECT pending FROM lanes")
    world.projects.is_restored(events=2)
    world.follow()

    assert ["pending", "cancelled"] == world.statuses(hook)
    assert [(1,)] == world.sql("SELECT pending FROM lanes")


def test_what_was_sent_stays_on_record_and_receivers_hear_the_new_events_only(world: World) -> None:
    with receiving() as receiver, world.sending():
        world.project()
        world.follow()
        hook = world.webhook(receiver.url)["id"]
        for name in ("task.created", "task.completed"):
            world.projects.happens(name)
        world.follow()
        until(lambda: ["success"] * 2 == world.statuses(hook), what="both to be told")
        world.projects.is_restored(events=2)
        world.projects.happens("task.updated")
        world.follow()
        until(lambda: ["success"] * 3 == world.statuses(hook), what="the new one to be told")

    assert ["task.created", "task.completed", "task.updated"] == [told.json["type"] for told in receiver.arrived]
    assert [1, 2, 3] == receiver.sequences()
    assert 3 == len({told.headers["webhook-id"] for told in receiver.arrived})


def test_who_joined_in_the_lost_time_hears_nothing_more(world: World) -> None:
    world.project()
    world.projects.happens("member.added", user_id=BOB, role="viewer", entity=f"member-{BOB}")
    world.follow()
    hook = world.webhook("http://127.0.0.1:9/", owner=BOB)["id"]
    world.projects.is_restored(events=1)
    world.projects.happens("task.created", actor=ANN)
    world.follow()

    assert [] == world.heard(hook, owner=BOB)


def test_events_that_a_webhook_slept_through_are_not_told_when_the_log_comes_again(world: World) -> None:
    world.project()
    world.follow()
    hook = world.webhook("http://127.0.0.1:9/", is_active=False)["id"]
    world.projects.happens("task.created")
    world.follow()
    world.change(hook, is_active=True)
    world.projects.happens("task.completed")
    world.projects.is_restored(events=2)
    world.follow()

    assert [] == world.heard(hook)
