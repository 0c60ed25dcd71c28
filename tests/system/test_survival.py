"""
The product under load while parts of it die, freeze and are told to stop: the short form of `make chaos`.

What is checked after each round stands in tests/chaos/checking.py.
"""

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import ModuleType

import psycopg
import pytest
from chaos import answers, checking, load, people, rounds
from chaos.faults import Fault, Flush, Freeze, Kill, Wipe, accepts
from chaos.rounds import Ground
from chaos.starting import ServicesFirst
from system.steps import Client, a_project, a_task, receiving, somebody, until

from synergy_local.servers.testbed import Broker
from synergy_local.testing import RunningStack


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests share the processors here: that all is back within 10 s is for `make chaos` to judge, alone."""
    for module in (answers, rounds):
        monkeypatch.setattr(module, "RECOVERY", 30.0)


@pytest.fixture(autouse=True)
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the load: of three writers one still takes no for an answer."""
    smaller: dict[ModuleType, dict[str, float]] = {
        load: {"WRITERS": 3, "PROJECTS": 3, "LIVES": 1, "PAUSE": 0.15, "READ_PAUSE": 0.8, "LOGIN_PAUSE": 4.0},
        people: {"PAUSE": 0.4},
        rounds: {"BUSY": 10},
    }
    for module, values in smaller.items():
        for name, value in values.items():
            monkeypatch.setattr(module, name, value)


@pytest.fixture(scope="module")
def ground(stack: RunningStack, broker: Broker) -> Ground:
    """The stack; its broker, which loses everything, comes back without the rooms of other tests."""
    broker.forget_rooms()
    return Ground(stack)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([Wipe("rabbitmq"), Kill("sender")], id="the_broker_loses_its_data_and_the_sender_is_killed"),
        pytest.param(
            [Kill("postgres"), Kill("projects"), Kill("relay-projects"), Freeze("webhooks", 2), Flush("redis")],
            id="the_database_projects_and_the_relay_are_killed_webhooks_freezes_and_redis_is_emptied",
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


IN_FLIGHT = {
    "projects": ("tasks", write_task, 201),
    "auth": ("users", read_profile, 200),
    "webhooks": ("webhooks", list_webhooks, 200),
}
"""Of each service the table that is held, what then waits for it, and what that is answered."""


@pytest.mark.parametrize(
    ("parts", "services"),
    [
        pytest.param(tuple(IN_FLIGHT), tuple(IN_FLIGHT), id="services"),
        pytest.param(("gateway",), ("projects",), id="gateway"),
    ],
)
def test_what_is_in_flight_at_sigterm_is_answered(
    stack: RunningStack, parts: tuple[str, ...], services: tuple[str, ...]
):
    ann = somebody(stack.url, "ann")
    a_project(ann)
    with ThreadPoolExecutor(len(services)) as pool:
        with ExitStack() as held:
            waiting = [held.enter_context(table_locked(stack, service, IN_FLIGHT[service][0])) for service in services]
            asked = [pool.submit(IN_FLIGHT[service][1], ann) for service in services]
            for somebody_waits in waiting:
                until(somebody_waits, what="a request to each service being in flight")
            told = {part: stack.log(part).count("service-stopping") for part in parts}
            for part in parts:
                stack.children[part].ask_to_stop()
            for part in parts:
                if part == "gateway":
                    until(lambda: not accepts(stack.parts.port), what="the door taking no more")
                else:
                    until(
                        lambda part=part: stack.log(part).count("service-stopping") > told[part],
                        what=f"{part} stopping",
                    )
        assert [IN_FLIGHT[service][2] for service in services] == [answer.result(20) for answer in asked]
    assert ended(stack, *parts) == (0,) * len(parts)


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
