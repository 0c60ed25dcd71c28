"""Following along at real gateways: asked, waited for, streamed; what is killed, ended or taken away meanwhile."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import requests
from integration.nginx.conftest import Nginx, lay_out
from system.gateways import at, one_more
from system.steps import Client, a_project, a_task, assert_problem, somebody, until
from system.superusers import signed_in_again

from synergy_gateway.server import DRAINING
from synergy_local.ports import LOOPBACK, free_ports
from synergy_local.testing import RunningStack

EVENTS = "/api/events/"
STREAM = "/api/events/stream/"
PROMISED = 5.0
"""Seconds after which no stream outlives its session."""


class Reader:
    """
    Reads a stream in a thread; connects again, at the next of `urls` and from the last event it saw whole, until it is
    stopped. `doors` are those where a stream began.
    """

    def __init__(self, client: Client, *urls: str, query: str = "", again: bool = True) -> None:
        self.events: list[dict[str, Any]] = []
        self.doors: list[str] = []
        self.broken = 0
        self.refused: requests.Response | None = None
        self.connected = Event()
        self.ended = Event()
        self._headers = {"Authorization": client.headers["Authorization"]}
        self._urls = urls or (client.base,)
        self._query = query
        self._again = again
        self._last: str | None = None
        self._stopped = False
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True

    def _read(self) -> None:
        for turn in range(10_000):
            try:
                self._stream(self._urls[turn % len(self._urls)])
            except requests.ConnectionError:  # nobody listens
                time.sleep(0.05)
            except requests.RequestException:
                self.broken += 1
            if self._stopped or not self._again or self.refused is not None:
                break
        self.ended.set()

    def _stream(self, url: str) -> None:
        headers = self._headers | ({"Last-Event-ID": self._last} if self._last else {})
        with requests.get(url + STREAM + self._query, headers=headers, stream=True, timeout=(5, 20)) as answer:
            if answer.status_code == 503:  # a gateway that has just started
                time.sleep(0.05)
                return
            if answer.status_code != 200:
                self.refused = answer
                return
            self.doors.append(url)
            told: dict[str, str] = {}
            for line in answer.iter_lines(chunk_size=None):
                if line:
                    name, _, value = line.decode().partition(": ")
                    told[name] = value
                    continue
                if "data" in told:  # what was cut off before its empty line did not happen
                    self.events.append(json.loads(told["data"]))
                if "id" in told:
                    self._last = told["id"]
                    self.connected.set()
                told = {}

    @property
    def tasks(self) -> set[int]:
        """The tasks that were told of."""
        return {event["data"].get("task_id") for event in self.events}


@contextmanager
def reading(client: Client, *urls: str, query: str = "", again: bool = True) -> Iterator[Reader]:
    reader = Reader(client, *urls, query=query, again=again)
    try:
        assert reader.connected.wait(20)
        yield reader
    finally:
        reader.stop()


def everything(client: Client, after: int) -> list[dict[str, Any]]:
    """All that this client may see after a position."""
    found: list[dict[str, Any]] = []
    while True:
        page = client.get(f"{EVENTS}?after={after}").json()
        found += page["events"]
        if page["next"] == after:
            return found
        after = page["next"]


def now(client: Client) -> int:
    """The position at which the log ends."""
    after = 0
    while (page := client.get(f"{EVENTS}?after={after}&page_size=200").json())["next"] > after:
        after = page["next"]
    return after


def test_what_happens_is_read_in_order_and_may_be_waited_for(stack: RunningStack) -> None:
    ann, bob = somebody(stack.url, "ann"), somebody(stack.url, "bob")
    start = now(ann)
    project = a_project(ann)["id"]
    a_task(ann, project)

    page = ann.get(f"{EVENTS}?after={start}").json()
    assert ["project.created", "task.created"] == [event["type"] for event in page["events"]]
    assert {project} == {event["project"] for event in page["events"]}
    assert [] == everything(bob, start)
    assert ["task.created"] == [
        event["type"] for event in ann.get(f"{EVENTS}?after={start}&types=task.*&project={project}").json()["events"]
    ]
    assert_problem(bob.get(f"{EVENTS}?project={project}"), 404)
    assert_problem(ann.get(f"{EVENTS}?types=task.created,task.exploded"), 400)
    assert_problem(ann.get(f"{EVENTS}?after={page['next'] + 1_000_000}"), 410)
    assert_problem(ann.get(STREAM, headers={"Last-Event-ID": "yesterday"}), 400)
    assert_problem(ann.get(STREAM, headers={"Last-Event-ID": str(page["next"] + 1_000_000)}), 410)
    assert_problem(bob.get(f"{STREAM}?project={project}"), 404)

    waited = bob.get(f"{EVENTS}?after={now(bob)}&wait=1").json()
    assert ([], True) == (waited["events"], waited["next"] >= page["next"])
    answers: list[requests.Response] = []
    asking = Thread(target=lambda: answers.append(ann.get(f"{EVENTS}?after={page['next']}&wait=25", timeout=30)))
    asking.start()
    until(lambda: metric(stack, "event_readers") >= 1)
    a_task(somebody_else := signed_in_again(ann, ann.user["username"]), project, title="Waited for")
    asking.join(20)
    assert ["task.created"] == [event["type"] for event in answers[0].json()["events"]]
    assert somebody_else.get(EVENTS).status_code == 200


def metric(stack: RunningStack, name: str) -> float:
    """A gauge of the gateway's."""
    port = stack.env("gateway")["METRICS_PORT"]
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    told = (float(line.split()[-1]) for line in text.splitlines() if line.split("{")[0].split(" ")[0] == name)
    return next(told, 0.0)  # a gauge that was never set is not told


