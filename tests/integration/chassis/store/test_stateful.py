"""Whatever happens, in whatever order, the store agrees with a plain model of it."""

from types import SimpleNamespace

import pytest
from examples import few
from hypothesis.stateful import run_state_machine_as_test
from integration.chassis.store.bulk_machine import BulkMachine
from integration.chassis.store.conftest import Store
from integration.chassis.store.following_machine import FollowingMachine
from integration.chassis.store.generations_machine import GenerationsMachine
from integration.chassis.store.rebuilding_machine import RebuildingMachine
from integration.chassis.store.relaying_machine import RelayingMachine
from integration.chassis.store.slow_machine import SlowMachine
from unit.chassis.store.model_machine import ModelMachine

from synergy_chassis.clock import FixedClock
from synergy_chassis.store import Appender, UnitOfWork
from synergy_chassis.store.verify import verify


class OnPostgres(ModelMachine):
    """Opens the real store, and verifies it at the end."""

    def __init__(self, store: Store) -> None:
        self.real = store
        self.raw = store.connect(store.url)
        self.admin = store.connect(store.admin_url)
        self.raw.autocommit = self.admin.autocommit = True

        def open(clock: FixedClock) -> SimpleNamespace:
            return SimpleNamespace(
                log=store.log, uow=UnitOfWork(store.engine, clock), appender=Appender(store.engine, clock)
            )

        super().__init__(open)

    def teardown(self) -> None:
        super().teardown()
        for name in self.model.streams:
            assert verify(self.real.engine, stream=name).ok
        self.raw.close()
        self.admin.close()


class CommandsAndReaders(OnPostgres, SlowMachine):
    """Commands of every kind, and readers among slow writers."""


class LongAppends(OnPostgres, BulkMachine):
    """Appends in portions that break off and go on, between all kinds of commands."""


class Consumers(OnPostgres, FollowingMachine):
    """A consumer behind all kinds of commands."""


class Relays(OnPostgres, RelayingMachine):
    """Relays behind all kinds of commands."""


class Rebuilds(OnPostgres, RebuildingMachine):
    """Rebuilds between all kinds of commands."""


class Generations(OnPostgres, GenerationsMachine):
    """Rows that follow, made anew beside the ones that serve, between all kinds of commands."""


@pytest.mark.parametrize(
    ("machine", "examples"),
    [
        pytest.param(CommandsAndReaders, 8, id="commands_and_readers"),
        pytest.param(LongAppends, 5, id="long_appends"),
        pytest.param(Consumers, 8, id="consumers"),
        pytest.param(Relays, 8, id="relays"),
        pytest.param(Rebuilds, 5, id="rebuilds"),
        pytest.param(Generations, 5, id="generations"),
    ],
)
def test_any_history_agrees_with_a_plain_model(store: Store, machine: type[OnPostgres], examples: int) -> None:
    run_state_machine_as_test(lambda: machine(store), settings=few(examples, steps=30))
    assert verify(store.engine).ok
