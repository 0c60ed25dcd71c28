"""A process that freezes in the middle of a command holds others up for seconds, not for as long as it is frozen."""

import os
import signal
import time

import forking
import pytest
from integration.chassis.store.conftest import Store

from synergy_chassis.clock import new_id
from synergy_chassis.store import CommandContext, StoreUnavailable

STDERR = 2
FREEZING = """
import sys, time
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import CommandContext, UnitOfWork, engine
uow = UnitOfWork(engine(sys.argv[1], application_name="frozen"), SystemClock())
with uow.stream("thing-1", CommandContext(command_id=new_id(), actor_id=None, request_id=None)) as stream:
    stream.rows.exec_driver_sql("SELECT 1")  # a command reads what it decides on
    print("locked", flush=True)
    time.sleep(60)
"""


def test_the_lock_of_a_frozen_process_is_free_after_ten_seconds(store: Store) -> None:
    store.append("thing-1")
    reading, out = os.pipe()
    frozen = forking.start(["-c", FREEZING, store.url], env=os.environ, out=out, err=STDERR)
    os.close(out)
    try:
        with open(reading) as said:  # noqa: PTH123 (a descriptor)
            assert said.readline() == "locked\n"
        os.kill(frozen.pid, signal.SIGSTOP)
        began = time.monotonic()

        context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
        for _ in range(2):  # waiting for a lock ends after 10 s as well, and may do so first
            try:
                with store.uow.stream("thing-1", context) as stream:
                    assert stream.version == 1
                break
            except StoreUnavailable:
                continue
        else:
            pytest.fail("the lock is still held")

        assert time.monotonic() - began < 25
    finally:
        frozen.kill()
        frozen.wait()
