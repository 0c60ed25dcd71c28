"""The sender's connection: its own limits, and what its address says otherwise."""

import asyncio

import pytest

from synergy_local.servers.testbed import FreshDatabase
from synergy_webhooks.delivery.link import Link

SHOWN = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "TimeZone", "application_name")
USUAL = {
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "TimeZone": "UTC",
    "application_name": "webhooks sender: tests",
}


async def settings(url: str) -> dict[str, str]:
    """What the server says about a session of a link."""
    link = Link(url, purpose="tests")
    try:
        connection = await link.connection()
        rows = [await (await connection.execute(f"SHOW {name}")).fetchone() for name in SHOWN]
    finally:
        await link.close()
    return dict(zip(SHOWN, (next(iter(row.values())) for row in rows if row), strict=True))


@pytest.mark.parametrize(
    ("asked", "otherwise"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("?options=-c%20statement_timeout%3D4000", {"statement_timeout": "4s"}, id="a_time_out"),
        pytest.param(
            "?options=-c%20lock_timeout%3D1000%20-c%20statement_timeout%3D2000&application_name=mine",
            {"lock_timeout": "1s", "statement_timeout": "2s", "application_name": "mine"},
            id="several",
        ),
    ],
)
def test_what_the_address_asks_for_goes_before_the_usual(
    database: FreshDatabase, asked: str, otherwise: dict[str, str]
):
    assert asyncio.run(settings(database.service_url + asked)) == USUAL | otherwise
