"""
Runs a real relay, consumer or replay that is killed at a step: `python mortal.py relay|consumer`, told by the lines
on its stdin what to run and where it ends ("relay STEP", "replay" alone for one that lives on).

Everything is imported once; each run is a fork. Its pid is said when it begins, and its exit code when it ends.
"""

import importlib
import inspect
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

if sys.argv[1] == "consumer":
    from synergy_chassis.bus.patching import patch

    patch()

sys.path.insert(0, str(Path(__file__).parent))

import steps

from synergy_chassis import logs

DATABASE, BROKER, JOURNAL = os.environ["D"], os.environ["A"], os.environ["JOURNAL"]


def mortal(step: steps.Step) -> None:
    """The function of this step kills the process."""
    module, _, path = step.function.partition(":")
    *owners, name = path.split(".")
    owner = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    setattr(owner, name, _wrapped(getattr(owner, name), step, _Passages(step.passage)))


class _Passages:
    def __init__(self, last: int) -> None:
        self.left = last

    def passed(self, answer: Any = True) -> None:
        if not answer or (isinstance(answer, tuple) and not answer[0]):  # no lease was free, nothing was read
            return
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _wrapped(real: Callable[..., Any], step: steps.Step, passages: _Passages) -> Callable[..., Any]:
    before = step.when == "before"

    @wraps(real)
    def sync(*args: Any, **kwargs: Any) -> Any:
        if before:
            passages.passed()
        answer = real(*args, **kwargs)
        if not before:
            passages.passed(True if answer is None else answer)
        return answer

    @wraps(real)
    async def asynchronous(*args: Any, **kwargs: Any) -> Any:
        if before:
            passages.passed()
        answer = await real(*args, **kwargs)
        if not before:
            passages.passed(answer)
        return answer

    return asynchronous if inspect.iscoroutinefunction(real) else sync


if sys.argv[1] == "relay":
    from synergy_chassis import relay
    from synergy_chassis.relay import program

    program.LEASE, program.RENEW_EVERY, program.TRY_EVERY, program.BATCH = 0.4, 0.1, 0.05, 5  # type: ignore[misc]

    def run(_what: str) -> None:
        relay.run(database_url=DATABASE, amqp_url=BROKER, source="auth")

else:
    import sqlalchemy as sa

    from synergy_chassis.bus import Application, follow, serve
    from synergy_chassis.follower import Follower, Patience
    from synergy_chassis.store import EventLog, engine
    from synergy_contracts.envelope import EventsPage, Head, StoredEvent

    class Owner:
        def __init__(self, log: EventLog) -> None:
            self.head: Callable[[], Head] = log.head
            self._after = log.after

        def events_after(self, position: int, limit: int) -> EventsPage:
            return self._after(position, limit)

    def keep(events: Sequence[StoredEvent], connection: sa.Connection) -> None:
        """One row an event, however often it is told: the rows show what was applied twice."""
        cured = connection.execute(sa.text("SELECT cured FROM health")).scalar_one()
        if not cured and any(event.data["poison"] for event in events):
            raise ValueError("poisoned")
        rows = [{"position": event.position, "stream": event.stream, "version": event.version} for event in events]
        connection.execute(sa.text("INSERT INTO effects VALUES (DEFAULT, :position, :stream, :version)"), rows)

    class App:
        def __init__(self, _config: Any) -> None:
            database = engine(DATABASE, application_name="mortal")
            self.follower = Follower(
                database, consumer="projects", source="auth", owner=Owner(EventLog(database)),
                apply=lambda events, connection: keep(events, connection), patience=Patience(total=timedelta(0)),
            )  # fmt: skip

    class Service:
        name = "projects"
        app = Application(App)

        @follow("auth")
        def on_auth_events(self, events: list[StoredEvent]) -> None:
            with open(JOURNAL, "a") as journal:  # noqa: PTH123 (pathlib's open is not the patched one)
                journal.writelines(f"{event.position}\n" for event in events)
            self.app.follower.take(events)

    def run(what: str) -> None:
        if what == "replay":
            App({}).follower.replay()
        else:
            serve(Service, amqp_url=BROKER, config={"rpc_workers": 2})


def child(what: str, step: str | None) -> None:
    """Never returns."""
    if step:
        mortal({**steps.RELAY, **steps.CONSUMER, **steps.PARKING, **steps.REPLAY}[step])
    try:
        run(what)
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def main() -> None:
    logs.configure("info", service="mortal")
    assert threading.active_count() == 1, "a fork has one thread"
    for line in iter(sys.stdin.readline, ""):
        what, _, step = line.strip().partition(" ")
        pid = os.fork()
        if pid == 0:
            child(what, step)
        print(pid, flush=True)
        _, status = waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if sys.argv[1] == "consumer":
    import eventlet.patcher

    waitpid = eventlet.patcher.original("os").waitpid
else:
    waitpid = os.waitpid

if __name__ == "__main__":
    main()
