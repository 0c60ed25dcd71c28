"""A steady load: writers, each over all projects in turn, readers of each service, people who come and log in."""

import itertools
import json
import random
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from chaos.asking import ask, insist
from chaos.history import History, Write
from chaos.people import PASSWORD, People
from system.steps import Client, Receiver, a_project, somebody

WRITERS = 6
PROJECTS = 6
LIVES = 2
"""People who live at the same time."""
PAUSE = 0.1
"""Seconds between two requests of one writer: a steady load, not a benchmark."""
READ_PAUSE = 0.2
LOGIN_PAUSE = 2.0
"""Seconds between two requests of a reader, and between two logins."""
STATUSES = ("todo", "in_progress", "review", "done")


class Load:
    """
    Writers and readers on projects of their own, as one user, with a webhook that mirrors everything to `receiver`.

    Two writers in three are persistent: a write that is not acknowledged is sent again under its Idempotency-Key until
    it is. The others take no for an answer and never know. `ended` are threads that ended by themselves: breaches.
    """

    def __init__(self, url: str, receiver: Receiver) -> None:
        self.url = url
        self.receiver = receiver
        self.history = History()
        self.owner = somebody(url, "chaos")
        hook = self.owner.post("/api/webhooks/", json={"name": "Mirror", "url": receiver.url, "events": ["*"]})
        assert hook.status_code == 201, hook.text
        self.webhook = hook.json()
        self.projects = [a_project(self.owner, name=f"Chaos {n}")["id"] for n in range(PROJECTS)]
        self._heard: list[dict[str, Any]] = []
        self._ending = threading.Event()
        self._numbers = itertools.count(1)
        self.people = People(url, f"{receiver.url}/people", self.history, self._ending)
        self.ended: list[str] = []
        readers = (
            ["/api/projects/", *(f"/api/projects/{p}/progress/" for p in self.projects)],
            [f"/api/tasks/?project={project}" for project in self.projects],
            ["/api/auth/user/"],
            ["/api/webhooks/", f"/api/webhooks/{self.webhook['id']}/"],
        )
        lives: list[Callable[[], None]] = [partial(self._write, number) for number in range(WRITERS)]
        lives += [partial(self._read, paths) for paths in readers]
        lives += [self._log_in, *[self.people.live] * LIVES]
        self._threads = [threading.Thread(target=self._noting, args=(life,), daemon=True) for life in lives]

    @contextmanager
    def running(self) -> Iterator["Load"]:
        """The load as long as the block lasts; then every write in hand is brought to its end."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._ending.set()
            for thread in self._threads:
                thread.join(60)
        assert not any(thread.is_alive() for thread in self._threads), "a client hangs"

    def heard(self) -> list[dict[str, Any]]:
        """The bodies that arrived, in order; each is decoded once, for the receiver shares this process."""
        arrived = self.receiver.requests
        self._heard += [json.loads(request.body) for request in arrived[len(self._heard) :]]
        return self._heard

    def leave(self) -> None:
        """Take the webhook away: nobody listens at its address any more."""
        self.owner.delete(f"/api/webhooks/{self.webhook['id']}/")

    def client(self) -> Client:
        """Another connection of the owner's."""
        client = Client(self.url)
        client.headers.update(self.owner.headers)
        client.user = self.owner.user
        return client

    def write_once(self, client: Client, write: Write) -> bool:
        """Send a write; tells whether it was acknowledged."""
        headers = {"Idempotency-Key": write.key}
        if write.creates:
            body = {"project": write.project, "title": write.title} | write.fields
            answer = ask(client, self.history, "POST", "/api/tasks/", write=write, json=body, headers=headers)
        else:
            path = f"/api/tasks/{write.task}/"
            answer = ask(client, self.history, "PATCH", path, write=write, json=write.fields, headers=headers)
        if answer is None or not answer.ok:
            return False
        write.answer = answer.json()
        write.task = write.answer["id"]
        return True

    def creation(self, project: int, *, persistent: bool = True, impact: int = 0) -> Write:
        """A new task that is wanted, on record."""
        title = f"task {next(self._numbers)}"
        return self.history.begin(
            Write(
                key=str(uuid4()), project=project, title=title, creates=True, persistent=persistent,
                fields={"impact": impact},
            )
        )  # fmt: skip

    def change(self, created: Write, status: str, *, persistent: bool = True) -> Write:
        """A change of an acknowledged task that is wanted, on record."""
        return self.history.begin(
            Write(
                key=str(uuid4()), project=created.project, title=created.title, task=created.task,
                fields={"status": status}, persistent=persistent,
            )
        )  # fmt: skip

    def _write(self, number: int) -> None:
        client, chance = self.client(), random.Random(number)
        persistent = number % 3 != 2
        for turn in itertools.count(number):
            if self._ending.is_set():
                return
            created = self.creation(
                self.projects[turn % PROJECTS], persistent=persistent, impact=chance.randrange(0, 100)
            )
            if not self._bring_through(client, created):
                continue
            for status in chance.sample(STATUSES[1:], k=chance.randrange(0, 3)):
                # a change that was given up may still happen later: whoever does not insist leaves the task alone then
                if not self._bring_through(client, self.change(created, status, persistent=persistent)):
                    break

    def _bring_through(self, client: Client, write: Write) -> bool:
        """Tells whether it was acknowledged. Persistent writes are brought to their end also when the load ends."""
        self._ending.wait(PAUSE)
        if write.persistent:
            return insist(lambda: self.write_once(client, write), ending=self._ending)
        return self.write_once(client, write)

    def _read(self, paths: list[str]) -> None:
        client = self.client()
        for path in itertools.cycle(paths):
            if self._ending.wait(READ_PAUSE):
                return
            ask(client, self.history, "GET", path)

    def _log_in(self) -> None:
        client = Client(self.url)
        credentials = {"username": self.owner.user["username"], "password": PASSWORD}
        while not self._ending.wait(LOGIN_PAUSE):
            ask(client, self.history, "POST", "/api/auth/login/", json=credentials)

    def _noting(self, life: Callable[[], None]) -> None:
        try:
            life()
        except Exception:
            self.ended.append(f"a client of the load ended: {traceback.format_exc()[-500:]}")
