"""Replicas share the work, come and go, and may crash."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from compose.receiver import receiving
from compose.stack import SCALE, Stack, crash, run
from system.steps import Client, a_project, a_task, somebody, until

PROJECTS = WEBHOOKS = 20
ROUNDS = 20


def share(before: dict[str, float], after: dict[str, float]) -> list[float]:
    """What each replica has done between two countings, the busiest last."""
    return sorted(count - before.get(replica, 0) for replica, count in after.items())


def test_all_replicas_of_projects_answer_calls(stack: Stack):
    ann = somebody(stack.url, "ann")
    before = stack.counted("projects", "rpc_requests_total", method="create_task")

    project = a_project(ann)["id"]
    numbers = [a_task(ann, project, title=f"Task {n}")["number"] for n in range(1, 61)]

    assert numbers == list(range(1, 61))
    made = share(before, stack.counted("projects", "rpc_requests_total", method="create_task"))
    assert stack.consumers("rpc-projects") == SCALE["projects"] == len(made)
    assert sum(made) == 60
    assert made[0] >= 10, made


def test_both_gateways_answer(stack: Stack):
    ann = somebody(stack.url, "ann")
    before = stack.counted("gateway", "http_requests_total", route="/api/projects/", method="GET")
    seen = len(stack.answered_by())
    for _ in range(40):
        assert ann.get("/api/projects/").status_code == 200

    answered = share(before, stack.counted("gateway", "http_requests_total", route="/api/projects/", method="GET"))
    assert len(answered) == SCALE["gateway"]
    assert sum(answered) == 40
    assert answered[0] >= 5, answered
    assert set(stack.answered_by()[seen:]) == stack.addresses("gateway", "edge")


def test_all_senders_deliver_and_nothing_twice(stack: Stack):
    ann = somebody(stack.url, "ann")
    projects = [a_project(ann)["id"] for _ in range(PROJECTS)]
    senders = stack.addresses("sender", "outside")
    made = 0
    before = stack.counted("sender", "deliveries_total", outcome="success")
    with receiving(stack.way_in("outside")) as receiver, ThreadPoolExecutor(8) as people:
        for n in range(WEBHOOKS):
            wanted = {"name": f"Mirror {n}", "url": f"{receiver.url}/{n}", "events": ["task.created"]}
            answer = ann.post("/api/webhooks/", json=wanted)
            assert answer.status_code == 201, answer.text
        for _ in range(ROUNDS):  # who is awake takes what waits: a round may leave a sender out
            made += len(list(people.map(partial(a_task, ann), projects)))
            until(lambda due=made * WEBHOOKS: len(set(receiver.ids)) >= due, seconds=60, what="every delivery")
            if set(receiver.senders) == senders:
                break

    assert len(receiver.ids) == len(set(receiver.ids)) == made * WEBHOOKS
    assert set(receiver.senders) == senders, Counter(receiver.senders)
    delivered = partial(stack.counted, "sender", "deliveries_total", outcome="success")
    sent = until(
        lambda: now if sum(now := share(before, delivered())) >= made * WEBHOOKS else None,
        seconds=30,
        what="every delivery being on record",
    )
    assert len(sent) == SCALE["sender"]
    assert sent[0] > 0, sent


def test_a_crashed_replica_of_projects_is_not_missed_and_comes_back(stack: Stack):
    ann = somebody(stack.url, "ann")
    project = a_project(ann)["id"]
    victim = stack.containers("projects")[0]

    made = 0
    for n in range(60):
        if n == 20:
            crash(victim)
        key = {"Idempotency-Key": f"{project}-{n}"}
        body = {"project": project, "title": f"Task {n}"}
        answer = until(
            lambda k=key, b=body: a if (a := ann.post("/api/tasks/", json=b, headers=k)).status_code < 500 else None,
            seconds=30,
            what="a task being made",
        )
        assert answer.status_code == 201, answer.text
        made = answer.json()["number"]

    assert made == 60
    until(lambda: stack.consumers("rpc-projects") == SCALE["projects"], seconds=60, what="all replicas listening again")
    until(lambda: not stack.unhealthy(), seconds=60, what="the crashed one being healthy")
    (again,) = [c for c in stack.containers("projects") if c["Id"] == victim["Id"]]
    assert again["RestartCount"] == victim["RestartCount"] + 1


def test_a_gateway_is_killed_and_another_added_while_requests_go_on(stack: Stack):
    ann = somebody(stack.url, "ann")
    gone = stack.containers("gateway")[0]
    crash(gone)
    for _ in range(30):
        assert ann.get("/api/projects/").status_code == 200
    until(lambda: not stack.unhealthy(), seconds=60, what="the killed one being healthy again")

    stack.up("gateway", **(SCALE | {"gateway": 3}))
    seen = len(stack.answered_by())

    def all_three() -> bool:
        assert ann.get("/api/projects/").status_code == 200
        return len(set(stack.answered_by()[seen:])) == 3

    until(all_three, seconds=30, what="the third gateway being asked")


@pytest.mark.parametrize("service", ["projects", "gateway"])
def test_replicas_are_told_to_stop_and_started_again_under_load_and_no_request_fails(stack: Stack, service: str):
    people = [somebody(stack.url, f"person-{n}") for n in range(8)]
    answers: list[int] = []
    over = Event()

    def two_hundred_more() -> None:
        until(lambda due=len(answers) + 200: len(answers) >= due, seconds=60, what="200 requests more")

    ended: list[tuple[str, int]] = []
    with ThreadPoolExecutor(len(people)) as pool:
        work = [pool.submit(at_work, person, answers, over) for person in people]
        try:
            for leaving in stack.containers(service)[:2]:
                two_hundred_more()
                run("docker", "stop", "--time", "30", leaving["Id"])
                (gone,) = [c for c in stack.containers(service, ended=True) if c["Id"] == leaving["Id"]]
                ended.append((gone["State"]["Status"], gone["State"]["ExitCode"]))
                two_hundred_more()
                run("docker", "start", leaving["Id"])
                until(lambda: not stack.unhealthy(), seconds=60, what="being healthy again")
            two_hundred_more()
        finally:
            over.set()
    stack.up(**SCALE)

    assert [None] * len(people) == [done.result() for done in work]
    assert set(answers) == {200, 201}, Counter(answers)
    assert ended == [("exited", 0)] * 2


def at_work(person: Client, answers: list[int], over: Event) -> None:
    """Make tasks in a project of one's own and read them until it is over."""
    project = a_project(person)["id"]
    while not over.is_set():
        answers.append(person.post("/api/tasks/", json={"project": project, "title": "Do it"}).status_code)
        answers.append(person.get(f"/api/projects/{project}/").status_code)


def test_what_is_stopped_ends_by_itself_with_status_0(stack: Stack):
    stack.compose("stop", "--timeout", "30", "gateway", "sender", "projects", "webhooks", "auth")
    stack.compose("stop", "--timeout", "30", "relay-auth", "relay-projects", "relay-webhooks")

    ended = {c["Name"]: c["State"]["ExitCode"] for c in stack.containers(ended=True) if not c["State"]["Running"]}
    assert set(ended.values()) == {0}, ended
    stack.up(**SCALE)
    assert "healthy" in run("docker", "ps", "--filter", f"id={stack.containers('nginx')[0]['Id']}")
