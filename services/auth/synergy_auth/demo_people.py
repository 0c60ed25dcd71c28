"""Accounts for trying out, as many as are asked for: with a password that everybody knows."""

import json
import sys
from collections.abc import Mapping
from typing import Final

from synergy_auth import queries
from synergy_auth.bootstrap import Auth, build
from synergy_auth.domain.account import Profile
from synergy_auth.domain.commands import Client, Register
from synergy_auth.domain.errors import UsernameTaken
from synergy_auth.settings import Settings
from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext

PASSWORD: Final = "testpass123"  # noqa: S105 - shown to whoever makes them
FIRST: Final = "testuser"


def make(env: Mapping[str, str], count: int) -> int:
    """
    Make `testuser`, `user0002` … as far as they are not there; their ids go to stdout as JSON. The exit code.

    Raises MissingSetting, StoreUnavailable.
    """
    app = build(Settings.from_env({"AUTH_AMQP_URL": "not needed here", **env}))
    try:
        users = [_made(app, number) for number in range(1, count + 1)]
    finally:
        app.close()
    sys.stdout.write(json.dumps({"users": users, "password": PASSWORD}) + "\n")
    return 0


def _made(app: Auth, number: int) -> int:
    name = FIRST if number == 1 else f"user{number:04}"
    profile = Profile(username=name, email=f"{name}@example.com", first_name="User", last_name=f"Number {number}")
    command = Register(profile=profile, password=PASSWORD, client=Client(user_agent="demo"), by_operator=True)
    try:
        return int(app.open_account(command, _context())["id"])
    except UsernameTaken:
        with app.uow.reading() as rows:
            found = queries.account_named(rows, name)
        if found is None:
            raise
        return found.id


def _context() -> CommandContext:
    return CommandContext(command_id=new_id(), actor_id=None, request_id=None)
