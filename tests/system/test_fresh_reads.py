"""Whoever reads after a change was acknowledged reads it, at any gateway, whatever becomes of Redis meanwhile."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
import redis
import requests
from system.gateways import at, one_more
from system.steps import Client, a_project, a_task, somebody, until

from synergy_local.testing import RunningStack

PROJECTS = "/api/projects/"
TASKS = "/api/tasks/"
GATEWAYS = ("gateway", "gateway-2", "gateway-3")
PAUSE = 0.05
"""Seconds between two requests of one of a crowd: nobody is late because the machine is busy."""


class Stale(AssertionError):
    """An answer is older than what was acknowledged before it was asked for."""


@dataclass
class Ledger:
    """What was acknowledged: of each thing the highest number."""

    numbers: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, thing: str, number: int) -> None:
        with self.lock:
            self.numbers[thing] = max(number, self.numbers.get(thing, 0))

    def read(self, thing: str, read: Callable[[], int | None]) -> bool:
        """Read it; None where no answer came. Raises Stale."""
        floor = self.numbers.get(thing, 0)
        number = read()
        if number is not None and number < floor:
            raise Stale(f"{thing} was acknowledged as {floor} and read as {number}")
        return number is not None


@dataclass
class Doors:
    """One person's session at each of the gateways."""

    urls: list[str]

    def of(self, client: Client) -> list[Client]:
        return [at(url, client) for url in self.urls]


@pytest.fixture(scope="module")
def doors(stack: RunningStack) -> Iterator[Doors]:
    with ExitStack() as opened:
        others = [opened.enter_context(one_more(stack, name)) for name in GATEWAYS[1:]]
        yield Doors([stack.url, *others])


def told(answer: requests.Response) -> dict[str, Any] | None:
    """The answer's body; None for a 503, which tells nothing."""
    if answer.status_code == 503:
        return None
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def hits(stack: RunningStack, *gateways: str) -> int:
    """Reads that were answered from memory."""
    ports = [stack.programs[name].env["METRICS_PORT"] for name in gateways]
    pages = [requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text for port in ports]
    lines = [line for page in pages for line in page.splitlines() if line.startswith('cache_reads_total{outcome="hit"')]
    return sum(round(float(line.rpartition(" ")[2])) for line in lines)


@dataclass
class Crowd:
    """
    Writers of a few projects (`tasks`: one task of each), and readers, who are others too; they come in at any door.
    """

    ledger: Ledger
    writers: list[Client]
    readers: list[Client]
    tasks: dict[int, int]
    ended: threading.Event = field(default_factory=threading.Event)

    def write(self, seed: int) -> int:
        dice, written = random.Random(seed), 0
        clients = [at(client.base, client) for client in self.writers]
        while not self.ended.wait(PAUSE):
            client, (project, task) = dice.choice(clients), dice.choice(list(self.tasks.items()))
            what = dice.choice(("project", "task", "tasks"))
            if what == "project":
                answer = client.patch(f"{PROJECTS}{project}/", json={"description": f"{dice.random()}"})
            elif what == "task":
                answer = client.patch(f"{TASKS}{task}/", json={"title": f"{dice.random()}"})
            else:
                answer = client.post(TASKS, json={"project": project, "title": "Build"})
            if (body := told(answer)) is None:
                continue
            self.ledger.acknowledge(f"project {project}", body["version"])
            if what == "task":
                self.ledger.acknowledge(f"task {task}", body["version"])
            if what == "tasks":
                self.ledger.acknowledge(f"tasks of {project}", body["number"])
            written += 1
        return written

    def read(self, seed: int) -> int:
        dice, read = random.Random(seed), 0
        clients = [at(client.base, client) for client in self.readers]
        while not self.ended.wait(PAUSE):
            client, (project, task) = dice.choice(clients), dice.choice(list(self.tasks.items()))
            thing, ask = dice.choice(
                [
                    (f"project {project}", lambda c=client, p=project: version(c, f"{PROJECTS}{p}/")),
                    (f"project {project}", lambda c=client, p=project: version(c, f"{PROJECTS}{p}/progress/")),
                    (f"project {project}", lambda c=client, p=project: listed(c, p)),
                    (f"task {task}", lambda c=client, t=task: version(c, f"{TASKS}{t}/")),
                    (f"tasks of {project}", lambda c=client, p=project: count(c, f"{TASKS}?project={p}")),
                    (f"tasks of {project}", lambda c=client, p=project: count(c, f"{PROJECTS}{p}/tasks/")),
                ]
            )
            read += sum(self.ledger.read(thing, ask) for _ in range(2))  # what was just read is likely to be kept
        return read


