"""Forget a person's name."""

from sqlalchemy import Connection

from synergy_chassis.store import UnitOfWork
from synergy_chassis.store.erasing import Erasure, Fate, Trace, counted, events_by
from synergy_projects.queries.people import forget
from synergy_projects.tables import comments, members, people, projects, tasks, time_logs, timers


def erase_person(person: str, dry_run: bool, *, uow: UnitOfWork) -> Erasure:
    """
    Drop the name of the user with the id `person`.

    Ids stay in memberships, tasks, comments, time logs and events, as of anybody whose account is gone, and so do
    titles, descriptions, comments and notes: they belong to the projects. Comments mention people by id.

    Raises ValueError when it is no id.
    """
    if not person.isdecimal():
        raise ValueError("Name the user by id: projects knows nobody's address.")
    user_id = int(person)
    with uow.writing() as rows:
        erasure = Erasure(service="projects", user_id=user_id, dry_run=dry_run, traces=_traces(rows, user_id))
        if not dry_run:
            forget(rows, [user_id])
    return erasure


def _traces(rows: Connection, user_id: int) -> list[Trace]:
    touched = (tasks.c.created_by == user_id) | tasks.c.assignees.contains([user_id])
    said = (comments.c.author_id == user_id) | comments.c.mentions.contains([user_id])
    found: list[tuple[str, int, str, Fate]] = [
        ("people", counted(rows, people.c.id == user_id), "the name", "erased"),
        ("projects", counted(rows, projects.c.owner_id == user_id), "the owner's id", "kept"),
        ("members", counted(rows, members.c.user_id == user_id), "a member's id", "kept"),
        ("tasks", counted(rows, touched), "the id of who made it or is to do it", "kept"),
        ("comments", counted(rows, said), "the id of who said it or is mentioned, never a name", "kept"),
        ("time_logs", counted(rows, time_logs.c.user_id == user_id), "the id of whose time it was", "kept"),
        ("timers", counted(rows, timers.c.user_id == user_id), "the id of whose timer runs", "kept"),
        ("store.events", events_by(rows, user_id), "the id of who did it; texts belong to the project", "kept"),
    ]
    return [Trace(place=place, rows=count, holds=holds, fate=fate) for place, count, holds, fate in found]