@contextmanager
def writing(client: Client, project: int) -> Iterator[list[int]]:
    """The tasks that a thread makes meanwhile, one after the other, by their ids."""
    made: list[int] = []
    ended = Event()

    def write() -> None:
        own = at(client.base, client)
        while not ended.wait(0.02):
            made.append(a_task(own, project, title=f"Task {len(made)}")["id"])

    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(write)
        try:
            yield made
        finally:
            ended.set()
        written.result()


def test_streams_go_on_at_another_gateway_without_a_gap_and_nothing_twice(stack: RunningStack) -> None:
    """Somebody writes all the while, so that events are under way whenever the gateway goes."""
    ann, bob = somebody(stack.url, "ann"), somebody(stack.url, "bob")
    project = a_project(ann)["id"]
    start = now(ann)

    def follow_on(written: list[int], *readers: Reader) -> None:
        """Return when a task that is not made yet has reached all of them, and some more are made."""
        later = len(written) + 1
        until(lambda: len(written) > later, what="tasks being made")
        until(lambda: all(written[later] in reader.tasks for reader in readers), what="events")

    with one_more(stack, "gateway-3") as url, reading(ann, url) as one, reading(ann, url, stack.url) as other:
        with writing(ann, project) as written:
            follow_on(written, one, other)
            assert [url] == one.doors == other.doors
            stack.kill("gateway-3")
            follow_on(written, other)
            assert [url, stack.url] == other.doors
            stack.start("gateway-3")
            follow_on(written, one)
            ann.post(f"/api/projects/{project}/members/", json={"user_id": bob.id})
            with reading(ann, url, stack.url, query=f"?after={start}") as leaving:
                follow_on(written, leaving)
                broken = one.broken
                began = time.monotonic()
                stack.stop("gateway-3")
                assert time.monotonic() - began < DRAINING  # it does not wait for streams to end by themselves
                follow_on(written, leaving, other)
                assert (broken, 0) == (one.broken, leaving.broken)  # and none breaks off
                assert [url, stack.url] == leaving.doors
        stack.start("gateway-3")
        made = everything(ann, start)
        readers = (one, other, leaving)
        until(lambda: all(len(reader.events) >= len(made) for reader in readers), what="what was missed")

        assert set(written) <= {event["data"].get("task_id") for event in made}
        assert [made] * 3 == [reader.events for reader in readers]


def test_who_is_put_out_hears_no_more_and_who_comes_in_does(stack: RunningStack) -> None:
    ann, bob = somebody(stack.url, "ann"), somebody(stack.url, "bob")
    project, own = a_project(ann)["id"], a_project(bob)["id"]
    member = f"/api/projects/{project}/members/{bob.id}/"
    with reading(bob, query=f"?after={now(bob)}") as stream:
        assert ann.post(f"/api/projects/{project}/members/", json={"user_id": bob.id}).status_code == 201
        a_task(ann, project, title="while")
        until(lambda: len(stream.events) >= 2, what=str(stream.events))
        assert ann.delete(member).status_code == 204
        a_task(ann, project, title="after")
        a_task(bob, own, title="own")
        until(lambda: len(stream.events) >= 3)

        assert ["member.added", "task.created", "task.created"] == [event["type"] for event in stream.events]
        assert own == stream.events[-1]["project"]


@pytest.mark.parametrize("redis", ["there", "gone"])
def test_a_stream_ends_within_five_seconds_of_its_session(stack: RunningStack, redis: str) -> None:
    ann = somebody(stack.url, "ann")
    other = signed_in_again(ann, ann.user["username"])
    with reading(ann, again=False) as stream, reading(other) as kept:
        if redis == "gone":
            stack.stop("redis")
        try:
            assert ann.post("/api/auth/logout/").status_code == 204
            began = time.monotonic()
            assert stream.ended.wait(PROMISED)
            assert time.monotonic() - began < PROMISED
            a_project(other)
            until(lambda: kept.events)
            assert kept.refused is None
        finally:
            if redis == "gone":
                stack.start("redis")
    assert_problem(ann.get(STREAM), 401)


def test_a_stream_comes_through_nginx_as_it_happens(stack: RunningStack, tmp_path: Path) -> None:
    ann = somebody(stack.url, "ann")
    project = a_project(ann)["id"]
    port, health = free_ports(2)
    lay_out(tmp_path, gateways=[int(stack.env("gateway")["PORT"])], port=port, health=health)
    with Nginx(tmp_path, port, {}), reading(ann, f"http://{LOOPBACK}:{port}") as stream:
        for number in range(3):  # each is there before the next one is made: nothing is held back until there is more
            a_task(ann, project, title=f"Task {number}")
            until(lambda number=number: len(stream.events) > number, seconds=5)

        assert [f"Task {number}" for number in range(3)] == [event["data"]["title"] for event in stream.events]
        assert 0 == stream.broken
