"""The application lets go of what it holds."""

from synergy_webhooks.addresses import AddressPolicy
from synergy_webhooks.bootstrap import build
from synergy_webhooks.settings import Settings


class Client:
    closed = 0

    def close(self):
        self.closed += 1


def test_closing_closes_the_client_and_the_pool():
    client = Client()
    settings = Settings(
        database_url="postgresql://webhooks@127.0.0.1:1/none", secret_key="a key for tests, long enough",
        policy=AddressPolicy.parse(""),
    )  # fmt: skip
    app = build(settings, owner=None, accounts=None, render=None, resolve=None, client=client)
    pool = app.engine.pool

    app.close()

    assert client.closed == 1
    assert app.engine.pool is not pool  # disposed of
