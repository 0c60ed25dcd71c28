"""The store in PostgreSQL sits the same exam as the one in memory."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from integration.chassis.store.conftest import Store
from unit.chassis.store.exam import EventStoreExam

from synergy_chassis.clock import FixedClock
from synergy_chassis.store import Appender, UnitOfWork


class TestPostgresStore(EventStoreExam):
    @pytest.fixture(name="store")
    def _store(self, store: Store) -> SimpleNamespace:
        clock = FixedClock(datetime(2030, 1, 1, tzinfo=UTC))
        uow, appender = UnitOfWork(store.engine, clock), Appender(store.engine, clock)
        return SimpleNamespace(log=store.log, uow=uow, appender=appender, clock=clock)
