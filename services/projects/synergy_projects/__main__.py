"""python -m synergy_projects serve | relay | migrate and the other VERBS below."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from synergy_chassis import command_line
from synergy_chassis.command_line import Verb
from synergy_chassis.command_line.verbs import JSON

if TYPE_CHECKING:
    from synergy_chassis.follower import Follower
    from synergy_chassis.generations import FollowingModel
    from synergy_chassis.store.erasing import Erase
    from synergy_chassis.store.rebuild import InlineModel
    from synergy_projects.bootstrap import Projects


def _serve() -> None:
    from synergy_chassis.bus import serve
    from synergy_chassis.metrics import address
    from synergy_projects.entrypoints import ProjectsService
    from synergy_projects.settings import Settings

    settings = Settings.from_env(os.environ)
    config = {"settings": settings}
    serve(ProjectsService, amqp_url=settings.amqp_url, config=config, metrics=address(os.environ))


def _fill(asked: argparse.Namespace) -> int:
    from synergy_projects.filling.command import fill

    return fill(os.environ, owners=asked.owners, projects=asked.projects, tasks=asked.tasks, as_json=asked.json)


def _models() -> "Sequence[InlineModel]":
    from synergy_projects.projections import ProjectModel

    return [ProjectModel()]


@contextmanager
def _application() -> "Iterator[Projects]":
    from synergy_projects.bootstrap import build
    from synergy_projects.settings import Settings

    app = build(Settings.from_env(os.environ))
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
    from synergy_projects.policies import people_model

    with _application() as app:
        yield [people_model(app.auth, app.auth.people)]


@contextmanager
def _eraser() -> "Iterator[Erase]":
    with _application() as app:
        yield app.erase_person


VERBS = {
    "serve": command_line.serve(_serve, help="answer calls and follow auth's events"),
    "relay": command_line.relay("projects"),
    "migrate": command_line.migrate("projects"),
    "rebuild": command_line.rebuild("projects", _models, _following, help="make every row what the events say"),
    "verify": command_line.verify("projects", example="project-12"),
    "seal": command_line.seal("projects"),
    "erase": command_line.erase("projects", _eraser, person="the user's id"),
    "restored": command_line.restored("projects"),
    "fill": Verb(
        help="make many projects with many tasks, for trying out",
        run=_fill,
        options={
            "--owners": {"help": "ids of users, with commas between them", "required": True},
            "--projects": {"type": int, "default": 1_000, "help": "how many; 1,000 if not given"},
            "--tasks": {"type": int, "default": 10_000, "help": "in all projects together; 10,000 if not given"},
            **JSON,
        },
    ),
    "parked": command_line.parked("projects", source="auth"),
    "reconcile": command_line.reconcile("projects", _followers),
    "follow-anew": command_line.follow_anew(_followers, source="auth"),
    "replay": command_line.replay(_followers, source="auth", example="user-12"),
}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; answer the exit code."""
    return command_line.main("projects", "Projects, tasks and their progress.", VERBS, arguments)


if __name__ == "__main__":
    sys.exit(main())