def version(client: Client, path: str) -> int | None:
    body = told(client.get(path))
    return None if body is None else body["version"]


def count(client: Client, path: str) -> int | None:
    body = told(client.get(path))
    return None if body is None else body["count"]


def listed(client: Client, project: int) -> int | None:
    body = told(client.get(PROJECTS))
    return None if body is None else next(one["version"] for one in body["results"] if one["id"] == project)


def test_nobody_reads_less_than_was_acknowledged_while_redis_is_emptied_killed_and_restarted(
    stack: RunningStack, doors: Doors
) -> None:
    ann, bob = somebody(stack.url, "ann"), somebody(stack.url, "bob")
    tasks = {project: a_task(ann, project)["id"] for project in [a_project(ann)["id"] for _ in range(2)]}
    for project in tasks:
        assert ann.post(f"{PROJECTS}{project}/members/", json={"user_id": bob.id}).status_code == 201
    crowd = Crowd(Ledger(), doors.of(ann), doors.of(ann) + doors.of(bob), tasks)
    url = stack.env("gateway")["REDIS_URL"]
    before = hits(stack, *GATEWAYS)
    with ThreadPoolExecutor(5) as pool:
        writing = [pool.submit(crowd.write, seed) for seed in range(2)]
        reading = [pool.submit(crowd.read, seed) for seed in range(3)]

        def served_again() -> None:
            """Answers come from memory (again), or something failed."""
            at_first = hits(stack, *GATEWAYS)
            until(
                lambda: hits(stack, *GATEWAYS) > at_first + 40 or any(one.done() for one in writing + reading),
                what="answers from memory",
            )

        try:
            served_again()
            with redis.Redis.from_url(url) as cache:
                for _ in range(10):
                    cache.flushall()
                    time.sleep(0.04)  # spread over the crowd's doing
            served_again()
            stack.kill("redis")
            written = sum(crowd.ledger.numbers.values())
            until(
                lambda: sum(crowd.ledger.numbers.values()) > written + 6 or any(one.done() for one in writing),
                what="changes without Redis",
            )
            stack.restart("redis")
            served_again()
        finally:
            crowd.ended.set()
        assert all(future.result() > 5 for future in writing)
        assert all(future.result() > 15 for future in reading)

    assert hits(stack, *GATEWAYS) > before + 120
    stack.wait_healthy()


def test_the_check_above_can_fail_and_events_mend_what_no_mark_told(stack: RunningStack) -> None:
    """A gateway that marks its changes in another Redis is one that is cut off; without the relay no event comes."""
    ann = somebody(stack.url, "ann")
    project = a_project(ann)["id"]
    path, thing, ledger = f"{PROJECTS}{project}/", f"project {project}", Ledger()
    elsewhere = stack.env("gateway")["REDIS_URL"].removesuffix("/0") + "/1"
    with one_more(stack, "cut-off", REDIS_URL=elsewhere) as url:
        kept(stack, ann, path)
        stack.stop("relay-projects")
        try:
            changed = at(url, ann).patch(path, json={"name": "Gemini"})
            ledger.acknowledge(thing, changed.json()["version"])
            with pytest.raises(Stale):
                ledger.read(thing, lambda: version(ann, path))
        finally:
            stack.start("relay-projects")

        until(lambda: "Gemini" == ann.get(path).json()["name"], what="the event")
        assert ledger.read(thing, lambda: version(ann, path))
    stack.wait_healthy()


def kept(stack: RunningStack, client: Client, path: str) -> dict[str, Any]:
    """Read it until it comes from memory."""
    return until(lambda: _hit(stack, client, path), what=f"{path} from memory")


def all_kept(stack: RunningStack, doors: list[Client], *paths: str) -> None:
    """Read them until all come from memory."""

    def from_memory() -> bool:
        before = hits(stack, *GATEWAYS)
        for door in doors:
            for path in paths:
                assert door.get(path).status_code == 200
        return hits(stack, *GATEWAYS) == before + len(doors) * len(paths)

    until(from_memory, what="all from memory")


def _hit(stack: RunningStack, client: Client, path: str) -> dict[str, Any] | None:
    name = next(name for name, one in stack.programs.items() if one.env.get("PORT") == client.base.rpartition(":")[2])
    before = hits(stack, name)
    body = told(client.get(path))
    return body if hits(stack, name) > before else None


