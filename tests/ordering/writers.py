"""Writers that stall, roll back, and write to one or two streams in a transaction."""

import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg
from ordering.techniques import Event, Technique

WRITERS = 8
STALL = 0.01
"""Seconds a writer stalls at most, between its writes and its COMMIT."""
ROLLBACKS = 0.05
STREAMS = ("hot-1", "hot-2", *(f"thing-{number}" for number in range(6)))


@dataclass
class Written:
    """When each event was committed, and how many transactions were rolled back."""

    committed: dict[Event, float] = field(default_factory=dict)
    rolled_back: int = 0


class Writers:
    """Eight of them, from entering the block to `stop`."""

    def __init__(self, technique: Technique, url: str) -> None:
        self.written = Written()
        self._technique = technique
        self._url = url
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(WRITERS)
        self._running: list[Future[None]] = []

    def __enter__(self) -> "Writers":
        self._running = [self._pool.submit(self._write, random.Random(seed)) for seed in range(WRITERS)]
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let each finish its transaction. Raises what went wrong in one of them."""
        self._stop.set()
        self._pool.shutdown()
        for writer in self._running:
            writer.result()

    def _write(self, dice: random.Random) -> None:
        with psycopg.connect(self._url, application_name="ordering writer") as connection:
            while not self._stop.is_set():
                self._transaction(connection, dice)

    def _transaction(self, connection: "psycopg.Connection[tuple[object, ...]]", dice: random.Random) -> None:
        """An unrelated write at times, one or two streams in sorted order, a stall, and COMMIT or not."""
        if dice.random() < 0.2:
            connection.execute("INSERT INTO ordering.unrelated VALUES (1)")
            time.sleep(dice.random() * STALL / 2)
        streams = sorted({dice.choice(STREAMS[:2]), dice.choice(STREAMS)})
        events = [(stream, self._technique.append(connection, stream)) for stream in streams]
        time.sleep(dice.random() * STALL)
        if dice.random() < ROLLBACKS:
            connection.rollback()
            self.written.rolled_back += 1
        else:
            connection.commit()
            self.written.committed.update(dict.fromkeys(events, time.monotonic()))
