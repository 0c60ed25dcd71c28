"""What was sent and answered is forgotten after a time; that it was, is not."""

import asyncio
from datetime import timedelta

from integration.webhooks.steps import ANN, World, receiving, some_events, until

from synergy_webhooks.delivery.forgetting import forget_old
from synergy_webhooks.delivery.link import Link


def test_old_bytes_and_answers_go_and_the_record_stays_but_what_waits_keeps_its_own(world: World):
    with receiving(lambda _: (200, {}, b"thanks")) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        some_events(world, tasks=3)
        until(lambda: world.statuses(hook) == ["success"] * 4, what="all")
    world.projects.happens("task.completed")
    world.follow()
    world.sql("UPDATE bodies SET created_at = created_at - interval '31 days'")
    world.sql("UPDATE attempts SET at = at - interval '31 days' WHERE number = 1")

    async def forgotten() -> None:
        link = Link(world.url, purpose="forgets")
        await forget_old(link, timedelta(days=30), portion=2)
        await link.close()

    asyncio.run(forgotten())

    *sent, waits = world.deliveries(hook)
    assert [None] * 4 == [delivery["payload"] for delivery in sent]
    assert "task.completed" == waits["payload"]["type"]
    assert {(200, None)} == {(a["status_code"], a["response_body"]) for d in sent for a in d["attempts"]}
    assert 4 == world.app.read_webhook(hook, ANN)["successful_deliveries"]
