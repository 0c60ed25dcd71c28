"""More gateways than one, on the same servers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from system.conftest import first_of_free
from system.steps import Client, anyone, until

from synergy_local.testing import RunningStack
from synergy_local.visitor import healthy


@contextmanager
def one_more(stack: RunningStack, name: str, **env: str) -> Iterator[str]:
    """The address of a gateway of this name beside the first one, told what that one is told and `env`."""
    first, port = stack.programs["gateway"], first_of_free(2)
    ports = {"PORT": str(port), "METRICS_PORT": str(port + 1)}
    stack.programs[name] = replace(first, name=name, env=dict(first.env) | ports | env)
    stack.start(name)
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: healthy(url), what=name)
        yield url
    finally:
        if name in stack.children:
            stack.stop(name)
        del stack.programs[name]


def at(url: str, client: Client) -> Client:
    """The same session at another door."""
    other = anyone(url)
    other.headers, other.user, other.refresh = client.headers, client.user, client.refresh
    return other
