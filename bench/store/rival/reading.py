"""Reading with the library: whole aggregates, and its log."""

from eventsourcing.application import Application

from bench.store.protocol import Run, repeated, timed
from bench.store.rival.projects import Projects


def load(*, environment: dict[str, str], seconds: float) -> Run:
    """`repository.get` of one project after the other."""
    app: Application = Projects(environment)
    ids = list(dict.fromkeys(note.originator_id for note in app.recorder.select_notifications(1, 100_000)))
    turn = iter(ids * 100_000)

    def once() -> int:
        return app.repository.get(next(turn)).version

    return repeated(once, seconds=seconds, warm=2)


def log(*, environment: dict[str, str], limit: int, most: int) -> Run:
    """Pages of its notification log, from the beginning."""
    app = Projects(environment)

    def work() -> int:
        events, start = 0, None
        while events < most and (page := app.recorder.select_notifications(start, limit, inclusive_of_start=False)):
            events, start = events + len(page), page[-1].id
        return events

    return timed(work)
