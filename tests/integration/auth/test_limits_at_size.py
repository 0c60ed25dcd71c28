"""What limits ask is answered from an index, however long the security log has become."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from integration.auth.acting import ask_reset
from integration.auth.conftest import HOME, START, Person
from integration.auth.plans import indexes, planned

from synergy_auth.domain.errors import TooManyLogins, WrongCredentials
from synergy_auth.domain.rates import Rate

LINES = """
    INSERT INTO security_events (id, at, kind, account_key, user_id, address, network, user_agent)
    SELECT gen_random_uuid(), %(now)s - number * interval '20 seconds',
           (ARRAY['login_failed', 'login_success', 'token_created', 'registered', 'password_reset_asked'])
               [1 + number %% 5],
           'user:' || whose, whose, 'somewhere', net, ''
      FROM generate_series(1, 50000) number, (VALUES (%(user)s, 'somewhere'), (%(other)s, %(home)s)) each (whose, net)
"""
"""For a month and a half: at the account from elsewhere, at another one from its network; half each."""

LOOKED_UP = ("SELECT", "FROM security_events")


@pytest.fixture
def crowded(built: Callable[..., Person], migrated: Any) -> Person:
    """Ann, with 100,000 lines in the security log."""
    auth = built(rate_register=Rate(1_000, timedelta(hours=1)))
    auth.pair = auth.register("ann")
    ids = {"user": auth.pair["user"]["id"], "other": auth.register("bob")["user"]["id"]}
    with psycopg.connect(migrated.owner_url, autocommit=True) as owner:
        owner.execute(LINES, ids | {"now": START, "home": HOME.address})
        owner.execute("ANALYZE security_events")
    return auth


def test_the_limits_of_logins_are_asked_of_indexes(crowded: Person) -> None:
    with planned(crowded, *LOOKED_UP) as plans, pytest.raises((WrongCredentials, TooManyLogins)):
        crowded.login("ann", "wrong password")

    by_network, by_account, at_home = "failures", "account", "entered"
    assert {f"security_events_{name}" for name in (by_network, by_account, at_home)} == set().union(
        *map(indexes, plans)
    )


def test_from_where_an_account_signed_in_is_known_without_reading_what_else_happened(crowded: Person) -> None:
    with planned(crowded, *LOOKED_UP) as plans, pytest.raises((WrongCredentials, TooManyLogins)):
        crowded.login("ann", "wrong password")

    costs = [plan["Total Cost"] for plan in plans if indexes(plan) == {"security_events_entered"}]
    assert costs
    assert max(costs) < 10


def test_the_limits_of_mails_are_asked_of_indexes(crowded: Person) -> None:
    with planned(crowded, *LOOKED_UP) as plans:
        ask_reset(crowded)

    assert {"security_events_asked", "security_events_resets"} == set().union(*map(indexes, plans))