def test_who_is_let_in_or_put_out_reads_so_at_once_at_every_gateway(stack: RunningStack, doors: Doors) -> None:
    ann, bob = somebody(stack.url, "ann"), somebody(stack.url, "bob")
    project = a_project(ann)["id"]
    task = a_task(ann, project)["id"]
    path, members = f"{PROJECTS}{project}/", f"{PROJECTS}{project}/members/"
    at_doors = doors.of(bob)
    theirs = [path, f"{path}progress/", members, f"{path}tasks/", f"{TASKS}?project={project}", f"{TASKS}{task}/"]

    def projects_of_bob() -> list[list[int]]:
        return [[one["id"] for one in door.get(PROJECTS).json()["results"]] for door in at_doors]

    def roles_of_bob() -> list[str]:
        return [door.get(path).json()["role"] for door in at_doors]

    all_kept(stack, at_doors, PROJECTS, TASKS)
    assert [[]] * 3 == projects_of_bob()

    added = at(at_doors[1].base, ann).post(members, json={"user_id": bob.id, "role": "viewer"})
    assert added.status_code == 201
    assert [[project]] * 3 == projects_of_bob()
    assert [1] * 3 == [door.get(TASKS).json()["count"] for door in at_doors]
    all_kept(stack, at_doors, *theirs, PROJECTS, TASKS)

    assert ann.patch(f"{members}{bob.id}/", json={"role": "manager"}).status_code == 200
    assert ["manager"] * 3 == roles_of_bob()

    all_kept(stack, at_doors, *theirs, PROJECTS, TASKS)
    assert at(at_doors[2].base, ann).delete(f"{members}{bob.id}/").status_code == 204
    assert {404} == {door.get(address).status_code for door in at_doors for address in theirs}
    assert [[]] * 3 == projects_of_bob()
    assert [0] * 3 == [door.get(TASKS).json()["count"] for door in at_doors]

    assert ann.post(members, json={"username": bob.user["username"]}).status_code == 201
    all_kept(stack, at_doors, *theirs)
    assert at(at_doors[1].base, ann).delete(path).status_code == 204
    assert {404} == {door.get(address).status_code for door in at_doors for address in theirs}
    assert [[]] * 3 == projects_of_bob()


def test_a_new_name_is_read_as_soon_as_projects_has_it(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    path = f"{PROJECTS}{a_project(ann)['id']}/"
    kept(stack, ann, path)

    assert ann.patch("/api/auth/user/", json={"first_name": "Annabel"}).status_code == 200

    until(lambda: ann.get(path).json()["owner"]["full_name"] == "Annabel Body", what="the new name")
    assert "Annabel Body" == kept(stack, ann, path)["owner"]["full_name"]


def test_a_kept_answer_is_the_same_answer(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    project = a_project(ann)["id"]
    for _ in range(3):
        a_task(ann, project)
    of_one_request = {"x-request-id", "date"}

    for path in (PROJECTS, f"{PROJECTS}{project}/", f"{TASKS}?page_size=2", f"{PROJECTS}{project}/progress/"):
        first = ann.get(path)
        kept(stack, ann, path)
        again = ann.get(path)
        known = ann.get(path, headers={"If-None-Match": again.headers["ETag"]})
        head = ann.head(path)

        assert (first.status_code, first.content) == (again.status_code, again.content)
        told_once, told_again = (
            {name: value for name, value in answer.headers.items() if name.lower() not in of_one_request}
            for answer in (first, again)
        )
        assert told_once == told_again
        assert (304, b"") == (known.status_code, known.content)
        assert first.headers["ETag"] == known.headers["ETag"] == head.headers["ETag"]
        assert (200, b"") == (head.status_code, head.content)


def test_a_gateway_that_keeps_nothing_marks_what_it_changes_all_the_same(stack: RunningStack) -> None:
    ann = somebody(stack.url, "ann")
    with one_more(stack, "without", CACHE_MB="0") as url:
        there = at(url, ann)
        project = a_project(there)["id"]
        for _ in range(3):
            assert there.get(f"{PROJECTS}{project}/").status_code == 200
        assert 0 == hits(stack, "without")
        kept(stack, ann, f"{PROJECTS}{project}/")
        assert there.patch(f"{PROJECTS}{project}/", json={"name": "Gemini"}).status_code == 200
        assert "Gemini" == ann.get(f"{PROJECTS}{project}/").json()["name"]
