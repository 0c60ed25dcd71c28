"""A hundred writers that queue for one stream."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
from ordering.techniques import Event, Technique

QUEUED = 100
SOON = 30.0


def stand_in_a_queue(
    technique: Technique, url: str, stream: str, meanwhile: Callable[[], None], *, writers: int = QUEUED
) -> dict[Event, float]:
    """Let all queue for `stream`, do something meanwhile, then let them go; what they committed, and when."""
    first = _append(technique, url, stream)
    with ThreadPoolExecutor(writers) as pool:
        with psycopg.connect(url) as holder:
            technique.lock(holder, stream)
            queued = [pool.submit(_append, technique, url, stream) for _ in range(writers)]
            _until_all_wait(url, writers)
            meanwhile()
            assert not any(writer.done() for writer in queued), "somebody passed the queue"
        return dict([first, *(writer.result(SOON) for writer in queued)])


def _append(technique: Technique, url: str, stream: str) -> tuple[Event, float]:
    with psycopg.connect(url, application_name="queued writer") as connection:
        version = technique.append(connection, stream)
        connection.commit()
        return (stream, version), time.monotonic()


def _until_all_wait(url: str, writers: int) -> None:
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'queued writer' AND wait_event_type = 'Lock'"
    )
    end = time.monotonic() + SOON
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(query).fetchone() != (writers,):
            assert time.monotonic() < end
            time.sleep(0.02)
