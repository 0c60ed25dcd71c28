"""One technique under load: eight writers, strangers, a queue, and a reader that is killed again and again."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import forking
import psycopg
from ordering.journal import Journal
from ordering.outcome import Outcome, outcome
from ordering.queue import stand_in_a_queue
from ordering.scenes import at_the_end
from ordering.techniques import TECHNIQUES, Event, Technique
from ordering.writers import Writers, Written

CATCH_UP = 15.0
"""Seconds a reader has, after the last commit, to get what it ever gets; 3 s without anything end it too."""
STALLED = 3.0
"""Seconds without an event, while others are committed, after which a reader is said to stand still."""
STDERR = 2


@dataclass
class Reader:
    """The reader's process, which reads as soon as this is made."""

    name: str
    url: str
    path: Path
    kills: int = 0

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        command = ["-m", "ordering.reader", self.name, self.url, str(self.path)]
        reading, out = os.pipe()
        self._process = forking.start(
            command, env=os.environ, out=out, err=STDERR, cwd=str(Path(__file__).parent.parent)
        )
        os.close(out)
        with open(reading) as said:  # noqa: PTH123 (a descriptor)
            assert said.readline() == "reading\n"

    def kill(self, *, again: bool = True) -> None:
        """kill -9, and start again at its checkpoint."""
        assert self._process.poll() is None, "the reader ended by itself"
        self._process.kill()
        self._process.wait()
        if again:
            self.kills += 1
            self._start()


def run(
    name: str,
    url: str,
    elsewhere: str,
    path: Path,
    *,
    seconds: float,
    kills: int,
    say: Callable[[str], None],
    queue: bool = False,
) -> Outcome:
    """
    Load for so many seconds and, with `queue`, for as long as a hundred writers stand in one after the first half;
    strangers write in the second half, here and in the other database.
    """
    technique, journal, beside_queue = TECHNIQUES[name], Journal(path), None
    earlier = _truth(url, technique.table)
    with technique.reader(url) as read:
        journal.write(at_the_end(technique, read), [])
    reader = Reader(name, url, path)
    try:
        with Writers(technique, url) as writers:
            _killing(reader, journal, seconds / 2, kills // 2, say)
            if queue:
                beside_queue = _queue(technique, url, journal, writers.written, say)
            with strangers(url, elsewhere):
                began = time.monotonic()
                _killing(reader, journal, seconds / 2, kills - kills // 2, say)
                ended = time.monotonic()
                writers.stop()
        truth = _truth(url, technique.table) - earlier
        _catch_up(journal, truth)
    finally:
        reader.kill(again=False)
    assert truth == set(writers.written.committed), "the writers' own books and the table differ"
    return outcome(
        technique.name,
        writers.written,
        journal.pages(),
        kills=reader.kills,
        strangers=(began, ended),
        beside_queue=beside_queue,
    )


def _killing(reader: Reader, journal: Journal, seconds: float, kills: int, say: Callable[[str], None]) -> None:
    for number in range(1, kills + 2):
        time.sleep(seconds / (kills + 1))
        say(f"{sum(len(page.events) for page in journal.pages())} events delivered, reader killed {reader.kills} times")
        if number <= kills:
            reader.kill()


def _queue(technique: Technique, url: str, journal: Journal, written: Written, say: Callable[[str], None]) -> bool:
    """Whether the reader gets what is committed while a hundred writers queue."""
    moved = False

    def meanwhile() -> None:
        nonlocal moved
        began = time.monotonic()
        while not moved and time.monotonic() < began + STALLED:
            later = {event for event, at in list(written.committed.items()) if at > began}
            moved = any(event in later for page in journal.pages() for event in page.events)
            time.sleep(0.05)
        say(f"a hundred writers queue, the reader {'goes on' if moved else 'stands still'}")

    written.committed.update(stand_in_a_queue(technique, url, "queue-1", meanwhile))
    return moved


@contextmanager
def strangers(url: str, elsewhere: str) -> Iterator[None]:
    """An open transaction with a write in each of these databases; neither touches the log."""
    with psycopg.connect(url) as here, psycopg.connect(elsewhere) as there:
        here.execute("INSERT INTO ordering.unrelated VALUES (1)")
        there.execute("CREATE TEMPORARY TABLE mine AS SELECT 1")
        yield


def _truth(url: str, table: str) -> set[Event]:
    with psycopg.connect(url) as connection:
        return {(stream, version) for stream, version in connection.execute(f"SELECT stream, version FROM {table}")}


def _catch_up(journal: Journal, truth: set[Event]) -> None:
    """Until everything is delivered, or nothing comes any more."""
    end, got, changed = time.monotonic() + CATCH_UP, -1, time.monotonic()
    while time.monotonic() < end:
        delivered = {event for page in journal.pages() for event in page.events}
        if delivered >= truth:
            return
        if len(delivered) != got:
            got, changed = len(delivered), time.monotonic()
        elif time.monotonic() - changed > STALLED:
            return
        time.sleep(0.05)
