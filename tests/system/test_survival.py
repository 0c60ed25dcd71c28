"""
The product under load while parts of it die, freeze and are told to stop: the short form of `make chaos`.

What is checked after each round stands in tests/chaos/checking.py.
"""

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from chaos import answers, checking, load, rounds
from chaos.faults import Fault, Flush, Freeze, Kill, Wipe, accepts
from chaos.rounds import Ground
from chaos.starting import ServicesFirst
from system.steps import Client, a_project, a_task, receiving, somebody, until

from synergy_local.testing import RunningStack


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests share the processors here: that all is back within 10 s is for `make chaos` to judge, alone."""
    for module in (answers, rounds):
        monkeypatch.setattr(module, "RECOVERY", 30.0)


@pytest.fixture(autouse=True)
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the load: of three writers one still takes no for an answer."""
    for name, value in {"WRITERS": 3, "PROJECTS": 3, "LIVES": 1, "READ_PAUSE": 0.4}.items():
        monkeypatch.setattr(load, name, value)


@pytest.fixture(scope="module")
def ground(stack: RunningStack) -> Ground:
    return Ground(stack)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([Wipe("rabbitmq"), Kill("sender")], id="the_broker_loses_its_data_and_the_sender_is_killed"),
        pytest.param([Kill("postgres"), Kill("projects")], id="the_database_and_projects_are_killed"),
        pytest.param(
            [Freeze("webhooks", 3), Kill("relay-projects"), Flush("redis")],
            id="webhooks_freezes_the_relay_is_killed_and_redis_is_emptied",
        ),
    ],
)
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(ground: Ground, faults: list[Fault]):
    row = ground.round(*faults, outage=1.0, stores=False)

    assert row.breaches == []


def test_services_that_start_before_their_servers_wait_for_them(ground: Ground):
    row = ground.round(ServicesFirst(), stores=False)

    assert row.breaches == []


def test_after_all_that_rows_equal_the_fold_chains_are_whole_and_nothing_is_parked(ground: Ground):
    assert [] == list(checking.check_stores(ground.stack))


@contextmanager
def table_locked(stack: RunningStack, service: str, table: str) -> Iterator[Callable[[], bool]]:
    """Nobody else gets at the table while the block lasts; gives whether somebody waits for it."""
    url = stack.env(f"{service}-migrate")[f"{service.upper()}_MIGRATION_URL"]
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as onlooker:
        holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
        yield lambda: bool(onlooker.execute(waiting, (table,)).fetchone()[0])
        holder.rollback()


def read_profile(ann: Client) -> int:
    return ann.get("/api/auth/user/").status_code


def write_task(ann: Client) -> int:
    project = ann.get("/api/projects/").json()["results"][0]["id"]
    return ann.post("/api/tasks/", json={"project": project, "title": "in flight"}).status_code


def list_webhooks(ann: Client) -> int:
    return ann.get("/api/webhooks/").status_code


def ended(stack: RunningStack, *parts: str, seconds: float | None = None) -> tuple[int, ...]:
    """The exit codes of parts that were told to stop, started again afterwards."""
    children = [stack.children.pop(part) for part in parts]
    try:
        return tuple(child.process.wait(seconds or child.program.stop_seconds) for child in children)
    except subprocess.TimeoutExpired:
        for child in children:
            child.kill()
        raise
    finally:
        for part in parts:
            stack.start(part)
        stack.wait_healthy()


@pytest.mark.parametrize(
    ("part", "service", "table", "request_", "answer"),
    [
        pytest.param("auth", "auth", "users", read_profile, 200, id="auth"),
        pytest.param("projects", "projects", "tasks", write_task, 201, id="projects"),
        pytest.param("webhooks", "webhooks", "webhooks", list_webhooks, 200, id="webhooks"),
        pytest.param("gateway", "projects", "tasks", write_task, 201, id="gateway"),
    ],
)
def test_what_is_in_flight_at_sigterm_is_answered(
    stack: RunningStack, part: str, service: str, table: str, request_: Callable[[Client], int], answer: int
):
    ann = somebody(stack.url, "ann")
    a_project(ann)
    with ThreadPoolExecutor(1) as pool:
        with table_locked(stack, service, table) as somebody_waits:
            asked = pool.submit(request_, ann)
            until(somebody_waits, what="the request being in flight")
            told = stack.log(part).count("service-stopping")
            stack.children[part].ask_to_stop()
            if part == "gateway":
                until(lambda: not accepts(stack.parts.port), what="the door taking no more")
            else:
                until(lambda: stack.log(part).count("service-stopping") > told, what="the service stopping")
        assert answer == asked.result(20)
    assert ended(stack, part) == (0,)


def test_a_delivery_in_flight_at_sigterm_is_finished_and_not_sent_again(stack: RunningStack):
    ann = somebody(stack.url, "ann")
    with receiving() as receiver:
        hook = ann.post("/api/webhooks/", json={"name": "Slow", "url": receiver.url, "events": ["task.created"]}).json()
        project = a_project(ann)["id"]
        receiver.open.clear()
        a_task(ann, project, title="first")
        until(lambda: receiver.requests, what="the delivery being in flight")
        stack.children["sender"].ask_to_stop()
        until(lambda: '"finishing"' in stack.log("sender"), what="the sender finishing")
        a_task(ann, project, title="second")
        deliveries = f"/api/webhooks/{hook['id']}/deliveries/"
        until(
            lambda: len(ann.get(deliveries).json()["results"]) == 2, what="both being deliveries of the first webhook"
        )
        other = {"name": "Other", "url": f"{receiver.url}/other", "events": ["task.created"]}
        idle = ann.post("/api/webhooks/", json=other).json()
        a_task(ann, project, title="third")
        waiting = f"/api/webhooks/{idle['id']}/deliveries/"
        until(lambda: ann.get(waiting).json()["results"], what="a delivery that nothing is in the way of")
        receiver.open.set()

        assert stack.children["sender"].process.wait(20) == 0
        assert len(receiver.requests) == 1, "nothing new is begun"
        assert ended(stack, "sender") == (0,)
        until(lambda: len(receiver.requests) >= 4, what="the next deliveries")
        sequences = sorted((request.path, request.headers["webhook-sequence"]) for request in receiver.requests)
        assert [("/hook", "1"), ("/hook", "2"), ("/hook", "3"), ("/hook/other", "1")] == sequences
        until(
            lambda: {"success"} == {delivery["status"] for delivery in ann.get(deliveries).json()["results"]},
            what="both on record",
        )
        assert all(len(ann.get(f"/api/webhook-deliveries/{delivery['id']}/").json()["attempts"]) == 1
                   for delivery in ann.get(deliveries).json()["results"])  # fmt: skip


def test_a_relay_that_is_told_to_stop_gives_its_lead_up(stack: RunningStack):
    relays = ("relay-auth", "relay-projects", "relay-webhooks")
    for relay in relays:
        stack.children[relay].ask_to_stop()

    assert (0, 0, 0) == ended(stack, *relays, seconds=15)
