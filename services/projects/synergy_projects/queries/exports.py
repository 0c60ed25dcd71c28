"""A project as a file, in parts, all of one moment."""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Final

from sqlalchemy import Connection

from synergy_chassis.store import EventCodec
from synergy_projects.documents import Writer, Written, people_in
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import InvalidParameter, ProjectNotFound, VersionNotFound
from synergy_projects.domain.person import Person
from synergy_projects.queries.history import Histories
from synergy_projects.queries.people import people
from synergy_projects.queries.projects import visible_project
from synergy_projects.queries.views import View

LARGEST: Final = 500_000
"""Characters of a part."""
MOST_HELD: Final = 2
HELD: Final = 60.0
"""Seconds for the next part to be asked for."""
Known = Callable[[Collection[int]], dict[int, Person]]
"""Names of users, also of those who are not known here yet."""
_Key = tuple[int, int, Written]


class Exports:
    """
    Writes projects. What an export is written from is made by its first part, and held from one part to the next: of
    two exports at most, and as long as somebody may still come for the next part.
    """

    def __init__(
        self,
        codec: EventCodec,
        known: Known,
        *,
        largest: int = LARGEST,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._histories = Histories(codec, held_tasks=0)  # a state that is held here must not be advanced
        self._known = known
        self._largest = largest
        self._monotonic = monotonic
        self._held: OrderedDict[_Key, tuple[float, Writer]] = OrderedDict()

    def part(
        self,
        connection: Connection,
        actor: Actor,
        project_id: int,
        *,
        format: Written = "json",
        version: int | None = None,
        after: str | None = None,
    ) -> View:
        """
        The first part as the project is now, or the one that `after` names, of that version. Whoever may read the
        project today may. Raises ProjectNotFound, VersionNotFound, InvalidParameter.
        """
        now = visible_project(connection, actor, project_id).version
        key = project_id, now if version is None else version, format
        writer = self._taken(key) or self._made(connection, key)
        text, following = self._written(writer, after)
        if following is not None:
            self._keep(key, writer)
        return {"version": key[1], "text": text, "next": following}

    def forget(self) -> None:
        """Hold no longer what nobody came for."""
        since = self._monotonic() - HELD
        for key in [key for key, (kept_at, _) in self._held.items() if kept_at < since]:
            del self._held[key]

    def _made(self, connection: Connection, key: _Key) -> Writer:
        project_id, version, format = key
        with self._histories.at(connection, f"project-{project_id}", version) as state:
            if state is None:
                raise ProjectNotFound
            if state.version != version or state.trashed_at is not None:
                raise VersionNotFound
            names = {user_id: person.username for user_id, person in self._named(connection, people_in(state)).items()}
            return Writer(state, names, format)

    def _named(self, connection: Connection, ids: Collection[int]) -> Mapping[int, Person]:
        named = people(connection, ids)
        missing = [user_id for user_id in ids if user_id not in named]
        return named | self._known(missing) if missing else named

    def _taken(self, key: _Key) -> Writer | None:
        _, writer = self._held.pop(key, (0.0, None))
        return writer

    def _keep(self, key: _Key, writer: Writer) -> None:
        self._held[key] = self._monotonic(), writer
        while len(self._held) > MOST_HELD:
            self._held.popitem(last=False)

    def _written(self, writer: Writer, after: str | None) -> tuple[str, str | None]:
        """
        As many tasks as a part holds. A task that is longer than that goes in pieces: `after` tells how many tasks were
        written, and how much of the next one.
        """
        index, written = _place(after)
        parts = [] if after else [writer.beginning()]
        size = sum(map(len, parts))
        while index < len(writer.tasks):
            text = writer.task(index)
            piece = text[written : written + max(self._largest - size, 1)]
            parts.append(piece)
            size, written = size + len(piece), written + len(piece)
            if written < len(text):
                return "".join(parts), f"{index}.{written}"
            index, written = index + 1, 0
            if size >= self._largest:
                return "".join(parts), f"{index}.0"
        return "".join([*parts, writer.end()]), None


def _place(after: str | None) -> tuple[int, int]:
    if after is None:
        return 0, 0
    index, _, written = after.partition(".")
    if not (index.isdecimal() and written.isdecimal()):
        raise InvalidParameter("after", "is what the part before told")
    return int(index), int(written)
