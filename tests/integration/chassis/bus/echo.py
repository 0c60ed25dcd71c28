"""
A service that answers and follows, as a process of its own: `python echo.py`, told by its environment what to do.
With `WORK` in it, the service also takes unordered work: `WORK` is JSON, the options of the entrypoint.
"""

from synergy_chassis.bus.patching import patch

patch()

import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import time  # noqa: E402
from datetime import timedelta  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any, ClassVar  # noqa: E402

import sqlalchemy.exc  # noqa: E402

from synergy_chassis import logs  # noqa: E402
from synergy_chassis.bus import (  # noqa: E402
    Application,
    Call,
    Job,
    RpcClient,
    WorkClient,
    follow,
    following,
    refusing,
    rpc,
    serve,
    work,
)
from synergy_chassis.bus.working import entrypoint, settling  # noqa: E402
from synergy_chassis.bus.working.measures import work_health  # noqa: E402
from synergy_chassis.metrics import address  # noqa: E402

following.CHECK_EVERY = float(os.environ.get("CHECK_EVERY", following.CHECK_EVERY))  # type: ignore[misc]
URL = os.environ["ECHO_AMQP_URL"]
JOURNAL = Path(os.environ["JOURNAL"])
"""What the follower did, one JSON array of positions a line."""
TROUBLE = Path(os.environ["JOURNAL"] + ".trouble")
"""While this file is there, the follower raises when it is given events."""
SILENCE = Path(os.environ["JOURNAL"] + ".silence")
"""While this file is there, it raises when it is given none: the owner does not answer."""


class NoSuchThing(Exception):
    kind: ClassVar[str] = "not_found"
    code: ClassVar[str] = "thing-not-found"
    pointer: str | None = "/thing"


class Asker:
    """The application: knows how to ask another service."""

    def __init__(self, _config: Any) -> None:
        self.client = RpcClient(URL, service="projects")
        self.work = WorkClient(URL, service="projects", names=["mail"])


class Echo:
    name = "projects"
    app = Application(Asker)
    call = Call()

    @rpc
    def echo(self, body: Any) -> Any:
        return body

    @rpc
    def who(self, body: dict[str, Any]) -> Any:
        call = self.call
        return {
            "actor": call.signed_in(),
            "request_id": call.request_id,
            "command_id": call.command_id,
            "client_address": call.client_address,
            "sender": call.sender,
            "seconds_left": call.remaining(60),
        }

    @rpc
    def sleep(self, body: dict[str, Any]) -> Any:
        with JOURNAL.open("a") as journal:
            journal.write(f'"slept {body.get("name", "")}"\n')
        time.sleep(body["seconds"])
        return {"slept": body["seconds"]}

    @rpc
    def explode(self, body: dict[str, Any]) -> Any:
        raise ValueError("the password is hunter2")

    @rpc
    def give_up(self, body: dict[str, Any]) -> Any:
        raise SystemExit(3)

    @rpc
    def refuse(self, body: dict[str, Any]) -> Any:
        with refusing(NoSuchThing):
            raise NoSuchThing("There is no such thing.")

    @rpc
    def lose_database(self, body: dict[str, Any]) -> Any:
        raise sqlalchemy.exc.OperationalError("SELECT 1", {}, Exception("connection refused"))

    @rpc
    def not_json(self, body: dict[str, Any]) -> Any:
        return object()

    @rpc
    def ask(self, body: dict[str, Any]) -> Any:
        return self.app.client.call(
            body["method"], body["body"], result=dict, deadline=timedelta(seconds=body.get("seconds", 5))
        )

    @follow("auth")
    def on_auth_events(self, events: list[Any]) -> None:
        if SILENCE.exists() if not events else TROUBLE.exists():
            with JOURNAL.open("a") as journal:
                journal.write('"failed"\n')
            raise RuntimeError("not now")
        with JOURNAL.open("a") as journal:
            journal.write(json.dumps([event.position for event in events]) + "\n")


WORK = json.loads(os.environ.get("WORK", "{}"))
entrypoint.LOOK_EVERY = 0.2  # type: ignore[misc]
if "DIES_BEFORE_ACKNOWLEDGING" in os.environ:
    settling.acknowledge = lambda _: os.kill(os.getpid(), signal.SIGKILL)


class Worker(Echo):
    """Does what a job's body says: `fail` so many times, `kill` the process so many times, `seconds` of sleep."""

    @rpc
    def hand_over(self, body: dict[str, Any]) -> Any:
        return self.app.work.send("mail", body)

    @rpc
    def health(self, body: dict[str, Any]) -> Any:
        return work_health()

    @work("mail", **WORK)
    def on_mail(self, job: Job) -> None:
        self.note("begins", job)
        if job.attempt <= job.body.get("kill", 0):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(job.body.get("seconds", 0))
        if job.attempt <= job.body.get("fail", 0):
            raise RuntimeError("the mail server is away")
        self.note("done", job)

    def note(self, what: str, job: Job) -> None:
        entry = {
            what: job.body["name"],
            "attempt": job.attempt,
            "id": str(job.id),
            "pid": os.getpid(),
            "at": time.time(),
            "request_id": self.call.request_id,
        }
        with JOURNAL.open("a") as journal:
            journal.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    logs.configure("info", service="projects")
    serve(
        Worker if "WORK" in os.environ else Echo, amqp_url=URL, config={"rpc_workers": 20}, metrics=address(os.environ)
    )
