"""python -m synergy_webhooks serve | relay | send | migrate and the other VERBS below."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from synergy_chassis import command_line
from synergy_webhooks import rederive_command

if TYPE_CHECKING:
    from synergy_chassis.follower import Follower
    from synergy_chassis.generations import FollowingModel
    from synergy_chassis.store.erasing import Erase
    from synergy_chassis.store.rebuild import InlineModel
    from synergy_webhooks.bootstrap import Webhooks


def _serve() -> None:
    from synergy_chassis.bus import serve
    from synergy_chassis.environment import text
    from synergy_chassis.metrics import address
    from synergy_webhooks.entrypoints import WebhooksService
    from synergy_webhooks.settings import Settings

    amqp_url = text(os.environ, "WEBHOOKS_AMQP_URL")
    config = {"settings": Settings.from_env(os.environ), "amqp_url": amqp_url}
    serve(WebhooksService, amqp_url=amqp_url, config=config, metrics=address(os.environ))


def _send() -> None:
    from synergy_chassis.metrics import address
    from synergy_webhooks.delivery.program import Program, send
    from synergy_webhooks.policies.place import locked_position
    from synergy_webhooks.settings import Settings

    send(Program(Settings.from_env(os.environ), position=locked_position), metrics=address(os.environ))


def _models() -> "Sequence[InlineModel]":
    from synergy_webhooks.projections import SubscriptionRows

    return [SubscriptionRows()]


@contextmanager
def _application() -> "Iterator[Webhooks]":
    from synergy_chassis.environment import text
    from synergy_webhooks.addresses.names import resolve
    from synergy_webhooks.bootstrap import build_on_bus
    from synergy_webhooks.settings import Settings

    amqp_url = text(os.environ, "WEBHOOKS_AMQP_URL")
    app = build_on_bus(Settings.from_env(os.environ), amqp_url=amqp_url, resolve=resolve)
    try:
        yield app
    finally:
        app.close()


@contextmanager
def _followers() -> "Iterator[Sequence[Follower]]":
    with _application() as app:
        yield [*app.followers.values()]


@contextmanager
def _following() -> "Iterator[Sequence[FollowingModel]]":
    from synergy_webhooks.policies.rebuilding import accounts_model, memberships_model

    with _application() as app:
        yield [memberships_model(app.owner), accounts_model(app.followers["auth"].owner)]


@contextmanager
def _eraser() -> "Iterator[Erase]":
    with _application() as app:
        yield app.erase_person


VERBS = {
    "serve": command_line.serve(_serve, help="answer calls and follow the events of projects and auth"),
    "relay": command_line.relay("webhooks"),
    "send": command_line.long_running(_send, help="sign and POST deliveries"),
    "migrate": command_line.migrate("webhooks"),
    "rebuild": command_line.rebuild("webhooks", _models, _following, help="make every row what the events say"),
    "verify": command_line.verify("webhooks", example="webhook-<id>"),
    "seal": command_line.seal("webhooks"),
    "erase": command_line.erase("webhooks", _eraser, person="the user's id"),
    "rederive": rederive_command.verb(_application),
    "restored": command_line.restored("webhooks"),
    "parked": command_line.parked("webhooks", source="projects and auth"),
    "reconcile": command_line.reconcile("webhooks", _followers),
    "follow-anew": command_line.follow_anew(_followers, source="projects and auth"),
    "replay": command_line.replay(_followers, source="projects and auth", example="project-12"),
}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; answer the exit code."""
    return command_line.main("webhooks", "Subscriptions, deliveries and their sender.", VERBS, arguments)


if __name__ == "__main__":
    sys.exit(main())
