"""Projects day by day. The last flow of each project is kept, so that only what came since is read."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import EventCodec
from synergy_chassis.store.engine import driver
from synergy_projects.domain.flow import Flow

HELD_TASKS: Final = 20_000
"""How many tasks the flows that are kept may have in all."""
_PAGE: Final = 2_000
_FACTS: Final = (
    "SELECT stream, version, type, schema_version, data::text, recorded_at FROM store.events "
    "WHERE stream = %s AND version > %s AND version <= %s ORDER BY version LIMIT %s"
)


class Flows:
    """Answers with flows up to a version; the least recently used ones go when they get too many."""

    def __init__(self, codec: EventCodec, *, held_tasks: int = HELD_TASKS) -> None:
        self._codec = codec
        self._limit = held_tasks
        self._held: OrderedDict[int, Flow] = OrderedDict()

    @contextmanager
    def of(self, connection: Connection, project_id: int, version: int) -> Iterator[Flow]:
        """The flow of a project up to `version`, which it has reached. To be read within the block only."""
        flow = self._held.pop(project_id, None)  # nobody else sees it while it is in use
        if flow is None or flow.version > version:
            flow = Flow()
        self._advance(connection, flow, f"project-{project_id}", version)
        yield flow
        self._held[project_id] = flow
        while sum(_weight(held) for held in self._held.values()) > self._limit:
            self._held.popitem(last=False)

    def _advance(self, connection: Connection, flow: Flow, stream: str, version: int) -> None:
        read = self._codec.read
        while (reached := flow.version) < version:
            rows = driver(connection).execute(_FACTS, (stream, reached, version, _PAGE), prepare=True, binary=True)
            for fact in rows.fetchall():
                flow.take(read(fact), version=fact[1], at=fact[5])
            if flow.version == reached:
                raise LookupError(f"{stream} has no version {version}.")


def _weight(flow: Flow) -> int:
    return 1 + (len(flow.project.tasks) if flow.project else 0)
