"""A rebuild under load, by several processes, that is killed in the middle: what it goes on to make equals the fold."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import forking
import pytest
import sqlalchemy as sa
from integration.chassis.store.conftest import NAMES, Store, command, happened
from integration.chassis.store.models import Names, identity

from synergy_chassis.store import Writer
from synergy_chassis.store.events import RecordedEvent
from synergy_chassis.store.rebuild import rebuild
from synergy_chassis.store.tables import rebuilds

STREAMS = 40
EVENTS = 50
"""In each; long enough to be killed in the middle."""
FEW = 12
PROGRAM = """
import os
import sys
sys.path += os.environ["PYTHONPATH"].split(os.pathsep)
from integration.chassis.store.models import Names
from synergy_chassis.store import engine
from synergy_chassis.store import folding, rebuild
folding.PAGE, rebuild.WORTH_A_JOB = 100, 1
if __name__ == "__main__":
    pool = engine(sys.argv[1], pool_size=4, application_name="rebuild", patient=True)
    rebuild.rebuild(pool, Names(), jobs=2)
"""


def rows(recorded: list[RecordedEvent], writer: Writer) -> None:
    for event in recorded:
        name = f"{event.stream} {event.version}"
        writer.execute(
            sa.insert(NAMES), {"id": identity(event.stream, event.version), "stream": event.stream, "name": name}
        )


def write(store: Store, number: int) -> None:
    """One more event, and its row, as a command writes them."""
    with store.uow.stream(f"thing-{number}", command()) as stream:
        stream.append([happened()], outcome={}, rows=rows)


def fill(store: Store, streams: int, events: int) -> Store:
    for number in range(1, streams + 1):
        store.append(f"thing-{number}", *(happened(n) for n in range(events)), creates=True)
    return store


@pytest.fixture
def long(store: Store) -> Store:
    """Many streams without a single row."""
    return fill(store, STREAMS, EVENTS)


@pytest.fixture
def short(store: Store) -> Store:
    """Some streams without a single row."""
    return fill(store, FEW, FEW)


@contextmanager
def writers(streams: int, *work: Callable[[int], None]) -> Iterator[list[BaseException]]:
    """Each called again and again, with the numbers of the streams, until the block ends."""
    stop, errors = threading.Event(), list[BaseException]()

    def run(write: Callable[[int], None]) -> None:
        try:
            for turn in range(1_000_000):
                if stop.wait(0.02):
                    return
                write(turn % streams + 1)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    try:
        yield errors
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def checkpoints(store: Store) -> list[sa.Row]:
    with store.uow.reading() as rows:
        return list(rows.execute(sa.select(rebuilds).order_by(rebuilds.c.part)))


def kill_in_the_middle(store: Store, tmp_path: Path) -> None:
    """Start a rebuild of two processes and kill all of it once a third is done."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = forking.start([str(program), store.url], env=env, err=2, session=True)
    deadline = time.monotonic() + 60
    while sum(row.events_done for row in checkpoints(store)) < STREAMS * EVENTS // 3:
        assert process.poll() is None, "it ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_under_load_and_resumed_it_equals_the_fold(long: Store, tmp_path: Path) -> None:
    with writers(
        STREAMS, lambda number: write(long, number), lambda number: write(long, STREAMS + 1 - number)
    ) as errors:
        kill_in_the_middle(long, tmp_path)
        before = {row.part: row for row in checkpoints(long)}
        done = {row.last_stream for row in before.values() if row.events_done}
        model = Names()
        report = rebuild(long.engine, model, jobs=1)

    assert errors == []
    assert report.resumed_at is not None
    assert report.resumed_at >= STREAMS * EVENTS // 3
    assert not done & set(model.folded)
    assert checkpoints(long) == []
    assert rebuild(long.engine, Names(), check=True).ok


@pytest.mark.usefixtures("forked_helpers")
def test_two_processes_do_each_stream_once(short: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synergy_chassis.store.rebuild.WORTH_A_JOB", 1)
    with writers(FEW, lambda number: write(short, number)) as errors:
        report = rebuild(short.engine, Names(), jobs=2)
        checked = rebuild(short.engine, Names(), check=True, jobs=2)

    assert errors == []
    assert report.streams == FEW
    assert report.count >= FEW * (FEW - 1)
    assert (checked.ok, checked.streams) == (True, FEW)


def test_a_check_waits_for_nobody_and_nobody_for_it(short: Store) -> None:
    with short.uow.stream("thing-1", command()) as locked:
        assert rebuild(short.engine, Names(), check=True).count == FEW * FEW
        locked.append([happened()], outcome={}, rows=rows)

    class Writing(Names):
        def fold(self, facts):
            write(short, 2)
            return super().fold(facts)

    assert rebuild(short.engine, Writing(), check=True).parked_count == 0
    assert checkpoints(short) == []


@pytest.mark.usefixtures("forked_helpers")
def test_a_process_that_is_killed_is_told_of(short: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("synergy_chassis.store.rebuild.WORTH_A_JOB", 1)

    model = Killed(os.getpid(), tmp_path / "killed")
    with pytest.raises(ChildProcessError, match="ended with code -9"):
        rebuild(short.engine, model, jobs=2)
    assert rebuild(short.engine, model, jobs=1).resumed_at is not None
    assert rebuild(short.engine, Names(), check=True).ok


class Killed(Names):
    """A helper kills itself at its first stream; the first process waits in its own until that has happened."""

    def __init__(self, parent: int, sign: Path) -> None:
        super().__init__()
        self.parent = parent
        self.sign = sign

    def fold(self, facts):
        if os.getpid() != self.parent:
            self.sign.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not self.sign.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return super().fold(facts)
