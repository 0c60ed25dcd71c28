"""Questions about what was: a project, its tasks and its progress as of a version or a time, and why."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text

from synergy_chassis.store import EventCodec, RecordedEvent
from synergy_chassis.store.engine import driver
from synergy_chassis.store.log import events_of, version_at
from synergy_chassis.store.rows import SELECT, recorded
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import ProjectNotFound, TaskNotFound, VersionNotFound
from synergy_projects.domain.explaining import Change, step
from synergy_projects.domain.fields import Role
from synergy_projects.domain.project import Project
from synergy_projects.queries import loading, past_planning, past_tasks, views
from synergy_projects.queries.history import Histories
from synergy_projects.queries.members import page_of
from synergy_projects.queries.people import people
from synergy_projects.queries.planning import MILESTONES, SPRINTS, Kind
from synergy_projects.queries.projects import visible_project
from synergy_projects.queries.tasks import project_of_task
from synergy_projects.queries.views import View

AsOf = int | datetime
"""A version, or a time, which means the last version recorded by then."""
MOST_EXPLAINED: Final = 1_000
_AFTER: Final = text(SELECT + "WHERE stream = :stream AND version > :after ORDER BY version LIMIT :page_size")
_OF_ENTITY: Final = text(
    SELECT + "WHERE stream = :stream AND version > :after AND entity = :entity ORDER BY version LIMIT :page_size"
)


class Past:
    """Answers about the past. Who may look is who may today; deleted things are there if they lived then."""

    def __init__(self, codec: EventCodec) -> None:
        self._codec = codec
        self._histories = Histories(codec)

    def project(self, connection: Connection, actor: Actor, project_id: int, as_of: AsOf) -> View:
        """The project as it was; `role` is the caller's of today. Raises ProjectNotFound, VersionNotFound."""
        role = role_today(connection, actor, project_id)
        with self._at(connection, project_id, as_of) as state:
            return views.project(state, people(connection, views.everyone([state]))) | {"role": role}

    def tasks(self, connection: Connection, actor: Actor, project_id: int, as_of: AsOf, **wanted: Any) -> View:
        """One page of the tasks that lived then; the count is exact. Raises ProjectNotFound, VersionNotFound."""
        role_today(connection, actor, project_id)
        with self._at(connection, project_id, as_of) as state:
            count, found = past_tasks.page_of(state.tasks.values(), **wanted)
            known = people(connection, {user_id for task in found for user_id in task.assignees})
            shown = [views.task(task, project_id, known, blocked_by=state.blocked_by(task)) for task in found]
            return {"count": count, "results": shown}

    def members(self, connection: Connection, actor: Actor, project_id: int, as_of: AsOf, **wanted: Any) -> View:
        """One page of the people who were in the project then. Raises ProjectNotFound, VersionNotFound."""
        role_today(connection, actor, project_id)
        with self._at(connection, project_id, as_of) as state:
            return page_of(connection, state, **wanted)

    def comments(
        self,
        connection: Connection,
        actor: Actor,
        task_id: int,
        as_of: AsOf,
        *,
        ordering: str = "created_at",
        page: int = 1,
        page_size: int = 50,
    ) -> View:
        """One page of a task's comments that were there then, as they read. Raises TaskNotFound, VersionNotFound."""
        project_id = project_of_task(connection, task_id)
        try:
            role_today(connection, actor, project_id)
        except ProjectNotFound:
            raise TaskNotFound from None
        with self._at(connection, project_id, as_of) as state:
            if task_id not in state.tasks or state.tasks[task_id].trashed_at is not None:
                raise VersionNotFound
            found = [comment for comment in state.comments.values() if comment.task_id == task_id]
            found.sort(key=lambda comment: comment.id, reverse=ordering.startswith("-"))
            shown = found[(page - 1) * page_size : page * page_size]
            known = people(connection, views.in_comments(shown))
            return {"count": len(found), "results": [views.comment(one, project_id, known) for one in shown]}

    def milestones(self, connection: Connection, actor: Actor, project_id: int, as_of: AsOf, **wanted: Any) -> View:
        """One page of the milestones there were then. Raises ProjectNotFound, VersionNotFound."""
        return self._planned(MILESTONES, connection, actor, project_id, as_of, wanted)

    def sprints(self, connection: Connection, actor: Actor, project_id: int, as_of: AsOf, **wanted: Any) -> View:
        """One page of the sprints there were then. Raises ProjectNotFound, VersionNotFound."""
        return self._planned(SPRINTS, connection, actor, project_id, as_of, wanted)

    def _planned(
        self,
        kind: Kind[Any],
        connection: Connection,
        actor: Actor,
        project_id: int,
        as_of: AsOf,
        wanted: dict[str, Any],
    ) -> View:
        role_today(connection, actor, project_id)
        with self._at(connection, project_id, as_of) as state:
            return past_planning.page_of(kind, state, **wanted)

    def progress(
        self, connection: Connection, actor: Actor, project_id: int, as_of: AsOf | None, *, explain: bool
    ) -> View:
        """Progress as it was, None for now, and if asked for why. Raises ProjectNotFound, VersionNotFound."""
        if as_of is None:
            as_of = visible_project(connection, actor, project_id).version
        role_today(connection, actor, project_id)
        with self._at(connection, project_id, as_of) as state:
            view, version = views.progress(state), state.version
        return view | {"events": self._explained(connection, project_id, version)} if explain else view

    def _explained(self, connection: Connection, project_id: int, version: int) -> list[View]:
        state: Project | None = None
        kept: deque[tuple[RecordedEvent, Change]] = deque(maxlen=MOST_EXPLAINED)
        for stored in events_of(driver(connection), _stream(project_id), upto=version):
            state, change = step(state, self._codec.decode(stored), version=stored.version, at=stored.recorded_at)
            if change is not None:
                kept.append((stored, change))
        known = people(connection, _actors([stored for stored, _ in kept]))
        return [views.contribution(stored, change, known) for stored, change in kept]

    @contextmanager
    def _at(self, connection: Connection, project_id: int, as_of: AsOf) -> Iterator[Project]:
        stream = _stream(project_id)
        version = as_of if isinstance(as_of, int) else version_at(driver(connection), stream, as_of)
        with self._histories.at(connection, stream, version) as state:
            if state is None or state.version != version or state.trashed_at is not None:
                raise VersionNotFound
            yield state


