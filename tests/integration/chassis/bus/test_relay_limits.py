"""The relay's own connections: their limits, and what the database's address says otherwise."""

import asyncio

import pytest

from synergy_chassis.relay.again import connected
from synergy_chassis.relay.ledger import Ledger
from synergy_local.servers.testbed import FreshDatabase


async def of_the_ledger(url: str) -> str:
    async with Ledger(url, application_name="relay tests") as ledger:
        (row,) = await ledger._rows("SHOW statement_timeout", ())
        return str(row[0])


def of_a_duty(url: str) -> str:
    with connected(url, "relay tests") as connection:
        row = connection.execute("SHOW statement_timeout").fetchone()
        assert row
        return str(row[0])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("", ("20s", "5s")), ("?options=-c%20statement_timeout%3D4000", ("4s", "4s"))],
    ids=["usually", "asked"],
)
def test_a_statement_may_take(database: FreshDatabase, asked: str, expected: tuple[str, str]) -> None:
    url = database.service_url + asked

    assert expected == (asyncio.run(of_the_ledger(url)), of_a_duty(url))
