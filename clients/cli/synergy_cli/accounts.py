"""Signing in and out."""

import os
import sys
from typing import Annotated

import typer

from synergy_cli import session
from synergy_cli.asking import saying, signed_in
from synergy_cli.showing import Json, done, shown
from synergy_client import Synergy, problems


def login(
    url: Annotated[str, typer.Argument(help="The server: https://projects.example.com", envvar=session.URL)],
    username: Annotated[str | None, typer.Option(help="User name or e-mail address; asked for without it.")] = None,
    token: Annotated[
        bool, typer.Option("--token", help="Keep a personal access token instead of a session; it is asked for.")
    ] = False,
    json: Json = False,
) -> None:
    """Sign in; the session is kept for the next commands. Off a terminal the password is a line of stdin."""
    with saying():
        kept = _by_token(url) if token else _by_password(url, username)
        session.write(session.place(os.environ), kept)
    done(
        f"Signed in at {kept.url} as {kept.username}.", as_json=json, value={"url": kept.url, "username": kept.username}
    )


def logout(json: Json = False) -> None:
    """End the session and forget it."""
    with signed_in() as synergy:
        try:
            if synergy.tokens.refresh is not None:
                synergy.sessions.logout()
        except problems.InvalidToken:
            pass  # it is over already
        finally:
            session.forget(session.place(os.environ))
    done("Signed out.", as_json=json)


def whoami(json: Json = False) -> None:
    """Show who is signed in, and where."""
    with signed_in() as synergy:
        profile = {"server": synergy.url, **synergy.accounts.read_profile()}
    shown(profile, ("server", "id", "username", "email", "first_name", "last_name", "is_superuser"), as_json=json)


def _by_password(url: str, username: str | None) -> session.Kept:
    username = username or typer.prompt("User name", err=True)
    password = secret("Password")
    try:
        client = Synergy.login(url, username, password)
    except problems.OtpRequired:
        client = Synergy.login(url, username, password, otp=secret("Code"))
    with client:
        name = client.accounts.read_profile()["username"]
        access, refresh = client.tokens.access, client.tokens.refresh
        return session.Kept(client.url, name, access or "", refresh)


def _by_token(url: str) -> session.Kept:
    token = secret("Personal access token")
    with Synergy(url, token=token) as client:
        return session.Kept(client.url, client.accounts.read_profile()["username"], token)


def secret(name: str) -> str:
    """Asked for without showing it; off a terminal the next line of stdin. Never an argument: others see those."""
    if sys.stdin.isatty():
        return str(typer.prompt(name, hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\n")
