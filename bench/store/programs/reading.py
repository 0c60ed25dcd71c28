"""Reading the store: whole streams, and the log behind the barrier."""

from bench.store.programs.floors import fold
from bench.store.protocol import Run, repeated, timed
from synergy_chassis.store import EventLog, engine
from synergy_chassis.store.verify import verify


def load(*, url: str, streams: list[str], seconds: float) -> Run:
    """A whole stream, and a fold over its events."""
    log = EventLog(engine(url, pool_size=1, application_name="bench"))
    turn = iter(streams * 100_000)

    def once() -> int:
        events = total = done = 0
        for event in log.stream(next(turn)):
            total, done = fold(total, done, event.type, event.data)
            events += 1
        return events

    return repeated(once, seconds=seconds, warm=2)


def pages(*, url: str, limit: int, most: int) -> Run:
    """The log from its beginning, page by page behind the barrier."""
    log = EventLog(engine(url, pool_size=1, application_name="bench"))

    def work() -> int:
        events = position = 0
        while events < most and (page := log.after(position, limit)).events:
            events, position = events + len(page.events), page.read_to
        return events

    return timed(work)


def check(*, url: str) -> Run:
    """verify of everything."""
    database = engine(url, pool_size=4, application_name="bench", patient=True)

    def work() -> int:
        report = verify(database)
        if not report.ok:
            raise RuntimeError(f"verify found {report.count} contradictions")
        return report.events

    return timed(work)
