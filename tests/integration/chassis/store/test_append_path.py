"""What an append must not do, for its price was measured: a NOTIFY within it costs more than half the throughput."""

from integration.chassis.store.conftest import Store

SOURCES = """
    SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'store'
"""


def test_nothing_is_notified_within_an_append(store: Store) -> None:
    with store.engine.connect() as connection:
        functions = dict(connection.exec_driver_sql(SOURCES).all())

    assert "append" in functions
    assert [name for name, source in functions.items() if "notify" in source.lower()] == []
