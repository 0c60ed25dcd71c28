"""Whatever happens to the store in memory, it agrees with a plain model."""

from types import SimpleNamespace

from examples import few
from hypothesis.stateful import run_state_machine_as_test
from unit.chassis.store.exam import NAMES
from unit.chassis.store.machine import StoreMachine

from synergy_chassis.clock import FixedClock
from synergy_chassis.store.memory import MemoryAppender, MemoryEventLog, MemoryUnitOfWork


def in_memory(clock: FixedClock) -> SimpleNamespace:
    log = MemoryEventLog()
    uow = MemoryUnitOfWork(log, clock, NAMES.metadata)
    return SimpleNamespace(log=log, uow=uow, appender=MemoryAppender(log, clock))


class MemoryMachine(StoreMachine):
    def __init__(self) -> None:
        super().__init__(in_memory)

    def teardown(self) -> None:
        super().teardown()
        self.store.uow.close()


def test_any_history_in_memory_agrees_with_a_plain_model() -> None:
    run_state_machine_as_test(MemoryMachine, settings=few(30, steps=30))
