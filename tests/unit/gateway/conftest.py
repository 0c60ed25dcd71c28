"""One gateway a test, reached over ASGI."""

from collections.abc import Callable, Iterator

import pytest
from litestar.testing import TestClient
from unit.gateway.given import Cache, Neighbours, Signer, a_gateway, settings
from unit.gateway.marks_in_memory import MarksInMemory

from synergy_gateway.bootstrap import served
from synergy_gateway.frame import Frame
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
    opened: list[TestClient] = []

    def open_with(**changes: object) -> TestClient:
        chosen: Settings = settings(**changes)
        app = Frame(served(a_gateway(neighbours, cache, chosen, marks=marks, news=news)), chosen)
        client = TestClient(app, base_url="http://gateway.local", raise_server_exceptions=False)
        client.follow_redirects = False
        opened.append(client.__enter__())
        return client

    yield open_with
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def anyone(door: Door) -> TestClient:
    return door()


@pytest.fixture
def ann(anyone: TestClient, signer: Signer) -> TestClient:
    """Signed in as user 7."""
    anyone.headers["Authorization"] = f"Bearer {signer.token()}"
    return anyone
