"""One gateway a test, reached over ASGI."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from litestar.testing import TestClient
from unit.gateway.asking import Client
from unit.gateway.given import APPLICATIONS, Cache, Neighbours, Signer, a_gateway, settings
from unit.gateway.marks_in_memory import MarksInMemory

from synergy_gateway.bootstrap import framed
from synergy_gateway.keeping.news import News
from synergy_gateway.settings import Settings

Door = Callable[..., TestClient]


@pytest.fixture
def signer() -> Signer:
    return Signer()


@pytest.fixture
def neighbours(signer: Signer) -> Neighbours:
    return Neighbours(signer)


@pytest.fixture
def cache() -> Cache:
    return Cache()


@pytest.fixture
def marks() -> MarksInMemory:
    return MarksInMemory()


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def door(neighbours: Neighbours, cache: Cache, marks: MarksInMemory, news: News) -> Iterator[Door]:
    """Opens the gateway; the client follows no redirects and gets errors as answers."""
    with ExitStack() as opened:

        def open_with(**changes: object) -> TestClient:
            chosen: Settings = settings(**changes)
            gateway = a_gateway(neighbours, cache, chosen, marks=marks, news=news)
            taken = APPLICATIONS.take(gateway)
            opened.callback(APPLICATIONS.give_back, taken)
            app = framed(taken[1], gateway)
            client = Client(app, base_url="http://gateway.local", raise_server_exceptions=False)
            client.follow_redirects = False
            return opened.enter_context(client)

        yield open_with


@pytest.fixture
def anyone(door: Door) -> TestClient:
    return door()


@pytest.fixture
def ann(anyone: TestClient, signer: Signer) -> TestClient:
    """Signed in as user 7."""
    anyone.headers["Authorization"] = f"Bearer {signer.token()}"
    return anyone
