"""The order of deliveries: one lane to an endpoint and a project, and a failing receiver delays only itself."""

import threading

from integration.webhooks.steps import ANN, BOB, EVE, Arrived, World, receiving, some_events, until


def test_one_lane_is_in_order_and_one_at_a_time_while_projects_go_in_parallel(world: World):
    barrier = threading.Barrier(3)
    open_lanes: dict[str, int] = {}
    overlaps: list[str] = []
    lock = threading.Lock()

    def answer(arrived: Arrived) -> int:
        lane = str(arrived.json["data"]["name"]), positions[arrived.json["position"]]
        with lock:
            open_lanes[lane[1]] = open_lanes.get(lane[1], 0) + 1
            if open_lanes[lane[1]] > 1:
                overlaps.append(lane[1])
        if arrived.json["type"] == "project.created":
            barrier.wait(10)  # only passes when three projects are under way together
        with lock:
            open_lanes[lane[1]] -= 1
        return 200

    with receiving(answer) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        for project in (1, 2, 3):
            world.project(project)
        for _ in range(10):
            for project in (1, 2, 3):
                world.projects.happens("task.updated", project)
        positions = {event.position: event.stream for event in world.projects.events}
        world.follow()
        until(lambda: world.statuses(hook) == ["success"] * 33, what="all")

    assert overlaps == []
    for stream in ("project-1", "project-2", "project-3"):
        versions = [a.json["project_version"] for a in receiver.arrived if positions[a.json["position"]] == stream]
        assert list(range(1, 12)) == versions


def test_unordered_goes_all_at_once(world: World):
    barrier = threading.Barrier(4)

    def answer(_: Arrived) -> int:
        barrier.wait(10)
        return 200

    with receiving(answer) as receiver, world.sending():
        hook = world.webhook(receiver.url, ordered=False)["id"]
        some_events(world, tasks=3)
        until(lambda: world.statuses(hook) == ["success"] * 4, what="all")


def test_a_slow_receiver_delays_only_itself(world: World):
    released = threading.Event()

    def slow(_: Arrived) -> int:
        released.wait(20)
        return 200

    with receiving(slow) as stuck, receiving() as quick, world.sending():
        late, soon = world.webhook(stuck.url)["id"], world.webhook(quick.url)["id"]
        some_events(world, tasks=20)
        until(lambda: world.statuses(soon) == ["success"] * 21, what="the quick one")
        assert world.statuses(late) == ["pending"] * 21
        assert stuck.most_open == 1
        released.set()
        until(lambda: world.statuses(late) == ["success"] * 21, what="the slow one")


def test_while_an_account_is_disabled_nothing_is_sent_to_its_webhooks_and_later_all_of_it(world: World):
    with receiving() as receiver, receiving() as another, world.sending():
        hook, others = world.webhook(receiver.url)["id"], world.webhook(another.url, owner=BOB)["id"]
        world.auth.happens("user.disabled", ANN, actor=EVE)
        world.hear()
        some_events(world, tasks=5)
        world.project(2, owner=BOB)
        world.follow()
        until(lambda: another.sequences() == [1], what="what others are sent")

        assert (world.statuses(hook), receiver.arrived) == (["pending"] * 6, [])
        assert world.heard(others, owner=BOB) == ["project.created"]
        world.auth.happens("user.enabled", ANN, actor=EVE)
        world.hear()
        until(lambda: receiver.sequences() == [1, 2, 3, 4, 5, 6], what="all that had waited")


def test_while_an_endpoint_is_down_its_lanes_wait_and_one_probes(world: World):
    down = threading.Event()
    down.set()
    with receiving(lambda _: 503 if down.is_set() else 200) as receiver:
        hook = world.webhook(receiver.url)["id"]
        for project in range(1, 6):
            world.project(project)
        world.follow()
        with world.sending():
            until(lambda: len(receiver.arrived) >= 9, what="some probes")
            probes = receiver.arrived[5:]
            assert max(1, receiver.most_open - 4) == 1, "after the first round one at a time"
            assert len({probe.headers["x-webhook-delivery"] for probe in probes}) > 1, "lanes take turns"
            assert world.app.read_webhook(hook, ANN)["health"] == "failing"
            down.clear()
            until(lambda: world.statuses(hook) == ["success"] * 5, what="recovery")


def test_an_event_that_an_overloaded_endpoint_lets_wait_while_others_are_taken_is_not_given_up(world: World):
    patience = 6
    busy = iter([429, 503] * (patience // 2))

    def answer(arrived: Arrived) -> int:
        return next(busy, 200) if arrived.json["position"] == unlucky else 200

    with receiving(answer) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        world.project(1)
        world.project(2)
        unlucky = world.projects.happens("task.created", 1).position
        world.follow()

        def others_are_taken_meanwhile() -> bool:
            world.projects.happens("task.updated", 2)
            world.follow()
            return not {"pending", "retrying"} & set(world.statuses(hook)[:3])

        until(others_are_taken_meanwhile, what="its end", seconds=60)

    (waited,) = world.deliveries(hook, event_type="task.created")
    assert ("success", patience + 1) == (waited["status"], len(waited["attempts"]))


def test_an_event_that_is_refused_while_others_are_taken_is_given_up(world: World):
    def answer(arrived: Arrived) -> int:
        return 400 if arrived.json["position"] == poison else 200

    with receiving(answer) as receiver, world.sending():
        hook = world.webhook(receiver.url)["id"]
        world.project(1)
        world.project(2)
        poison = world.projects.happens("task.created", 1).position
        world.projects.happens("task.updated", 1)
        world.follow()

        def failed_or_feed() -> bool:
            world.projects.happens("task.updated", 2)
            world.follow()
            return "failed" in world.statuses(hook)

        until(failed_or_feed, what="giving it up", seconds=60)
        until(lambda: {"success", "failed"} == set(world.statuses(hook)), what="the lane to go on")

    (failed,) = [delivery for delivery in world.deliveries(hook) if delivery["status"] == "failed"]
    assert 4 <= len(failed["attempts"]) < 10, "sooner than without the others"
    assert world.app.read_webhook(hook, ANN)["failed_deliveries"] == 1