def read_history(connection: Connection, actor: Actor, project_id: int, *, after: int, page_size: int) -> View:
    """The project's events after a version, in order, and how many it has in all. Raises ProjectNotFound."""
    version = visible_project(connection, actor, project_id).version
    parameters = {"stream": _stream(project_id), "after": after, "page_size": page_size}
    found = [recorded(row) for row in connection.execute(_AFTER, parameters)]
    known = people(connection, _actors(found))
    return {"count": version, "results": [views.past_event(event, known) for event in found]}


def read_task_history(connection: Connection, actor: Actor, task_id: int, *, after: int, page_size: int) -> View:
    """The events of a task after a version of its project, in order, also of one in the trash. Raises TaskNotFound."""
    project_id = project_of_task(connection, task_id)
    try:
        visible_project(connection, actor, project_id)
    except ProjectNotFound:
        raise TaskNotFound from None
    wanted = {"stream": _stream(project_id), "entity": f"task-{task_id}", "after": after, "page_size": page_size}
    found = [recorded(row) for row in connection.execute(_OF_ENTITY, wanted)]
    known = people(connection, _actors(found))
    return {"count": None, "results": [views.past_event(event, known) for event in found]}


def role_today(connection: Connection, actor: Actor, project_id: int) -> Role:
    """What the actor is in the project today, also if it is in the trash. Raises ProjectNotFound."""
    state = loading.project(connection, project_id, only=[actor.user_id])
    role = state.members.get(actor.user_id, "owner" if actor.superuser else None) if state else None
    if role is None:
        raise ProjectNotFound
    return role


def _actors(events: list[RecordedEvent]) -> set[int]:
    return {event.meta["actor_id"] for event in events if event.meta.get("actor_id") is not None}


def _stream(project_id: int) -> str:
    return f"project-{project_id}"
