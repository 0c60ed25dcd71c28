"""The store in memory sits the exam."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from unit.chassis.store.exam import NAMES, EventStoreExam

from synergy_chassis.clock import FixedClock
from synergy_chassis.store.memory import MemoryAppender, MemoryEventLog, MemoryUnitOfWork


class TestMemoryStore(EventStoreExam):
    @pytest.fixture
    def store(self) -> Iterator[SimpleNamespace]:
        log, clock = MemoryEventLog(), FixedClock(datetime(2030, 1, 1, tzinfo=UTC))
        uow = MemoryUnitOfWork(log, clock, NAMES.metadata)
        yield SimpleNamespace(log=log, uow=uow, appender=MemoryAppender(log, clock), clock=clock)
        uow.close()
