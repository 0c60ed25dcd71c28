"""Under eventlet a query lets other greenlets run, and the pipelined append works. In processes of their own."""

import os
import subprocess
import sys
import textwrap

import forking
from integration.chassis.store.conftest import Store


def run(program: str, *arguments: str) -> str:
    """What a program says that was patched, as every `serve` is, before it loaded the store."""
    answer = forking.run(["-c", program, *arguments], env=os.environ, green=True)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_queries_in_twenty_greenlets_overlap(store: Store) -> None:
    took = run(
        """
import eventlet, sys, time
from synergy_chassis.store import engine
from synergy_chassis.store.engine import sessions
pool = engine(sys.argv[1], application_name="test", pool_size=20)
def nap(_):
    with pool.connect() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(0.2)")
def nap_alone(_):
    sessions(pool).execute("SELECT pg_sleep(0.2)")
greens = eventlet.GreenPool(20)
for one in (nap, nap_alone):
    list(greens.imap(one, range(20)))  # connections are made
    before = time.monotonic()
    list(greens.imap(one, range(20)))
    print(time.monotonic() - before)
""",
        store.url,
    )
    assert [True, True] == [float(each) < 3 for each in took.split()], "one after another they take four seconds"


def test_appends_in_greenlets_go_through_the_pipeline(store: Store) -> None:
    store.append("thing-1")
    versions = run(
        """
import eventlet, sys
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, CommandContext, EventLog, NewEvent, UnitOfWork, engine
pool = engine(sys.argv[1], application_name="test", pool_size=10)
uow, appender = UnitOfWork(pool, SystemClock()), Appender(pool, SystemClock())
def append(number):
    context = CommandContext(command_id=new_id(), actor_id=None, request_id=None)
    event = NewEvent(type="thing.happened", schema_version=1, entity="thing-1", data={"number": number})
    if number % 2:
        appender.append("thing-1", [event], context)
        return
    with uow.stream("thing-1", context) as stream:
        stream.append([event], outcome={}, rows=lambda events, writer: None)
list(eventlet.GreenPool(20).imap(append, range(40)))
print([event.version for event in EventLog(pool).stream("thing-1")] == list(range(1, 42)))
""",
        store.url,
    )
    assert versions == "True"


def test_psycopg_imported_before_the_patch_is_refused() -> None:
    program = """
        import psycopg, eventlet
        eventlet.monkey_patch()
        try:
            import synergy_chassis.store
        except RuntimeError as error:
            print(error)
        """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.startswith("psycopg was imported before eventlet patched the process")


def test_without_eventlet_psycopg_waits_in_its_own_way() -> None:
    """As in this process."""
    assert "PSYCOPG_WAIT_FUNC" not in os.environ


def test_a_pipeline_goes_through_the_hub_for_answers_not_for_every_command(store: Store) -> None:
    store.append("thing-1")
    waits, others = run(
        """
import eventlet, sys
from synergy_chassis.store import engine
from synergy_chassis.store import green
from synergy_chassis.store.engine import driver
pool = engine(sys.argv[1], application_name="test", pool_size=1)
waits, turns = 0, 0
in_turn = green._in_turn
def counted(*given):
    global waits
    waits += 1
    return in_turn(*given)
green._in_turn = counted
with pool.connect() as connection:
    raw = driver(connection)
    raw.execute("SELECT 1")
    waits = 0
    with raw.pipeline():
        for _ in range(20):
            raw.execute("SELECT 1")
    few = waits
    def turn():
        global turns
        while True:
            turns += 1
            eventlet.sleep(0)
    other = eventlet.spawn(turn)
    with raw.pipeline():
        for _ in range(400):
            raw.execute("SELECT 1")
        meanwhile = turns
    other.kill()
print(few, meanwhile)
""",
        store.url,
    ).split()
    assert int(waits) < 12, "each of twenty commands once, and more, if all went through it"
    assert int(others) > 3, "a long pipeline lets others run"
