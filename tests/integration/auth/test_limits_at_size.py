"""What limits ask is answered from an index, however long the security log has become."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from integration.auth.acting import ask_reset
from integration.auth.conftest import HOME, START, Person, copied, replica, settings_for
from integration.auth.plans import indexes, planned

from synergy_auth.bootstrap import POOL_SIZE
from synergy_auth.domain.errors import TooManyLogins, WrongCredentials
from synergy_auth.domain.rates import Rate
from synergy_chassis.store import engine
from synergy_local.servers.testbed import FreshDatabase

LINES = """
    INSERT INTO security_events (id, at, kind, account_key, user_id, address, network, user_agent)
    SELECT gen_random_uuid(), %(now)s - number * interval '20 seconds',
           (ARRAY['login_failed', 'login_success', 'token_created', 'registered', 'password_reset_asked'])
               [1 + number %% 5],
           'user:' || whose, whose, 'somewhere', net, ''
      FROM generate_series(1, 20000) number, (VALUES (%(user)s, 'somewhere'), (%(other)s, %(home)s)) each (whose, net)
"""
"""For five days: at the account from elsewhere, at another one from its network; half each."""

LOOKED_UP = ("SELECT", "FROM security_events")


@pytest.fixture(scope="module")
def crowded(template: FreshDatabase, postgres: str) -> Iterator[Person]:
    """Ann, with 40,000 lines in the security log."""
    with copied(template, postgres) as database:
        pool = engine(database.service_url, pool_size=POOL_SIZE, application_name="auth")
        settings = replace(settings_for(database), rate_register=Rate(1_000, timedelta(hours=1)))
        auth = replica(settings, pool)
        auth.pair = auth.register("ann")
        ids = {"user": auth.pair["user"]["id"], "other": auth.register("bob")["user"]["id"]}
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            owner.execute(LINES, ids | {"now": START, "home": HOME.address})
            owner.execute("ANALYZE security_events")
        yield auth
        pool.dispose()


def test_the_limits_of_logins_are_asked_of_indexes(crowded: Person) -> None:
    """From where an account signed in is known without reading what else happened."""
    with planned(crowded, *LOOKED_UP) as plans, pytest.raises((WrongCredentials, TooManyLogins)):
        crowded.login("ann", "wrong password")

    by_network, by_account, at_home = "failures", "account", "entered"
    assert {f"security_events_{name}" for name in (by_network, by_account, at_home)} == set().union(
        *map(indexes, plans)
    )
    costs = [plan["Total Cost"] for plan in plans if indexes(plan) == {"security_events_entered"}]
    assert costs
    assert max(costs) < 10


def test_the_limits_of_mails_are_asked_of_indexes(crowded: Person) -> None:
    with planned(crowded, *LOOKED_UP) as plans:
        ask_reset(crowded)

    assert {"security_events_asked", "security_events_resets"} == set().union(*map(indexes, plans))
