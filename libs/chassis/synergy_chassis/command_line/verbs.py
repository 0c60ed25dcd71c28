"""The verbs that services have in common; each makes one of what differs between them."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import TYPE_CHECKING, Final

from synergy_chassis.command_line.program import Options, Verb

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from synergy_chassis.bus.working.parked import ParkedJobs
    from synergy_chassis.follower import Follower
    from synergy_chassis.generations import FollowingModel
    from synergy_chassis.store.erasing import Erase
    from synergy_chassis.store.rebuild import InlineModel
    from synergy_chassis.store.restoring import Beside

WAIT: Final = 10.0
"""Seconds: a consumer looks for what it lacks every 5."""
JSON: Final[Options] = {"--json": {"action": "store_true", "help": "answer as JSON, without a progress bar"}}


SEALS: Final[Options] = {
    "--seals": {"metavar": "PATH", "help": "the file of seals, or the folder it is in (SEALS_FOLDER without it)"}
}
JOBS: Final[Options] = {"--jobs": {"type": int, "default": 2, "help": "how many processes work at once (2)"}}
REBUILD: Final[Options] = {
    "--check": {"action": "store_true", "help": "change nothing, only tell what differs (exit code 8)"},
    "--model": {"help": "only this model"},
    "--stream": {"help": "only this stream, and park it no more if it can be folded"},
    **JOBS,
    "--anew": {"action": "store_true", "help": "begin anew where an interrupted rebuild would go on"},
    **JSON,
}
REBUILD_POOL: Final = 5


def serve(run: Callable[[], None], *, help: str) -> Verb:
    """`serve`: `run` imports the service and serves it."""
    return Verb(help=help, run=_done(run), green=True, lasting=True)


def long_running(run: Callable[[], None], *, help: str) -> Verb:
    """A program that runs until it is told to stop, without eventlet."""
    return Verb(help=help, run=_done(run), lasting=True)


def relay(service: str) -> Verb:
    """`relay`: publish the service's stored events."""

    def run() -> None:
        from synergy_chassis import relay
        from synergy_chassis.environment import text
        from synergy_chassis.metrics import address
        from synergy_chassis.relay.sealing import Sealing

        relay.run(
            database_url=text(os.environ, _url(service)),
            amqp_url=text(os.environ, "RELAY_AMQP_URL"),
            source=service,
            sealing=Sealing.from_env(os.environ),
            metrics=address(os.environ),
        )

    return long_running(run, help="publish stored events to the bus")


def migrate(service: str) -> Verb:
    """`migrate`: bring the service's database up to date."""

    def run(_: argparse.Namespace) -> int:
        from synergy_chassis.environment import text
        from synergy_chassis.store.migrate import migrate

        done = migrate(
            package=f"synergy_{service}",
            migration_url=text(os.environ, f"{service.upper()}_MIGRATION_URL"),
            database_url=text(os.environ, _url(service)),
        )
        sys.stdout.write(f"{service}: revision {done.before or 'none'} → {done.after}\n")
        return 0

    return Verb(help="bring the database up to date", run=run)


def rebuild(
    service: str,
    models: "Callable[[], Sequence[InlineModel]]",
    following: "Callable[[], AbstractContextManager[Sequence[FollowingModel]]]" = lambda: nullcontext(()),
    *,
    help: str,
) -> Verb:
    """
    `rebuild`: of `models`, which imports them, and of those that follow another service, which `following` opens.

    Where there are neither it says so, and asks no database.
    """

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.rebuild_command import Asked, run_rebuild

        wanted = {name: value for name, value in vars(asked).items() if name != "verb"}
        with _engine(service, "rebuild", pool_size=REBUILD_POOL) as engine:
            return run_rebuild(service, engine, models(), following, Asked(**wanted))

    return Verb(help=help, run=run, options=REBUILD)


def verify(service: str, *, example: str) -> Verb:
    """`verify`: the hash chains and the seals. `example` is the name of a stream."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.commands import run_verify

        with _engine(service, "verify") as engine:
            return run_verify(
                engine, stream=asked.stream, seals=_seals(service, asked), jobs=asked.jobs, json=asked.json
            )

    return Verb(
        help="check the log, its hash chains and its seals",
        run=run,
        options={**_stream(example), **SEALS, **JOBS, **JSON},
    )


def seal(service: str) -> Verb:
    """`seal`: what is new in the log, now; and copy the seals to their file."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.seal_command import run_seal

        with _engine(service, "seal") as engine:
            return run_seal(engine, service=service, path=_seals(service, asked), json=asked.json)

    return Verb(
        help="seal what is new in the log, and copy the seals to their file", run=run, options={**SEALS, **JSON}
    )


def work(service: str, *names: str) -> "Callable[[], ParkedJobs]":
    """Opens what `service` has given up of its unordered work `names`."""

    def opened() -> "ParkedJobs":
        from synergy_chassis.bus.working.parked import ParkedJobs
        from synergy_chassis.environment import text

        return ParkedJobs(text(os.environ, f"{service.upper()}_AMQP_URL"), service=service, names=names)

    return opened


