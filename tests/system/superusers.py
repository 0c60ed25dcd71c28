"""Superusers, who are made on the command line."""

import os
from functools import cache
from uuid import uuid4

import forking
from system.steps import Client, anyone

from synergy_local.testing import RunningStack

PASSWORD = "correct horse battery"


@cache
def the_superuser(stack: RunningStack) -> Client:
    """One for all who need any."""
    return a_superuser(stack)


def a_superuser(stack: RunningStack) -> Client:
    """A superuser of a name of its own, signed in."""
    name = f"root-{uuid4().hex[:10]}"
    named = {"SUPERUSER_USERNAME": name, "SUPERUSER_EMAIL": f"{name}@example.com", "SUPERUSER_PASSWORD": PASSWORD}
    env = os.environ | stack.env("auth") | named
    forking.run(["-m", "synergy_auth", "createsuperuser"], env=env, check=True)
    return signed_in_again(anyone(stack.url), name)


def signed_in_again(client: Client, name: str, password: str = PASSWORD) -> Client:
    """The same person in a session of its own."""
    other = anyone(client.base)
    answer = other.post("/api/auth/login/", json={"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    return other.signed_in(answer)
