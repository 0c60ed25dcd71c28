"""People who come while parts die: they register, rename themselves, start a project, and subscribe to its events."""

import itertools
import threading
from typing import Any
from uuid import uuid4

from chaos.asking import ask, insist
from chaos.history import Deed, History, Kind
from system.steps import Client

PASSWORD = "correct horse battery"
RENAMES = 2
PAUSE = 0.1
"""Seconds between two deeds of one person."""


class People:
    """
    One life after the other, each of a new account. Every deed is sent again under its Idempotency-Key until it is
    acknowledged; registering, which is anonymous and has none, until the name is taken.

    All are called by names that start with `prefix`.
    """

    def __init__(self, url: str, hook_url: str, history: History, ending: threading.Event) -> None:
        self.url = url
        self.hook_url = hook_url
        self.history = history
        self.prefix = f"person-{uuid4().hex[:8]}-"
        self._ending = ending
        self._numbers = itertools.count(1)

    def live(self) -> None:
        """Lives until the load ends."""
        while not self._ending.is_set():
            number = next(self._numbers)
            self._life(f"{self.prefix}{number}", stays_subscribed=number % 2 == 0)

    def _life(self, name: str, *, stays_subscribed: bool) -> None:
        client = Client(self.url)
        if not self._sign_up(client, name):
            return
        project = self._do(client, "found", name, "POST", "/api/projects/", {"name": name})
        for turn in range(RENAMES):
            self._do(client, "rename", name, "PATCH", "/api/auth/user/", {"first_name": f"{name}.{turn}"})
        if project is None:
            return
        wanted = {"name": name, "url": self.hook_url, "events": ["task.created"], "projects": [project["id"]]}
        hook = self._do(client, "subscribe", name, "POST", "/api/webhooks/", wanted)
        if hook is None:
            return
        path = f"/api/webhooks/{hook['id']}/"
        self._do(client, "alter", name, "PATCH", path, {"name": f"{name}.0"})
        if not stays_subscribed:
            self._do(client, "unsubscribe", name, "DELETE", path)

    def _sign_up(self, client: Client, name: str) -> bool:
        """An account, and a session of it."""
        wanted = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "first_name": name}
        if self._do(client, "register", name, "POST", "/api/auth/register/", wanted, done_before=409) is None:
            return False

        def signed_in() -> bool:
            credentials = {"username": name, "password": PASSWORD}
            answer = ask(client, self.history, "POST", "/api/auth/login/", json=credentials)
            if answer is not None and answer.ok:
                client.signed_in(answer)
            return bool(client.user)

        return insist(signed_in, ending=self._ending)

    def _do(
        self,
        client: Client,
        kind: Kind,
        name: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        done_before: int | None = None,
    ) -> dict[str, Any] | None:
        """What the answer says, once there is one; None where the load ended first, or nobody ever acknowledged it."""
        if self._ending.wait(PAUSE):
            return None
        new_name = (body or {}).get("first_name" if kind in ("register", "rename") else "name", "")
        deed = self.history.intend(Deed(key=str(uuid4()), kind=kind, subject=name, value=new_name))
        told: dict[str, Any] = {}

        def once() -> bool:
            known = done_before if deed.tries else None
            deed.tries += 1
            headers = {"Idempotency-Key": deed.key}
            answer = ask(client, self.history, method, path, json=body, headers=headers, done_before=known)
            deed.acknowledged = answer is not None and (answer.ok or answer.status_code == known)
            if answer is not None and answer.ok and answer.content:
                told.update(answer.json())
            return deed.acknowledged

        return told if insist(once, ending=self._ending) else None
