"""How long a session of a service may keep others waiting, and how to say otherwise in the address."""

import psycopg.errors
import pytest
import sqlalchemy as sa

from synergy_chassis.store import engine

from .conftest import Store

SETTINGS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "TimeZone", "application_name")


def shown(url: str, *, patient: bool = False) -> list[str]:
    opened = engine(url, application_name="limits", patient=patient)
    try:
        with opened.connect() as connection:
            return [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in SETTINGS]
    finally:
        opened.dispose()


@pytest.mark.parametrize(("patient", "expected"), [(False, ["10s", "30s", "10s"]), (True, ["0", "0", "0"])])
def test_a_service_gives_up_in_time_and_an_operator_waits(store: Store, patient: bool, expected: list[str]) -> None:
    assert [*expected, "UTC", "limits"] == shown(store.url, patient=patient)


def test_what_the_address_asks_for_goes_before(store: Store) -> None:
    url = f"{store.url}?options=-c%20statement_timeout%3D5000&application_name=mine&connect_timeout=3"

    assert ["10s", "5s", "10s", "UTC", "mine"] == shown(url)


def test_the_server_notices_within_half_a_minute_that_a_client_is_gone(store: Store) -> None:
    opened = engine(store.url, application_name="limits")
    with opened.connect() as connection:
        settings = [f"SHOW tcp_keepalives_{name}" for name in ("idle", "interval", "count")]
        shown = [connection.exec_driver_sql(setting).scalar_one() for setting in settings]
    opened.dispose()
    assert ["15", "5", "3"] == shown, "else an append whose COMMIT was lost on the way holds readers up for two hours"


def test_queries_of_a_service_are_not_compiled_and_trust_indexes(store: Store) -> None:
    opened = engine(store.url, application_name="limits")
    with opened.connect() as connection:
        shown = [connection.exec_driver_sql(f"SHOW {setting}").scalar_one() for setting in ("jit", "random_page_cost")]
    opened.dispose()
    assert ["off", "1.1"] == shown


def test_a_statement_that_takes_too_long_is_ended(store: Store) -> None:
    opened = engine(f"{store.url}?options=-c%20statement_timeout%3D50", application_name="limits")
    with opened.connect() as connection, pytest.raises(sa.exc.OperationalError) as ended:
        connection.exec_driver_sql("SELECT pg_sleep(60)")

    assert isinstance(ended.value.orig, psycopg.errors.QueryCanceled)
    opened.dispose()
