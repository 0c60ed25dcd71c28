"""
A service on the bus that answers each call with one row, asked for by its key with a statement that is prepared, as it
stands: the least that a read over this bus and this database takes.
"""

from synergy_chassis.bus.patching import patch

patch()

import os  # noqa: E402
from collections import deque  # noqa: E402
from typing import Any, Final  # noqa: E402

import msgspec  # noqa: E402

from synergy_chassis import logs  # noqa: E402
from synergy_chassis.bus import rpc, serve  # noqa: E402
from synergy_chassis.store.green import prepare  # noqa: E402

prepare()

import psycopg  # noqa: E402

from bench.http.floors.table import TABLE  # noqa: E402
from synergy_chassis.store.trip import Trip  # noqa: E402

_sessions: Final[deque[psycopg.Connection[Any]]] = deque()


class Reading:
    """Under the name of projects, in a virtual host of its own."""

    name = "projects"

    @rpc  # type: ignore[untyped-decorator]
    def read_project(self, body: Any) -> Any:
        """The document of this project."""
        session = _sessions.pop() if _sessions else psycopg.connect(os.environ["FLOOR_URL"], autocommit=True)
        try:
            trip = Trip(session)
            trip.say(f"SELECT document FROM {TABLE} WHERE id = %s", (body["project_id"],))
            (answer,) = trip.go()
            return msgspec.Raw(answer.get_value(0, 0) or b"null")
        finally:
            _sessions.append(session)


if __name__ == "__main__":
    logs.configure("info", service="projects")
    serve(Reading, amqp_url=os.environ["FLOOR_AMQP_URL"], config={})
