"""What happened in the projects somebody is in, in words, newest first: read from the log, so nothing can disagree."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Connection, Row, Text, bindparam, literal, select, text, union_all

from synergy_chassis.store import EventCodec, RecordedEvent
from synergy_chassis.store.rows import recorded
from synergy_projects import tables
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.domain.events import MemberEvent, ProjectTransferred, TimeEvent
from synergy_projects.domain.telling import Names, quoted, words
from synergy_projects.queries import views
from synergy_projects.queries.people import among, people
from synergy_projects.queries.render.kinds import KIND
from synergy_projects.queries.views import People, View

Called = Mapping[tuple[str, int], str]
"""Names of labels, milestones and sprints, by kind and id."""

# Of each project its newest, along the log's own index, and of these the newest: as many rows as projects times a page.
_NEWEST: Final = text("""
    SELECT e.* FROM unnest(:streams) AS own (stream) CROSS JOIN LATERAL (
        SELECT position, stream, version, event_id, type, schema_version, entity, data, meta, recorded_at,
            encode(hash, 'hex')
        FROM store.events
        WHERE events.stream = own.stream AND (:cursor IS NULL OR position < :cursor)
            AND (:types IS NULL OR type LIKE ANY (:types))
            AND (:actor IS NULL OR (meta ->> 'actor_id')::bigint = :actor)
        ORDER BY events.version DESC LIMIT :page_size
    ) e ORDER BY position DESC LIMIT :page_size
""").bindparams(
    bindparam("streams", type_=ARRAY(Text)),
    bindparam("types", type_=ARRAY(Text)),
    bindparam("cursor", type_=BigInteger),
    bindparam("actor", type_=BigInteger),
)


class Activities:
    """Tells what happened. In a constant number of statements, however much that is."""

    def __init__(self, codec: EventCodec) -> None:
        self._codec = codec

    def list_activity(
        self,
        connection: Connection,
        actor: Actor,
        *,
        project: int | None,
        types: Sequence[str] | None,
        cursor: int | None,
        page_size: int,
        by: int | None,
    ) -> View:
        """One page of what happened before the position `cursor`. Nobody counts. Raises ProjectNotFound."""
        projects = _projects(connection, actor, project)
        parameters = {
            "streams": [f"project-{project_id}" for project_id in projects],
            "types": types and [one.replace("_", r"\_").replace("*", "%") for one in types],
            "cursor": cursor,
            "actor": by,
            "page_size": page_size,
        }
        found = [recorded(row) for row in connection.execute(_NEWEST, parameters)]
        events = [(stored, self._codec.decode(stored)) for stored in found]
        tasks = _tasks(connection, [event for _, event in events])
        called = _called(connection, [stored for stored, _ in events])
        known = people(connection, {user_id for stored, event in events for user_id in _people(stored, event)})
        return {
            "count": None,
            "results": [_told(stored, event, projects, tasks, called, known) for stored, event in events],
        }


def _projects(connection: Connection, actor: Actor, project: int | None) -> dict[int, str]:
    """The names of the projects to tell of, by id. Raises ProjectNotFound for one the actor may not see."""
    columns, member = tables.projects.c, tables.members.c
    wanted = select(columns.id, columns.name).where(columns.trashed_at.is_(None))
    if project is None or not actor.superuser:
        wanted = wanted.join(tables.members, (member.project_id == columns.id) & (member.user_id == actor.user_id))
    if project is not None:
        wanted = wanted.where(columns.id == project)
    found = {row.id: row.name for row in connection.execute(wanted)}
    if project is not None and not found:
        raise ProjectNotFound
    return found


def _tasks(connection: Connection, events: Sequence[Any]) -> dict[int, Any]:
    """The tasks that the events tell of, those in the trash too."""
    ids = {event.task_id for event in events if hasattr(event, "task_id")}
    ids |= {
        task_id
        for event in events
        for side in (getattr(event, "changes", {}), getattr(event, "before", {}))
        for task_id in side.get("depends_on", ())
    }
    columns = tables.tasks.c
    wanted = select(columns.id, columns.number, columns.title).where(among(columns.id, ids))
    return {row.id: row for row in connection.execute(wanted)}


def _called(connection: Connection, stored: Sequence[RecordedEvent]) -> dict[tuple[str, int], str]:
    """The names of the labels, milestones and sprints of the projects that the events are of."""
    ids = {int(event.stream.removeprefix("project-")) for event in stored}
    kinds = {"label": tables.labels, "milestone": tables.milestones, "sprint": tables.sprints}
    wanted = union_all(*(
        select(literal(kind).label("kind"), table.c.id, table.c.name).where(among(table.c.project_id, ids))
        for kind, table in kinds.items()
    ))  # fmt: skip
    return {(row.kind, row.id): row.name for row in connection.execute(wanted)}


def _people(stored: RecordedEvent, event: Any) -> set[int]:
    """Everybody whom the sentence names."""
    found = {stored.meta["actor_id"]} if stored.meta.get("actor_id") is not None else set()
    if isinstance(event, MemberEvent | TimeEvent) and hasattr(event, "user_id"):
        found.add(event.user_id)
    if isinstance(event, ProjectTransferred):
        found.add(event.owner_id)
    found |= {event.author_id} if hasattr(event, "author_id") else set()
    found |= set(getattr(event, "mentions", ()))
    for side in (getattr(event, "changes", {}), getattr(event, "before", {})):
        found |= set(side.get("assignees", ()))
    return found


def _told(
    stored: RecordedEvent,
    event: Any,
    projects: Mapping[int, str],
    tasks: Mapping[int, Row[Any]],
    called: Called,
    known: People,
) -> View:
    project_id = int(stored.stream.removeprefix("project-"))
    task = tasks.get(getattr(event, "task_id", 0))
    return {
        "position": stored.position,
        "version": stored.version,
        "time": stored.recorded_at,
        "type": stored.type,
        "project": {"id": project_id, "name": projects[project_id]},
        "actor": views.actor_of(stored, known),
        "task": None if task is None else {"id": task.id, "number": task.number, "title": task.title},
        "text": words(event, _names(stored, tasks, called, known)),
        "changes": KIND[type(event)].changes(event),
    }


def _names(stored: RecordedEvent, tasks: Mapping[int, Row[Any]], called: Called, known: People) -> Names:
    def person(user_id: int) -> str:
        shown = views.person(user_id, known)
        return str(shown["full_name"] or shown["username"])

    def task(task_id: int) -> str:
        row = tasks.get(task_id)
        return f"task {task_id}" if row is None else f"#{row.number} {quoted(row.title)}"

    def of(kind: str, number: int) -> str:
        name = called.get((kind, number))
        return str(number) if name is None else quoted(name)

    actor_id = stored.meta.get("actor_id")
    return Names(
        actor="The system" if actor_id is None else person(actor_id),
        person=person,
        username=lambda user_id: str(views.person(user_id, known)["username"]),
        task=task,
        milestone=lambda number: of("milestone", number),
        sprint=lambda number: of("sprint", number),
        label=lambda number: of("label", number),
    )
