"""python -m synergy_auth serve | relay | migrate | createsuperuser | remove-second-factor and the other VERBS below."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from synergy_chassis import command_line
from synergy_chassis.command_line import Verb

if TYPE_CHECKING:
    from synergy_chassis.follower import Follower
    from synergy_chassis.store.erasing import Erase
    from synergy_chassis.store.restoring import Beside


def _serve() -> None:
    from synergy_auth.entrypoints import RPC_WORKERS, AuthService
    from synergy_auth.settings import Settings
    from synergy_chassis.bus import serve
    from synergy_chassis.metrics import address

    settings = Settings.from_env(os.environ)
    config = {"settings": settings, "rpc_workers": RPC_WORKERS}
    serve(AuthService, amqp_url=settings.amqp_url, config=config, metrics=address(os.environ))


def _create_superuser(_: argparse.Namespace) -> int:
    from synergy_auth.superuser import create

    return create(os.environ)


def _demo_people(asked: argparse.Namespace) -> int:
    from synergy_auth.demo_people import make

    return make(os.environ, asked.count)


def _remove_second_factor(asked: argparse.Namespace) -> int:
    from synergy_auth.lost_second_factor import remove

    return remove(os.environ, asked.person)


@contextmanager
def _eraser() -> "Iterator[Erase]":
    from synergy_auth.bootstrap import build
    from synergy_auth.settings import Settings

    app = build(Settings.from_env({"AUTH_AMQP_URL": "not needed here", **os.environ}))
    try:
        yield app.erase_user
    finally:
        app.close()


@contextmanager
def _followers() -> "Iterator[Sequence[Follower]]":
    from synergy_auth.bootstrap import build
    from synergy_auth.settings import Settings

    app = build(Settings.from_env(os.environ))
    try:
        yield [*app.followers.values()]
    finally:
        app.close()


def _end_sessions() -> "Beside":
    from synergy_auth.handlers.end_sessions import end_all_sessions

    return end_all_sessions


PERSON = "the user's id, name or e-mail address; id:17 or name:17 where digits are both"
VERBS = {
    "serve": command_line.serve(_serve, help="answer calls, send mail, and follow webhooks' events"),
    "relay": command_line.relay("auth"),
    "migrate": command_line.migrate("auth"),
    "rebuild": command_line.rebuild(
        "auth", list, help="say that there is nothing to rebuild: accounts are rows, not events"
    ),
    "verify": command_line.verify("auth", example="user-12"),
    "seal": command_line.seal("auth"),
    "parked": command_line.parked("auth", source="webhooks"),
    "replay": command_line.replay(_followers, source="webhooks", example="webhook-<id>"),
    "reconcile": command_line.reconcile("auth", _followers),
    "follow-anew": command_line.follow_anew(_followers, source="webhooks"),
    "erase": command_line.erase("auth", _eraser, person=PERSON),
    "restored": command_line.restored("auth", _end_sessions),
    "createsuperuser": Verb(help="open a superuser's account, by asking or from SUPERUSER_*", run=_create_superuser),
    "demo-people": Verb(
        help="make accounts for trying out, with a password that everybody knows",
        run=_demo_people,
        options={"--count": {"type": int, "default": 100, "help": "how many; 100 if not given"}},
    ),
    "remove-second-factor": Verb(
        help="remove the second factor of somebody who lost it; all sessions of the account end",
        run=_remove_second_factor,
        options={"person": {"help": PERSON}},
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; answer the exit code."""
    return command_line.main("auth", "Accounts, sessions and tokens.", VERBS, arguments)


if __name__ == "__main__":
    sys.exit(main())
