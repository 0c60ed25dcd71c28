"""Deliveries follow from the logs alone: what is lost is derived again, only what is not on record is sent."""

from typing import Any
from uuid import UUID

from integration.webhooks.steps import ANN, BOB, World, receiving, until

from synergy_webhooks.domain.backoff import Schedule

ROWS = """
    SELECT delivery_id, webhook_id, source, position, event_id, event_type, format, lane, sequence, status, attempts
      FROM deliveries ORDER BY delivery_id
"""


def everything(world: World) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in world.sql(ROWS)]


def a_life(world: World, url: str) -> tuple[UUID, UUID]:
    """Subscriptions and memberships that change while events happen; Ann's two webhooks."""
    world.project(1)
    world.projects.happens("task.created")
    world.follow()
    first = world.webhook(url)["id"]
    world.projects.happens("member.added", user_id=BOB, role="member")
    world.follow()
    filtered = world.webhook(url, events=("task.*", "webhook.*"), format="cloudevents")["id"]
    bobs = world.webhook(url, owner=BOB, format="seed", ordered=False)["id"]
    world.projects.happens("task.updated")
    world.project(2)
    world.projects.happens("member.removed", user_id=BOB, was="member")
    world.projects.happens("task.completed")
    world.follow()
    world.change(filtered, events=("project.*", "webhook.*"))
    world.change(bobs, owner=BOB, is_active=False)
    world.projects.happens("task.updated", 2)
    world.projects.happens("project.updated", 2)
    world.follow()
    world.projects.happens("task.created", 2)
    return first, filtered


def test_the_lost_table_is_derived_again_and_only_unrecorded_successes_repeat(world: World):
    with receiving() as receiver, world.sending():
        first, filtered = a_life(world, receiver.url)
        hooks = (first, filtered)
        until(lambda: all({"success"} == set(world.statuses(hook)) for hook in hooks), what="what is sent at first")
        world.replay(first, from_position=1, types=("project.created",))
        test = world.ping(filtered)["id"]
        world.repeat(world.deliveries(filtered)[0]["id"])
        until(lambda: all({"success"} == set(world.statuses(hook)) for hook in hooks), what="what was asked for")
    world.follow()  # derived, and not sent: the sender is gone
    doomed = world.webhook(receiver.url)["id"]
    world.projects.happens("task.updated")
    world.follow()
    world.delete(doomed)
    before, sent = everything(world), len(receiver.arrived)
    unsent = {row[0] for row in before if row[9] == "pending"}
    unrecorded = world.deliveries(first)[0]["id"]
    assert {"success", "pending", "cancelled"} == {row[9] for row in before}
    assert world.app.rederive(check=True).told() | {"derived": 0} == {
        "derived": 0, "missing": 0, "to_send": 0, "renumbered": 0, "statuses": {},
    }  # fmt: skip

    for table in ("deliveries", "lanes", "sequences"):
        world.sql(f"DELETE FROM {table}")
    world.sql("DELETE FROM bodies")
    world.sql("DELETE FROM attempts WHERE delivery_id = :d", d=unrecorded)
    assert world.app.rederive(check=True).missing == len(before)
    assert everything(world) == [], "a check changes nothing"
    report = world.app.rederive(check=False)

    assert report.missing == len(before)
    changed = {row[0]: row for row in everything(world)}
    assert [row[:9] for row in before] == [row[:9] for row in changed.values()], "the set, with its numbers"
    assert {row[0] for row in before if row != changed[row[0]]} == {unrecorded}
    assert test in changed
    with receiving() as again, world.sending():
        for hook in hooks:
            world.change(hook, url=again.url)
        until(lambda: all({"success"} == set(world.statuses(hook)) for hook in hooks), what="the rest")
    assert {str(one) for one in unsent | {unrecorded}} == {a.headers["x-webhook-delivery"] for a in again.arrived}
    assert sent == len(receiver.arrived)
    world.projects.happens("project.created", 3, owner_id=ANN)
    world.follow()
    for hook in hooks:
        numbers = [d["sequence"] for d in world.deliveries(hook) if d["sequence"] is not None]
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), "contiguous, also beyond"
    assert 0 == world.app.rederive(check=True).missing


def test_what_failed_or_was_switched_off_is_derived_as_it_was(world: World):
    """A refused delivery stays given up; the owner's others were told of the one that is gone."""

    def answer(arrived: Any) -> int:
        return 410 if arrived.path == "/gone" else 400 if arrived.json["type"] == "task.created" else 200

    with receiving(answer) as receiver:
        with world.sending():
            keeps = world.webhook(receiver.url)["id"]
            world.project(1)
            world.projects.happens("task.created")
            world.follow()
            until(lambda: world.statuses(keeps) == ["success", "failed"], what="ten refusals")
        with world.sending(schedule=Schedule()):
            gone = world.webhook(receiver.url.replace("/hook", "/gone"))["id"]
            world.projects.happens("task.updated")
            world.follow()
            until(lambda: world.statuses(keeps) == ["success", "failed", "success", "success"], what="being told")
    world.projects.happens("task.updated")
    world.follow()
    before = everything(world)
    assert [(gone, "retrying"), (gone, "pending")] == [
        (r[1], r[9]) for r in sorted(before, key=lambda r: r[3]) if r[1] == gone
    ]

    world.sql("DELETE FROM deliveries")
    report = world.app.rederive(check=False)

    assert before == everything(world)
    assert {"success": 3, "failed": 1, "retrying": 1, "pending": 2} == dict(report.statuses)
    assert {"project-1": 1} == {
        row[0]: row[1] for row in world.sql("SELECT lane, pending FROM lanes WHERE webhook_id = :w", w=keeps)
    }
