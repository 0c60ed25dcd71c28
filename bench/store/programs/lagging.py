"""How long after the commit a subscriber of a store at rest has the event."""

from bench.store.payload import TYPE, payload
from bench.store.protocol import Run, heard, paced
from synergy_chassis.clock import SystemClock, new_id
from synergy_chassis.store import Appender, CommandContext, EventLog, NewEvent, engine
from synergy_chassis.store.subscription import Subscription


def write(*, url: str, stream: str, times: int, pause: float) -> Run:
    """One event at a time."""
    appender = Appender(engine(url, pool_size=2, application_name="bench"), SystemClock())
    event = NewEvent(type=TYPE, schema_version=1, entity="task-1", data=payload(1))

    def once() -> int:
        context = CommandContext(command_id=new_id(), actor_id=7, request_id="request-1")
        (written,) = appender.append(stream, [event], context).events
        assert written.position is not None
        return written.position

    return paced(once, times=times, pause=pause)


def subscribe(*, url: str, times: int) -> Run:
    """A subscription that begins at the end of the log."""
    log = EventLog(engine(url, pool_size=2, application_name="bench"))
    pages = Subscription(log, after=log.head().position)
    return heard((event.position for page in pages for event in page.events), times=times)
