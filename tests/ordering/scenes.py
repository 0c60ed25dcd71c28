"""Three short scenes in which every step is taken by hand: what each technique makes of them is no matter of luck."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
from ordering.techniques import Event, Read, Technique

from synergy_chassis.clock import new_id

SOON = 20.0

Scene = Callable[[Technique, Read, str, str], list[Event]]
"""What a reader gets, with the streams by the first word of their names."""


def late_commit(technique: Technique, read: Read, url: str, _elsewhere: str) -> list[Event]:
    """A draws its position, B draws the next one and commits, a reader looks, A commits, the reader looks again."""
    cursor = at_the_end(technique, read)
    with psycopg.connect(url) as a, psycopg.connect(url) as b, ThreadPoolExecutor(1) as pool:
        technique.append(a, f"late-{new_id()}")
        technique.append(b, f"early-{new_id()}")
        b.commit()
        looking = pool.submit(read, cursor)
        _until_done_or_waiting(looking, url)
        a.commit()
        events, cursor = looking.result(SOON)
    return [*events, *read(cursor)[0]]


def early_xid(technique: Technique, read: Read, url: str, _elsewhere: str) -> list[Event]:
    """A writes something else, B appends version 1 and commits, A appends version 2 and commits, a reader looks."""
    cursor, stream = at_the_end(technique, read), f"shared-{new_id()}"
    with psycopg.connect(url) as a, psycopg.connect(url) as b:
        a.execute("INSERT INTO ordering.unrelated VALUES (1)")
        technique.append(b, stream)
        b.commit()
        technique.append(a, stream)
        a.commit()
    return read(cursor)[0]


def stranger(technique: Technique, read: Read, url: str, elsewhere: str) -> list[Event]:
    """Somebody has an open write in another database, A appends and commits, a reader looks meanwhile."""
    cursor = at_the_end(technique, read)
    with psycopg.connect(elsewhere) as other, psycopg.connect(url) as a:
        other.execute("CREATE TEMPORARY TABLE mine AS SELECT 1")
        technique.append(a, f"thing-{new_id()}")
        a.commit()
        return read(cursor)[0]


SCENES: dict[str, Scene] = {"late commit": late_commit, "early xid": early_xid, "stranger": stranger}


def play(name: str, technique: Technique, url: str, elsewhere: str) -> list[Event]:
    """What a reader gets in a scene."""
    with technique.reader(url) as read:
        events = SCENES[name](technique, read, url, elsewhere)
    return [(stream.partition("-")[0], version) for stream, version in events]


def at_the_end(technique: Technique, read: Read) -> Any:
    """The cursor after everything that is there."""
    cursor = technique.start
    while True:
        events, cursor = read(cursor)
        if not events:
            return cursor


def _until_done_or_waiting(looking: "Future[Any]", url: str) -> None:
    """Until the reader has its page, or waits at the barrier."""
    query = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'ordering reader' AND wait_event = 'PgSleep'"
    end = time.monotonic() + SOON
    with psycopg.connect(url, autocommit=True) as connection:
        while not looking.done() and connection.execute(query).fetchone() is None:
            assert time.monotonic() < end
            time.sleep(0.005)
