"""One gateway a test, reached over ASGI."""

from collections.abc import Callable, Iterator

import pytest
from litestar.testing import TestClient
from unit.gateway.given import Cache, Neighbours, Signer, a_gateway, settings

from synergy_gateway.bootstrap import application
from synergy_gateway.frame import Frame
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
def door(neighbours: Neighbours, cache: Cache) -> Iterator[Door]:
    """Opens the gateway; the client follows no redirects and gets errors as answers."""
    opened: list[TestClient] = []

    def open_with(**changes: object) -> TestClient:
        chosen: Settings = settings(**changes)
        app = Frame(application(a_gateway(neighbours, cache, chosen)), chosen)
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
