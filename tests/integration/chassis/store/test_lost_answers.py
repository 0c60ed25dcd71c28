"""A process killed when its COMMIT had reached the server and the answer had not come back: the retry tells all."""

import os
import signal
import time
from collections.abc import Callable

import forking
import pytest

from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, CommandContext

from .conftest import Store, happened
from .wire import wire

STDERR = 2
PROGRAM = """
import signal, sys
from uuid import UUID
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, CommandContext, NewEvent, UnitOfWork, appender as one, engine, pipeline

one.announce = pipeline.announce = lambda engine: None  # the one connection is the command's
url, command_id, way, size = sys.argv[1], UUID(sys.argv[2]), sys.argv[3], int(sys.argv[4])
happened = NewEvent(type="thing.happened", schema_version=1, entity="thing-1", data={"number": 1})
opened = engine(url, application_name="doomed", pool_size=1)
appender, uow = Appender(opened, SystemClock()), UnitOfWork(opened, SystemClock())

def no_rows(recorded, writer): pass

def run(stream, command_id, stop=lambda: None):
    context = CommandContext(command_id=command_id, actor_id=None, request_id=None)
    if way == "unit of work":
        with uow.stream(stream, context) as locked:
            locked.append([happened] * size, outcome={"answer": 42}, rows=lambda recorded, writer: None)
            stop()
    else:
        stop()
        appender.append(stream, [happened] * size, context, mode=way, outcome={"answer": 42})

def stop():
    print("ready", flush=True)
    signal.sigwait({signal.SIGUSR1})

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # it may come before it is waited for
for _ in range(8):  # so that every statement is prepared, and the command itself is sent at once
    run("warm-1", new_id())
run("thing-1", command_id, stop)
"""


def outcome(store: Store, context: CommandContext) -> object:
    with store.connect(store.url) as session:
        query = "SELECT outcome FROM store.commands WHERE command_id = %s"
        return session.execute(query, (context.command_id,)).fetchone()


def until(condition: Callable[[], bool], within: float = 40.0) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(("way", "size"), [("any", 2), ("any", 0), ("unit of work", 2)])
def test_the_answer_is_lost_and_a_retry_in_any_mode_gives_it(store: Store, way: str, size: int) -> None:
    store.append("thing-1")
    store.append("warm-1")
    context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
    with wire(store.url) as between:
        reading, out = os.pipe()
        doomed = forking.start(
            ["-c", PROGRAM, between.url, str(context.command_id), way, str(size)], env=os.environ, out=out, err=STDERR
        )
        os.close(out)
        try:
            with open(reading) as said:  # noqa: PTH123 (a descriptor)
                assert said.readline() == "ready\n"
            between.hold()
            doomed.send_signal(signal.SIGUSR1)
            until(lambda: outcome(store, context) is not None)
        finally:
            doomed.kill()
            doomed.wait()

        stored = store.log.after(0, 100).events
        appender = Appender(store.engine, SystemClock())
        for mode, expected in (("any", None), ("exact", 1), ("no_stream", None), ("exists", None)):
            again = appender.append("thing-1", [happened()], context, mode=mode, expected=expected)
            assert again.repeated
            assert again.outcome == {"answer": 42}

    assert 1 + size == store.version("thing-1")
    assert stored == store.log.after(0, 100).events
    with store.uow.stream("thing-2", context) as unit:
        assert unit.seen == {"answer": 42}
