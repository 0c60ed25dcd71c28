"""The same lag with the library's own subscription."""

from collections.abc import Iterator

from eventsourcing.projection import ApplicationSubscription

from bench.store.protocol import Run, heard, paced
from bench.store.rival.projects import Project, Projects, create_task


def write(*, environment: dict[str, str], times: int, pause: float) -> Run:
    """One event at a time."""
    app, project = Projects(environment), Project()
    app.save(project)

    def once() -> int:
        create_task(project, 1)
        return app.save(project)[-1].notification.id

    return paced(once, times=times, pause=pause)


def subscribe(*, environment: dict[str, str], times: int) -> Run:
    """A subscription that begins at the end of its log."""
    app = Projects(environment)
    last = app.recorder.max_notification_id()

    def positions() -> Iterator[int]:
        for _, tracking in ApplicationSubscription(app, gt=last):
            yield tracking.notification_id

    return heard(positions(), times=times)
