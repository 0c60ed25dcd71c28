"""Appending with the library."""

import json
import uuid

from eventsourcing.persistence import StoredEvent

from bench.store.payload import payload
from bench.store.protocol import Run, repeated, timed
from bench.store.rival.projects import Project, Projects, create_task

IN_ONE_CALL = 1_000


def recorder(*, environment: dict[str, str], seconds: float, size: int = 1) -> Run:
    """Its recorder alone: bytes that are ready go in, no aggregate, no mapper."""
    app, project, version = Projects(environment), uuid.uuid4(), 0  # noqa: TID251

    def once() -> int:
        nonlocal version
        events = [
            StoredEvent(project, version + number, "bench:Task.Created", json.dumps(payload(number)).encode())
            for number in range(1, size + 1)
        ]
        app.recorder.insert_events(events)
        version += size
        return size

    return repeated(once, seconds=seconds, warm=20 if size == 1 else 8)


def bulk(*, environment: dict[str, str], size: int) -> Run:
    """Its recorder with `size` events, 1,000 in a call: with 20,000 its pipeline and the server wait for each other."""
    app = Projects(environment)
    states = [json.dumps(payload(number)).encode() for number in range(size)]

    def work() -> int:
        project = uuid.uuid4()  # noqa: TID251
        events = [
            StoredEvent(project, version, "bench:Task.Created", state) for version, state in enumerate(states, start=1)
        ]
        for first in range(0, size, IN_ONE_CALL):
            app.recorder.insert_events(events[first : first + IN_ONE_CALL])
        return size

    return timed(work)


def save(*, environment: dict[str, str], seconds: float, size: int = 1) -> Run:
    """`app.save` of an aggregate with new events."""
    app, project = Projects(environment), Project()

    def once() -> int:
        for number in range(size):
            create_task(project, number)
        app.save(project)
        return size

    return repeated(once, seconds=seconds, warm=20 if size == 1 else 8)


def fill(*, environment: dict[str, str], projects: int, events: int) -> Run:
    """Save `projects` projects of `events` events each."""
    app = Projects(environment)

    def work() -> int:
        for _ in range(projects):
            project = Project()
            for number in range((events - 1) // 2):
                create_task(project, number)
                project.complete_task(task_id=number, impact=1000)
            app.save(project)
        return projects * events

    return timed(work)
