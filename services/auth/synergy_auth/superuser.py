"""The first superuser, made on the command line: by asking, or from the environment for unattended set-ups."""

import getpass
import sys
from collections.abc import Callable, Mapping

from synergy_auth import queries
from synergy_auth.bootstrap import Auth, build
from synergy_auth.domain.account import Profile
from synergy_auth.domain.commands import Client, Register
from synergy_auth.domain.errors import DomainError, UsernameTaken
from synergy_auth.settings import Settings
from synergy_chassis.clock import new_id
from synergy_chassis.environment import text
from synergy_chassis.store import CommandContext


def create(
    env: Mapping[str, str], *, ask: Callable[[str], str] = input, ask_hidden: Callable[[str], str] = getpass.getpass
) -> int:
    """
    Make the superuser named by SUPERUSER_USERNAME, _EMAIL and _PASSWORD; asks for what is not set.

    0 when it is made or was there before as a superuser, 1 when refused (the reason goes to stderr). An account that
    someone registered under that name is never turned into a superuser.
    """
    settings = Settings.from_env({"AUTH_AMQP_URL": "not needed here", **env})
    try:
        username, email, password = _answers(env, ask, ask_hidden)
    except (EOFError, KeyboardInterrupt):
        return _refuse(
            "Nobody answered. Set SUPERUSER_USERNAME, SUPERUSER_EMAIL and SUPERUSER_PASSWORD, or run it in a terminal."
        )
    app = build(settings)
    try:
        return _create(app, username, email, password)
    except DomainError as no:
        return _refuse(str(no))
    finally:
        app.close()


def _answers(
    env: Mapping[str, str], ask: Callable[[str], str], ask_hidden: Callable[[str], str]
) -> tuple[str, str, str]:
    username = text(env, "SUPERUSER_USERNAME", default="") or ask("User name: ").strip()
    email = text(env, "SUPERUSER_EMAIL", default="") or ask("E-mail address: ").strip()
    password = env.get("SUPERUSER_PASSWORD") or ""
    while not password:
        password = ask_hidden("Password: ")
        if ask_hidden("The same again: ") != password:
            sys.stderr.write("They differ. Once more.\n")
            password = ""
    return username, email, password


def _create(app: Auth, username: str, email: str, password: str) -> int:
    command = Register(
        profile=Profile(username=username, email=email),
        password=password,
        client=Client(user_agent="createsuperuser"),
        superuser=True,
        by_operator=True,
    )
    try:
        made = app.open_account(command, CommandContext(command_id=new_id(), actor_id=None, request_id=None))
    except UsernameTaken:
        with app.uow.reading() as rows:
            found = queries.account_named(rows, username)
        if found is None or not found.is_superuser:
            raise
        sys.stdout.write(f"The superuser {found.profile.username} is there already; nothing was changed.\n")
        return 0
    sys.stdout.write(f"The superuser {made['username']} was created (user {made['id']}).\n")
    return 0


def _refuse(reason: str) -> int:
    sys.stderr.write(f"auth: {reason}\n")
    return 1
