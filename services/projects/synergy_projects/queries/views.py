"""State as clients see it: hundredths become numbers, ids of people become people."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from synergy_chassis.store import RecordedEvent
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.explaining import Change
from synergy_projects.domain.fields import Role
from synergy_projects.domain.person import Person
from synergy_projects.domain.progress import Counters
from synergy_projects.domain.project import Project, Task

View = dict[str, Any]
People = Mapping[int, Person]


def person(user_id: int, people: People) -> View:
    """The person; someone whose account is gone is shown as `user-<id>`."""
    return asdict(people.get(user_id) or Person(user_id, f"user-{user_id}", ""))


def membership(user_id: int, role: Role, people: People) -> View:
    """One person in a project."""
    return {"user": person(user_id, people), "role": role}


def project(state: Project, people: People) -> View:
    """The project as all its members see it, so without a caller's role. The state holds all members."""
    return {
        "id": state.id,
        "name": state.name,
        "description": state.description,
        "status": state.status,
        "priority": state.priority,
        "start_date": state.start_date,
        "end_date": state.end_date,
        "budget": state.budget,
        "owner": person(state.owner_id, people),
        "team_members": [membership(user_id, role, people) for user_id, role in in_order(state)],
        "progress": state.counters.progress,
        "task_count": state.counters.task_count,
        "completed_task_count": state.counters.completed_task_count,
        "version": state.version,
        "archived": False,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def for_caller(state: Project, actor: Actor, people: People) -> View:
    """The project as this caller sees it. A superuser from outside is shown the rights of an owner."""
    return project(state, people) | {"role": state.members.get(actor.user_id, "owner")}


def in_order(state: Project) -> list[tuple[int, Role]]:
    """The members, the owner first, then by id."""
    return sorted(state.members.items(), key=lambda member: (member[0] != state.owner_id, member[0]))


def progress(state: Project) -> View:
    """Progress and what it is made of; impacts with two decimals."""
    return {"project": state.id} | counts(state.counters) | {"version": state.version}


def counts(counters: Counters) -> View:
    """What progress is made of; impacts with two decimals."""
    return {
        "progress": counters.progress,
        "impact_done": decimal(counters.impact_done),
        "impact_total": decimal(counters.impact_total),
        "completed_task_count": counters.completed_task_count,
        "task_count": counters.task_count,
    }


def contribution(stored: RecordedEvent, change: Change, people: People) -> View:
    """An event that changed what progress is made of, and how."""
    return {
        "version": stored.version,
        "position": stored.position,
        "type": stored.type,
        "actor": actor_of(stored, people),
        "time": stored.recorded_at,
        "task": int(stored.entity.removeprefix("task-")),  # only events of tasks change the counters
        "before": counts(change.before),
        "after": counts(change.after),
    }


def past_event(stored: RecordedEvent, people: People) -> View:
    """An event as it is stored, with its actor's name of today."""
    return {
        "version": stored.version,
        "position": stored.position,
        "event_id": stored.event_id,
        "type": stored.type,
        "entity": stored.entity,
        "actor": actor_of(stored, people),
        "time": stored.recorded_at,
        "data": stored.data,
        "hash": stored.hash,
    }


def actor_of(stored: RecordedEvent, people: People) -> View | None:
    """Who did it, None where nobody is known to have."""
    actor_id = stored.meta.get("actor_id")
    return None if actor_id is None else person(actor_id, people)


def task(state: Task, project_id: int, people: People) -> View:
    """A task as members see it."""
    return {
        "id": state.id,
        "number": state.number,
        "project": project_id,
        "title": state.title,
        "description": state.description,
        "status": state.status,
        "priority": state.priority,
        "impact": decimal(state.impact),
        "assignees": [person(user_id, people) for user_id in state.assignees],
        "start_date": state.start_date,
        "due_date": state.due_date,
        "estimated_hours": decimal(state.estimated_hours),
        "actual_hours": decimal(state.actual_hours),
        "story_points": state.story_points,
        "completed_at": state.completed_at,
        "version": state.version,
        "created_at": state.created_at,
        "updated_at": state.updated_at,
    }


def decimal(hundredths: int | None) -> float | None:
    """Hundredths as a number with at most two decimals."""
    return None if hundredths is None else hundredths / 100


def everyone(projects: Iterable[Project]) -> set[int]:
    """The ids of all people that the projects' views show."""
    return {user_id for state in projects for user_id in (state.owner_id, *state.members)}