def parked(service: str, *, source: str | None = None, work: "Callable[[], ParkedJobs] | None" = None) -> Verb:
    """`parked`: list what could not be applied of the events of `source`, and the `work` that was given up."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.commands import run_parked

        jobs = work().listed() if work else []
        with _engine(service, "parked") as engine:
            return run_parked(engine, jobs, json=asked.json)

    return Verb(help=f"list {_set_aside(source, work)}", run=run, options=JSON)


def replay(
    followers: "Callable[[], AbstractContextManager[Sequence[Follower]]] | None" = None,
    *,
    source: str | None = None,
    example: str = "project-12",
    work: "Callable[[], ParkedJobs] | None" = None,
) -> Verb:
    """
    `replay`: apply parked events of `source` again; `followers` opens those that parked them. `work` that was given
    up goes back to its queue, unless only one stream is asked for.
    """

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.commands import run_replay

        jobs = work() if work and asked.stream is None else None
        with ExitStack() as opened:
            events = opened.enter_context(followers()) if followers else ()
            return run_replay(events, jobs, stream=asked.stream, json=asked.json)

    return Verb(
        help=f"try {_set_aside(source, work)} again (exit code 8: some are still parked)",
        run=run,
        options={**_stream(example), **JSON},
    )


def reconcile(
    service: str, followers: "Callable[[], AbstractContextManager[Sequence[Follower]]] | None" = None
) -> Verb:
    """`reconcile`: compare the relay, and the consumers that `followers` opens, with the stores."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.reconciling.saying import run_reconcile

        with _engine(service, "reconcile") as engine, ExitStack() as opened:
            consumers = opened.enter_context(followers()) if followers else ()
            owners = {one.place: one.owner for one in consumers}
            return run_reconcile(engine, service=service, owners=owners, wait=asked.wait, json=asked.json)

    wait = {"type": float, "default": WAIT, "metavar": "SECONDS", "help": f"for what is still under way ({WAIT:g})"}
    return Verb(help="compare relay and consumer with the stores", run=run, options={"--wait": wait, **JSON})


def follow_anew(followers: "Callable[[], AbstractContextManager[Sequence[Follower]]]", *, source: str) -> Verb:
    """`follow-anew`: let the consumers that `followers` opens begin at the first event of `source` again."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.reconciling.saying import run_follow_anew

        with followers() as opened:
            return run_follow_anew(opened, json=asked.json)

    return Verb(
        help=f"take every event of {source} again; what was done already is not done twice", run=run, options=JSON
    )


def erase(service: str, eraser: "Callable[[], AbstractContextManager[Erase]]", *, person: str) -> Verb:
    """`erase`: forget a person, and prove it; `eraser` opens what does it, `person` says how one is named."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.erase_command import run_erase

        with _engine(service, "erase") as engine, eraser() as forget:
            return run_erase(engine, forget, asked.person, dry_run=asked.dry_run, json=asked.json)

    dry_run = {"action": "store_true", "help": "change nothing, only tell what would be done"}
    options = {"person": {"help": person}, "--dry-run": dry_run, **JSON}
    return Verb(help="forget a person; what remains are ids, and every hash stays valid", run=run, options=options)


def restored(service: str, beside: "Callable[[], Beside] | None" = None) -> Verb:
    """`restored`: begin a new epoch after a restore; `beside` imports what else the service does then."""

    def run(asked: argparse.Namespace) -> int:
        from synergy_chassis.store.restored_command import run_restored

        with _engine(service, "restored", url=f"{service.upper()}_MIGRATION_URL", pool_size=1) as owner:
            return run_restored(owner, service=service, beside=beside() if beside else None, json=asked.json)

    return Verb(
        help="begin a new epoch, once after the database was restored to an earlier time", run=run, options=JSON
    )


def _done(run: Callable[[], None]) -> Callable[[argparse.Namespace], int]:
    def and_say_so(_: argparse.Namespace) -> int:
        run()
        return 0

    return and_say_so


def _set_aside(source: str | None, work: object) -> str:
    events = [f"events of {source} that could not be applied"] if source else []
    return " and ".join([*events, *(["work that was given up"] if work else [])]) or "nothing: nothing can be parked"


def _stream(example: str) -> Options:
    return {"--stream": {"help": f"only this stream, {example} for example"}}


def _seals(service: str, asked: argparse.Namespace) -> "Path | None":
    from synergy_chassis.seals import place

    path = asked.seals or os.environ.get("SEALS_FOLDER")
    return place(path, service) if path else None


def _url(service: str) -> str:
    return f"{service.upper()}_DATABASE_URL"


@contextmanager
def _engine(service: str, verb: str, *, url: str = "", pool_size: int = 2) -> "Iterator[Engine]":
    from synergy_chassis.environment import text
    from synergy_chassis.store import engine

    name = f"{service} {verb}"
    opened = engine(text(os.environ, url or _url(service)), pool_size=pool_size, application_name=name, patient=True)
    try:
        yield opened
    finally:
        opened.dispose()
