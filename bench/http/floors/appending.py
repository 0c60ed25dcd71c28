"""
A service on the bus whose calls append one event each to a store of its own, and do nothing else: the least that an
acknowledged change over this bus and this store takes.
"""

from synergy_chassis.bus.patching import patch

patch()

import os  # noqa: E402
from functools import lru_cache  # noqa: E402
from itertools import count  # noqa: E402
from typing import Any, Final  # noqa: E402

from bench.store.payload import TYPE, payload  # noqa: E402
from synergy_chassis import logs  # noqa: E402
from synergy_chassis.bus import rpc, serve  # noqa: E402
from synergy_chassis.clock import SystemClock, new_id  # noqa: E402
from synergy_chassis.store import Appender, CommandContext, NewEvent, engine  # noqa: E402

SESSIONS: Final = 10
"""As many as the service of projects has."""
_numbers: Final = count(1)


@lru_cache
def store() -> Appender:
    """Where it appends."""
    return Appender(engine(os.environ["STORE_URL"], pool_size=SESSIONS, application_name="appending"), SystemClock())


class Appending:
    """Under the name of projects, in a virtual host of its own."""

    name = "projects"

    @rpc  # type: ignore[untyped-decorator]
    def create_task(self, body: Any) -> Any:
        """An event of a new task, committed."""
        number = next(_numbers)
        event = NewEvent(type=TYPE, schema_version=1, entity=f"task-{number}", data=payload(number))
        context = CommandContext(command_id=new_id(), actor_id=7, request_id="request-1")
        store().append(f"project-{body['project_id']}", [event], context, mode="any")
        return payload(number)


if __name__ == "__main__":
    logs.configure("info", service="projects")
    serve(Appending, amqp_url=os.environ["FLOOR_AMQP_URL"], config={})
